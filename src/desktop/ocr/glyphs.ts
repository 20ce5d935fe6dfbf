// What the recogniser cannot tell, since it sees each line at the same height: letters that differ in size only.
import type { Character } from './decode.js';
import type { Ink } from './ink.js';
import { isBar, partsOf, segmentsOf, type Glyph } from './segments.js';

/** Rows that letters of the line begin at and the one below which they end; undefined where it has none of these. */
interface Rows {
  readonly capital: number | undefined;
  readonly ascender: number | undefined;
  readonly small: number | undefined;
  readonly base: number;
}

const CAPITAL = /[A-BD-HKLMNPRTY2-9]/;
const ASCENDER = /[bdhk]/;
const SMALL = /[aemnrgpqyu]/;
const STANDING = /[A-IK-PR-Za-fhikl-or-xz0-9]/;
/** No row of letters is so full. */
const FULL = 0.85;
/** The same shape in both sizes. */
const SIZED = /[cosvwxzCOSVWXZ0]/;

/** The characters, corrected where size, place and plain shape of their pixels say what they are. */
export function correctGlyphs(
  characters: readonly Character[],
  ink: Ink,
  columns: Uint8Array,
): readonly Character[] {
  const words = segmentsOf(characters, ink, columns);
  const rows = rowsOf(words.flat().filter(isGlyph), ink);
  return words.flatMap((word, order) => {
    const corrected = word.map((one, at) => {
      if (!rows || !isGlyph(one)) return one;
      const around = { before: word[at - 1]?.text ?? ' ', after: word[at + 1]?.text ?? ' ' };
      return { x: one.x, text: correct(one, { rows, ink, ...around }) };
    });
    const [last, next] = [word.at(-1)?.x ?? 0, words[order + 1]?.[0]?.x];
    return next === undefined ? corrected : [...corrected, { text: ' ', x: (last + next) / 2 }];
  });
}

function isGlyph(one: Glyph | Character): one is Glyph {
  return 'left' in one;
}

interface Context {
  readonly rows: Rows;
  readonly ink: Ink;
  readonly before: string;
  readonly after: string;
}

function correct(glyph: Glyph, context: Context): string {
  const { text } = glyph;
  if (/[0oO]/.test(text)) return round(glyph, context);
  if (SIZED.test(text)) {
    const size = sizeOf(glyph.top, context.rows);
    return size === undefined ? text : size === 'small' ? text.toLowerCase() : text.toUpperCase();
  }
  if (text === 'l' || text === 'I') return bar(glyph, context);
  return text === '.' ? dot(glyph, context) : text;
}

/** A nought is a narrow O. */
function round({ text, left, right, top, bottom }: Glyph, { rows, before, after }: Context): string {
  const size = sizeOf(top, rows);
  if (text === '0' && (/\d/.test(before) || /\d/.test(after))) return text;
  if (size === 'small') return 'o';
  const shape = (right - left) / (bottom - top + 1);
  const isIn = (kind: RegExp): boolean => kind.test(before) || kind.test(after);
  if (isIn(/\d/)) return shape < 0.95 && text !== 'O' ? '0' : text;
  if (/\p{Ll}/u.test(before) && !/\p{L}/u.test(after) && size === 'large' && shape < 0.93) return '0';
  if (isIn(/\p{L}/u) && !(before === ' ' && after === 'x' && shape < 0.93))
    return size === 'large' && text === 'o' ? 'O' : text;
  return shape < 0.85 ? '0' : size === 'large' && text === 'o' ? 'O' : text;
}

function sizeOf(top: number, { capital, ascender, small, base }: Rows): 'small' | 'large' | undefined {
  const height = base - top;
  // Ascenders are a little higher than capitals.
  const large = capital ?? (ascender === undefined ? undefined : ascender + 1);
  if (large !== undefined && small !== undefined) {
    const middle = (large + small) / 2;
    return top === middle ? undefined : top < middle ? 'large' : 'small';
  }
  const ratio = height / (base - (small ?? large ?? base));
  if (small !== undefined) return ratio > 1.2 ? 'large' : ratio < 1.1 ? 'small' : undefined;
  return large === undefined ? undefined : ratio < 0.87 ? 'small' : 'large';
}

/** A letter that is nothing but a bar; where it is more, and alone, it is a one. */
function bar(glyph: Glyph, { rows, ink, before, after }: Context): string {
  const { text, top } = glyph;
  if (!isBar(glyph, ink)) return text === 'l' && before === ' ' && after === ' ' ? '1' : text;
  if (/\p{Ll}/u.test(before)) return 'l';
  const { capital, ascender } = rows;
  if (capital !== ascender && top === ascender) return 'l';
  if (capital !== ascender && (top === capital || (capital === undefined && top > (ascender ?? top))))
    return 'I';
  return /[A-Z]/.test(before) && !/\p{Ll}/u.test(after) ? 'I' : text;
}

/** A dot that reaches below the line is a comma, one above another is a colon. */
function dot(glyph: Glyph, { rows, ink }: Context): string {
  const { small, capital, ascender, base } = rows;
  const parts = partsOf(glyph, ink).filter(({ top, bottom }) => bottom - top <= 2 && top <= base);
  const [upper, lower] = parts;
  if (!upper || Math.abs((lower ?? upper).bottom + 1 - base) > 2) return '.';
  const start = small ?? capital ?? ascender ?? 0;
  if (lower) return parts.length === 2 && upper.top >= start - 2 && lower.top - upper.bottom > 2 ? ':' : '.';
  return upper.bottom + 1 - base >= 2 ? ',' : '.';
}

function rowsOf(glyphs: readonly Glyph[], ink: Ink): Rows | undefined {
  const of = (kind: RegExp, key: 'top' | 'bottom'): number | undefined =>
    median(glyphs.filter(({ text }) => kind.test(text)).map((glyph) => glyph[key]));
  const base = of(STANDING, 'bottom');
  // Where a row is full, the background was not told from the letters.
  if (base === undefined || hasFullRow(ink)) return undefined;
  return {
    capital: of(CAPITAL, 'top'),
    ascender: of(ASCENDER, 'top'),
    small: of(SMALL, 'top'),
    base: base + 1,
  };
}

function hasFullRow({ width, height, mask }: Ink): boolean {
  for (let y = 0; y < height; y++) {
    let count = 0;
    for (let at = y * width; at < (y + 1) * width; at++) count += mask[at] ?? 0;
    if (count > width * FULL) return true;
  }
  return false;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
