import { words, type Frame } from '../../image/index.js';

/** How far red, green and blue together may be off the background's. */
const TOLERANCE = 72;
/** Rows with more ink than that are borders or underlines. */
const FULL_ROW = 0.85;

/** Columns without ink that a character such as a double quote may have inside. */
const WITHIN_CHARACTER = 2;

/** Where a picture of one line has something other than the commonest colour, the background: 1 per pixel, row by row. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
}

export function inkOf(line: Frame): Ink {
  const { width, height } = line;
  const pixels = words(line);
  const mask = new Uint8Array(width * height);
  for (const [y, ground] of grounds(line).entries()) {
    for (let at = y * width; at < (y + 1) * width; at++) {
      const color = pixels[at] ?? 0;
      if (color !== ground && distance(color, ground) > TOLERANCE) mask[at] = 1;
    }
  }
  return { width, height, mask };
}

/** The background of each row: buttons are shaded from row to row, and a row of one colour has no letters. */
export function grounds(line: Frame): readonly number[] {
  const pixels = words(line);
  const { width, height } = line;
  const rows = Array.from({ length: height }, (_, y) => pixels.subarray(y * width, (y + 1) * width));
  const own = rows.map((row) => majority(row) ?? commonest(row, row.length / 4));
  const common = commonest(own.some((color) => color !== undefined) ? own : pixels, 0) ?? 0;
  return own.map((color) => color ?? common);
}

/** How far red, green and blue of two colours are apart, together. */
function distance(a: number, b: number): number {
  const by = (shift: number): number => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255));
  return by(0) + by(8) + by(16);
}

/** For each column 1 where it has ink that is no border or underline. */
export function inkColumns({ width, height, mask }: Ink): Uint8Array {
  const columns = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    const row = mask.subarray(y * width, (y + 1) * width);
    if (row.reduce((sum, ink) => sum + ink, 0) > width * FULL_ROW) continue;
    for (let x = 0; x < width; x++) if (row[x] === 1) columns[x] = 1;
  }
  return columns;
}

/** Columns from `start` to before `end`. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** The widest run of columns without ink between two positions; empty, at their middle, when there is none. */
export function widestGap(columns: Uint8Array, from: number, to: number): Gap {
  const middle = Math.round((from + to) / 2);
  let best = { start: middle, end: middle };
  let start = Math.max(0, Math.round(from));
  const last = Math.min(columns.length, Math.round(to));
  for (let x = start; x <= last; x++) {
    if (x < last && columns[x] === 0) continue;
    if (x - start > best.end - best.start) best = { start, end: x };
    start = x + 1;
  }
  return best;
}

/** The outermost column with ink of the character that stands at `x`, to the left (-1) or right (1). */
export function edge(columns: Uint8Array, x: number, direction: -1 | 1): number {
  const isInside = (at: number): boolean => at >= 0 && at < columns.length;
  let at = Math.min(columns.length - 1, Math.max(0, Math.round(x)));
  while (columns[at] === 0 && isInside(at - direction)) at -= direction;
  let last = at;
  for (; isInside(at) && Math.abs(at - last) <= WITHIN_CHARACTER; at += direction) {
    if (columns[at] === 1) last = at;
  }
  return last;
}

/** What more than half of some pixels are, by the vote of Boyer and Moore; undefined where there is no such colour. */
function majority(pixels: Uint32Array): number | undefined {
  let [candidate, lead] = [0, 0];
  for (const color of pixels) {
    if (lead === 0) candidate = color;
    lead += color === candidate ? 1 : -1;
  }
  let count = 0;
  for (const color of pixels) if (color === candidate) count++;
  return count * 2 > pixels.length ? candidate : undefined;
}

/** Undefined when none is there more often than `least`. */
function commonest(colors: Iterable<number | undefined>, least: number): number | undefined {
  const counts = new Map<number, number>();
  let best: number | undefined;
  let most = least;
  for (const color of colors) {
    if (color === undefined) continue;
    const count = (counts.get(color) ?? 0) + 1;
    counts.set(color, count);
    if (count > most) [best, most] = [color, count];
  }
  return best;
}
