import { union, words, type Frame, type Rect } from '../../image/index.js';
import { area, overlap } from './geometry.js';

/** Side of a cell in pixels; a change is known to that. */
export const CELL = 16;
/** What one more area costs, in pixels that could be searched instead. */
const AREA_COST = 6_000;
/** More groups than that are searched as one: many small changes all over the screen. */
const MAX_GROUPS = 150;

/** A screen cut into cells, each of which may have changed since it was read. */
export class Cells {
  readonly columns: number;
  readonly rows: number;
  readonly #changed: Uint8Array;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.#changed = new Uint8Array(this.columns * this.rows);
  }

  isChanged(column: number, row: number): boolean {
    return this.#changed[row * this.columns + column] === 1;
  }

  mark(column: number, row: number, state: 'changed' | 'read'): void {
    this.#changed[row * this.columns + column] = state === 'changed' ? 1 : 0;
  }

  /** Positions of the cells that share a pixel with `rect`, which lies within the screen. */
  *within({ x, y, width, height }: Rect): Generator<readonly [column: number, row: number]> {
    const right = Math.min(this.columns - 1, Math.floor((x + width - 1) / CELL));
    const bottom = Math.min(this.rows - 1, Math.floor((y + height - 1) / CELL));
    for (let row = Math.floor(y / CELL); row <= bottom; row++) {
      for (let column = Math.floor(x / CELL); column <= right; column++) yield [column, row];
    }
  }

  markAll(rect: Rect, state: 'changed' | 'read'): void {
    for (const [column, row] of this.within(rect)) this.mark(column, row, state);
  }

  hasChanged(rect: Rect): boolean {
    for (const [column, row] of this.within(rect)) if (this.isChanged(column, row)) return true;
    return false;
  }
}

/** Copies `picture` onto the screen at `part` and marks the cells whose pixels differ. */
export function takeOver(screen: Frame, cells: Cells, picture: Frame, part: Rect): void {
  const before = words(screen);
  const after = words(picture);
  const stride = part.width * 4;
  for (let y = 0; y < part.height; y++) {
    const start = (part.y + y) * screen.width + part.x;
    const from = y * part.width;
    const to = start * 4;
    if (picture.data.compare(screen.data, to, to + stride, from * 4, from * 4 + stride) === 0) continue;
    const row = Math.floor((part.y + y) / CELL);
    for (let x = 0; x < part.width; x++) {
      if (before[start + x] === after[from + x]) continue;
      const column = Math.floor((part.x + x) / CELL);
      cells.mark(column, row, 'changed');
      x = (column + 1) * CELL - part.x - 1; // On to the next cell.
    }
    picture.data.copy(screen.data, to, from * 4, from * 4 + stride);
  }
}

/** Whether a cell has one colour, and so no text. */
export function isFlat(screen: Frame, column: number, row: number): boolean {
  const pixels = words(screen);
  const right = Math.min(screen.width, (column + 1) * CELL);
  const bottom = Math.min(screen.height, (row + 1) * CELL);
  const color = pixels[row * CELL * screen.width + column * CELL];
  for (let y = row * CELL; y < bottom; y++) {
    for (let x = column * CELL; x < right; x++) if (pixels[y * screen.width + x] !== color) return false;
  }
  return true;
}

/** Puts rectangles together while that makes less to search. */
export function gather(rects: readonly Rect[]): readonly Rect[] {
  if (rects.length === 0) return [];
  if (rects.length > MAX_GROUPS) return [rects.reduce(union)];
  const left = [...rects];
  const done: Rect[] = [];
  for (let one = left.pop(); one; one = left.pop()) {
    const current = one;
    const at = left.findIndex((other) => isCheaperTogether(current, other));
    if (at < 0) {
      done.push(current);
      continue;
    }
    left.push(...left.splice(at, 1).map((other) => union(current, other)), ...done.splice(0));
  }
  return done;
}

function isCheaperTogether(a: Rect, b: Rect): boolean {
  return overlap(a, b) > 0 || area(union(a, b)) <= area(a) + area(b) + AREA_COST;
}

/** Rows of neighbouring cells as rectangles in pixels, one empty cell between two of them allowed. */
export function runs(positions: Iterable<readonly [column: number, row: number]>): readonly Rect[] {
  const found: { x: number; y: number; width: number; height: number }[] = [];
  for (const [column, row] of positions) {
    const last = found.at(-1);
    const x = column * CELL;
    if (last && last.y === row * CELL && x - (last.x + last.width) <= CELL) last.width = x + CELL - last.x;
    else found.push({ x, y: row * CELL, width: CELL, height: CELL });
  }
  return found;
}
