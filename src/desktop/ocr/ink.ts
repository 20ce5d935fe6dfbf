import type { Frame } from '../../image/index.js';

/** How far red, green and blue together may be off the background's. */
const TOLERANCE = 72;
/** Rows with more ink than that are borders or underlines. */
const FULL_ROW = 0.85;

/** Columns without ink that a character such as a double quote may have inside. */
const WITHIN_CHARACTER = 2;

/** For each column of a picture of one line 1 where it has something other than the commonest colour, the background. */
export function inkColumns(line: Frame): Uint8Array {
  const { width, height, data } = line;
  const background = commonest(line);
  const columns = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    const row: number[] = [];
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      let off = 0;
      for (let channel = 0; channel < 3; channel++) {
        off += Math.abs((data[at + channel] ?? 0) - (data[background + channel] ?? 0));
      }
      if (off > TOLERANCE) row.push(x);
    }
    if (row.length <= width * FULL_ROW) for (const x of row) columns[x] = 1;
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

/** Offset of a pixel of the commonest colour. */
function commonest({ width, height, data }: Frame): number {
  const counts = new Map<number, number>();
  let [best, most] = [0, 0];
  for (let at = 0; at < width * height * 4; at += 4) {
    const color = data.readUInt32LE(at);
    const count = (counts.get(color) ?? 0) + 1;
    counts.set(color, count);
    if (count > most) [best, most] = [at, count];
  }
  return best;
}
