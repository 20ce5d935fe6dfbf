import type { Character } from './decode.js';
import { widestGap, type Ink } from './ink.js';

/** A character with the pixels that it has. */
export interface Glyph extends Character {
  readonly left: number;
  /** The column behind its last one. */
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Segment = Omit<Glyph, keyof Character>;

/** More letters than that are not found again in one word. */
const MAX_LOST = 2;
/** So many letters that touch are told apart. */
const MAX_SHARE = 4;
/** What it costs to say that a segment was not read, in pixels. */
const LOSS = 5;
/** Beyond that, in ems for each character, characters and segments do not belong together. */
const MAX_COST = 0.3;
const THIN = /[fijlrtI1|]/;

/**
 * The words of a line, each character with its pixels where the letters of the word stand apart; a thin letter that the
 * recogniser took for a part of its neighbour, as in "ill", is there again.
 */
export function segmentsOf(
  characters: readonly Character[],
  ink: Ink,
  columns: Uint8Array,
): readonly (readonly (Glyph | Character)[])[] {
  const words = wordsOf(characters);
  let start = 0;
  return words.map((word, at) => {
    const [last, next] = [word.at(-1), words[at + 1]?.[0]];
    const gap =
      last && next ? widestGap(columns, last.x, next.x) : { start: columns.length, end: columns.length };
    const segments = segmentsIn(ink, columns, { start, end: gap.start });
    start = gap.end;
    return align(word, segments, ink);
  });
}

function wordsOf(characters: readonly Character[]): readonly (readonly Character[])[] {
  const words: Character[][] = [[]];
  for (const character of characters) {
    if (character.text === ' ') words.push([]);
    else words.at(-1)?.push(character);
  }
  return words.filter((word) => word.length > 0);
}

/** Runs of columns with ink. */
function segmentsIn(
  ink: Ink,
  columns: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): readonly Segment[] {
  const found: Segment[] = [];
  for (let x = start; x < end; x++) {
    if (columns[x] !== 1) continue;
    const left = x;
    while (x < end && columns[x] === 1) x++;
    found.push({ left, right: x, ...extent(ink, left, x) });
  }
  return found;
}

/** Gives each character a segment of its own, or a part in one of letters that touch, which then is nobody's. */
function align(
  word: readonly Character[],
  segments: readonly Segment[],
  ink: Ink,
): readonly (Glyph | Character)[] {
  const shares = bestShares(word, segments);
  if (!shares) return word;
  let taken = 0;
  const found: (Glyph | Character)[] = [];
  for (const [at, share] of shares.entries()) {
    const segment = segments[at];
    const characters = word.slice(taken, taken + share);
    taken += share;
    const [only] = share === 0 && segment ? thinLetter(segment, { word, segments, ink }) : characters;
    if (share < 2 && only && segment) found.push({ ...segment, ...only });
    else if (segment) found.push(...partsOfShare(characters, segment, ink));
    else found.push(...characters);
  }
  return found;
}

/** Of letters that touch, the ones that are highest in their middle or at the outer edge still tell their height. */
function partsOfShare(
  characters: readonly Character[],
  segment: Segment,
  ink: Ink,
): readonly (Glyph | Character)[] {
  const widths = characters.map(({ text }) => widthOf(text));
  const em = (segment.right - segment.left) / widths.reduce((sum, width) => sum + width, 0);
  let left = segment.left;
  return characters.map((character, at) => {
    const [from, width] = [left, (widths[at] ?? 0) * em];
    left += width;
    const look = /[OCSocs0]/.test(character.text)
      ? { from: from + width * 0.35, to: from + width * 0.65 }
      : at === 0 && /[VWXZvwxz]/.test(character.text)
        ? { from, to: from + 2 }
        : at === characters.length - 1 && /[VWXZvwxz]/.test(character.text)
          ? { from: segment.right - 2, to: segment.right }
          : undefined;
    if (!look) return character;
    const rows = extent(ink, Math.round(look.from), Math.max(Math.round(look.from) + 1, Math.round(look.to)));
    const whole = { left: Math.round(from), right: Math.round(from + width) };
    return rows.bottom < rows.top ? character : { ...character, ...whole, ...rows };
  });
}

interface Way {
  readonly cost: number;
  readonly shares: readonly number[];
}

/**
 * How many characters each segment holds, so that segments are as wide as their letters are and where they were read;
 * undefined when that is far from all.
 */
function bestShares(word: readonly Character[], segments: readonly Segment[]): readonly number[] | undefined {
  const widths = word.map(({ text }) => widthOf(text));
  const [first, last] = [segments[0], segments.at(-1)];
  if (!first || !last || segments.length - word.length > MAX_LOST) return undefined;
  const em = (last.right - first.left) / widths.reduce((sum, width) => sum + width, 0);
  const sum = (from: number, to: number): number =>
    widths.slice(from, to).reduce((all, width) => all + width, 0);
  // By how many characters the segments so far hold.
  let ways = new Map<number, Way>([[0, { cost: 0, shares: [] }]]);
  for (const segment of segments) {
    const next = new Map<number, Way>();
    for (const [from, way] of ways) {
      for (let share = 0; share <= MAX_SHARE && from + share <= word.length; share++) {
        const cost = way.cost + costOf(segment, word.slice(from, from + share), sum(from, from + share) * em);
        const known = next.get(from + share);
        if (!known || cost < known.cost) next.set(from + share, { cost, shares: [...way.shares, share] });
      }
    }
    ways = next;
  }
  const best = ways.get(word.length);
  return best && best.cost <= MAX_COST * em * word.length ? best.shares : undefined;
}

function costOf(segment: Segment, characters: readonly Character[], wanted: number): number {
  const width = segment.right - segment.left;
  const off = characters.map(({ x }, at) =>
    Math.abs(x - segment.left - ((at + 0.5) * width) / characters.length),
  );
  return (
    Math.abs(width - wanted) + off.reduce((sum, by) => sum + by, 0) / 2 + (characters.length === 0 ? LOSS : 0)
  );
}

/** Width of a letter in ems, about, as sans-serif fonts have it. */
function widthOf(text: string): number {
  if (/[iljI.,:;'|!]/.test(text)) return 0.25;
  if (/[ftr()[\]{}"-]/.test(text)) return 0.4;
  if (/[mwMW@%]/.test(text)) return 0.9;
  return /\p{Lu}/u.test(text) ? 0.68 : 0.58;
}

interface Place {
  readonly word: readonly Character[];
  readonly segments: readonly Segment[];
  readonly ink: Ink;
}

/** An l or i, which are lost beside letters as thin as they are; none for any other shape or place. */
function thinLetter(segment: Segment, { word, segments, ink }: Place): readonly Character[] {
  const x = (segment.left + segment.right) / 2;
  const isBeside = word.some(
    (character) => THIN.test(character.text) && Math.abs(character.x - x) < ink.height / 2,
  );
  const others = segments.filter((other) => other !== segment);
  const isAsHigh = others.some(({ top }) => top === segment.top);
  if (!isBeside || !others.some(({ bottom }) => bottom === segment.bottom)) return [];
  const [dot, stem, more] = partsOf(segment, ink);
  if (!stem) return isAsHigh && isBar(segment, ink) ? [{ text: 'l', x }] : [];
  if (!dot || more || dot.bottom - dot.top > 2) return [];
  return isBar({ ...segment, top: stem.top, bottom: stem.bottom }, ink) ? [{ text: 'i', x }] : [];
}

/** Whether a segment is one upright bar. */
export function isBar({ left, right, top, bottom }: Segment, ink: Ink): boolean {
  const height = bottom - top + 1;
  if (height < 6 || right - left > Math.max(2, 0.25 * height)) return false;
  for (let y = top; y <= bottom; y++) if (!rowHasInk(ink, y, left, right)) return false;
  return true;
}

/** The parts of a segment that lie one above the other. */
export function partsOf(
  { left, right, top, bottom }: Segment,
  ink: Ink,
): readonly { readonly top: number; readonly bottom: number }[] {
  const parts: { top: number; bottom: number }[] = [];
  for (let y = top; y <= bottom; y++) {
    if (!rowHasInk(ink, y, left, right)) continue;
    const last = parts.at(-1);
    if (last && last.bottom === y - 1) last.bottom = y;
    else parts.push({ top: y, bottom: y });
  }
  return parts;
}

function extent(ink: Ink, left: number, right: number): { readonly top: number; readonly bottom: number } {
  let [top, bottom] = [0, ink.height - 1];
  while (top < ink.height && !rowHasInk(ink, top, left, right)) top++;
  while (bottom >= top && !rowHasInk(ink, bottom, left, right)) bottom--;
  return { top, bottom };
}

function rowHasInk({ width, mask }: Ink, y: number, left: number, right: number): boolean {
  for (let x = left; x < right; x++) if (mask[y * width + x] === 1) return true;
  return false;
}
