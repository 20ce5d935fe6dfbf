import { words, type Frame } from '../../image/index.js';
import { grounds, inkOf, type Ink } from './ink.js';

/** A line that is at most that thick is a rule or an underline, in pixels. */
const THICK = 3;
/** What a border covers of the height, and what letters do at most where one is told from them. */
const BORDER = 0.88;
const LETTERS = 0.8;
/** Below the letters, so wide at least: tails of letters and commas are narrower. */
const MIN_UNDERLINE = 4;
/** Check boxes are at least that high and that far from their text, in pixels. */
const MARK_HEIGHT = 12;
const MARK_GAP = 4;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The picture of a line without what is none of its letters: borders of fields and cells that cross it, parts of the
 * lines above and below, a check box before it, and the line below the letter of a keyboard shortcut, which makes an O a Q and
 * an F an E. The same picture when it has none of these.
 */
export function onlyLetters(line: Frame): Frame {
  const ink = inkOf(line);
  const parts: Part[] = [];
  for (const find of [marks, borders, neighbours, underlines]) {
    const found = find(ink);
    for (const part of found) erase(ink, part);
    parts.push(...found);
  }
  if (parts.length === 0) return line;
  const cleaned = { ...line, data: Buffer.from(line.data) };
  const ground = grounds(line);
  for (const part of parts) paintOver(cleaned, ground, part);
  return cleaned;
}

/** Gives a part the background of each of its rows. */
function paintOver(line: Frame, ground: readonly number[], { x, y, width, height }: Part): void {
  const pixels = words(line);
  for (let row = y; row < y + height; row++) {
    const from = row * line.width + x;
    pixels.fill(ground[row] ?? 0, from, from + width);
  }
}

function borders(ink: Ink): readonly Part[] {
  const { width, height } = ink;
  const heights = Array.from({ length: width }, (_, x) => inked(ink, { x, y: 0, width: 1, height }));
  const extents = heights.flatMap((count, x) => {
    if (count === 0 || count >= BORDER * height) return [];
    return [lowest(ink, x) - highest(ink, x) + 1];
  });
  const usual = extents.toSorted((a, b) => a - b)[extents.length >> 1] ?? 0;
  if (usual > LETTERS * height) return [];
  return spans(width, (x) => (heights[x] ?? 0) >= BORDER * height)
    .filter(({ start, end }) => end - start <= THICK)
    .map(({ start, end }) => within(ink, { x: start - 1, y: 0, width: end - start + 2, height }));
}

/** Parts of lines above and below: rows that an empty one parts from those in the middle. */
function neighbours(ink: Ink): readonly Part[] {
  const { width, height } = ink;
  const bands = spans(height, (y) => inked(ink, { x: 0, y, width, height: 1 }) > 0);
  const main = bands.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0];
  // Signs such as an equals sign are bands, too.
  if (!main || main.end - main.start < 7 || main.start > height / 2 || main.end < height / 2) return [];
  const isOther = ({ start, end }: Span): boolean =>
    start !== main.start && (start === 0 || end === height || (start > main.end + 2 && end - start <= 2));
  return bands.filter(isOther).map(({ start, end }) => ({ x: 0, y: start, width, height: end - start }));
}

/** A check box before the text: it is square, higher than the letters, and stands apart. */
function marks(ink: Ink): readonly Part[] {
  const { width, height } = ink;
  const [mark, next] = spans(width, (x) => highest(ink, x) < height);
  if (!mark || !next || next.start - mark.end < MARK_GAP || mark.end - mark.start > height) return [];
  const [box, text] = [rowsOf(ink, mark), rowsOf(ink, { start: next.start, end: width })];
  const tall = box.end - box.start;
  if (tall < MARK_HEIGHT || tall <= text.end - text.start) return [];
  return box.start > text.start || box.end <= text.end - 2
    ? []
    : [{ x: 0, y: 0, width: mark.end + 2, height }];
}

/** Short lines right below the row that the letters stand on. */
function underlines(ink: Ink): readonly Part[] {
  const { width } = ink;
  const bottoms = Array.from({ length: width }, (_, x) => lowest(ink, x));
  const base = mode(bottoms.filter((y) => y >= 0));
  if (base === undefined) return [];
  const found: Part[] = [];
  const isBelow = (x: number): boolean => (bottoms[x] ?? -1) > base && (bottoms[x] ?? 0) <= base + 4;
  for (const { start, end } of spans(width, isBelow)) {
    const span = { x: start, width: end - start };
    const row = bottoms[start] ?? 0;
    if (span.width < MIN_UNDERLINE || bottoms.slice(start, end).some((y) => Math.abs(y - row) > 1)) continue;
    let top = row;
    while (inked(ink, { ...span, y: top, height: 1 }) >= span.width - 1) top--;
    top++;
    const isThin = row - top < 2 && top <= row && top > base && top <= base + 2;
    // The tail of a g or y hangs on its letter.
    const hangs = top === base + 2 && inked(ink, { ...span, y: base + 1, height: 1 }) > 0;
    if (!isThin || hangs || inked(ink, { ...span, y: 0, height: base + 1 }) === 0) continue;
    found.push(within(ink, { x: start - 1, y: top, width: end - start + 2, height: row + 2 - top }));
  }
  return found;
}

interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part cut to the picture. */
function within(ink: Ink, { x, y, width, height }: Part): Part {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return {
    x: left,
    y: top,
    width: Math.min(ink.width, x + width) - left,
    height: Math.min(ink.height, y + height) - top,
  };
}

function inked(ink: Ink, { x, y, width, height }: Part): number {
  let count = 0;
  for (let row = y; row < y + height; row++) {
    for (let at = row * ink.width + x; at < row * ink.width + x + width; at++) count += ink.mask[at] ?? 0;
  }
  return count;
}

/** Takes the ink out of a part. */
function erase(ink: Ink, { x, y, width, height }: Part): void {
  for (let row = y; row < y + height; row++)
    ink.mask.fill(0, row * ink.width + x, row * ink.width + x + width);
}

/** Runs of numbers below `length` for which something holds. */
function spans(length: number, holds: (at: number) => boolean): readonly Span[] {
  const found: Span[] = [];
  for (let at = 0; at < length; at++) {
    if (!holds(at)) continue;
    const start = at;
    while (at < length && holds(at)) at++;
    found.push({ start, end: at });
  }
  return found;
}

function rowsOf(ink: Ink, { start, end }: Span): Span {
  const rows = spans(ink.height, (y) => inked(ink, { x: start, y, width: end - start, height: 1 }) > 0);
  return { start: rows[0]?.start ?? ink.height, end: rows.at(-1)?.end ?? 0 };
}

/** The first row with ink in a column; the height where there is none. */
function highest({ width, height, mask }: Ink, x: number): number {
  let y = 0;
  while (y < height && mask[y * width + x] !== 1) y++;
  return y;
}

/** The last row with ink in a column; -1 where there is none. */
function lowest({ width, height, mask }: Ink, x: number): number {
  let y = height - 1;
  while (y >= 0 && mask[y * width + x] !== 1) y--;
  return y;
}

function mode(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}
