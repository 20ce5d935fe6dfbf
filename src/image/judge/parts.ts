import type { Rect } from '../frame.js';
import { union } from '../rect.js';

/** Pixels that touch each other. */
export interface Part extends Rect {
  /** Their number in `labels`, from 1. */
  readonly id: number;
  readonly pixels: number;
}

/** Groups the pixels of a mask that touch each other, also at corners. */
export function partsOf(
  mask: Uint8Array,
  width: number,
  height: number,
): { readonly labels: Int32Array; readonly parts: readonly Part[] } {
  const labels = new Int32Array(width * height);
  const parts: Part[] = [];
  const open: number[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue;
    const id = parts.length + 1;
    let [left, top, right, bottom, pixels] = [width, height, 0, 0, 0];
    labels[start] = id;
    open.push(start);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      pixels++;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      for (let row = y > 0 ? y - 1 : 0; row <= y + 1 && row < height; row++) {
        for (let column = x > 0 ? x - 1 : 0; column <= x + 1 && column < width; column++) {
          const next = row * width + column;
          if (mask[next] === 0 || labels[next] !== 0) continue;
          labels[next] = id;
          open.push(next);
        }
      }
    }
    parts.push({ id, x: left, y: top, width: right - left + 1, height: bottom - top + 1, pixels });
  }
  return { labels, parts };
}

/** Parts of one row of text, or one thing that is none. */
export interface Group extends Rect {
  readonly ids: ReadonlySet<number>;
  /** Of a size that letters have, so that what changed in it may be text. */
  readonly isText: boolean;
}

const highestText = 48;

/** Puts what stands in one row, at distances that words have, into one group; large things stay alone. */
export function groupsOf(parts: readonly Part[]): readonly Group[] {
  const groups: Group[] = [];
  const rows: { box: Rect; ids: Set<number>; size: number }[] = [];
  const ordered = parts.toSorted((a, b) => a.x - b.x);
  for (const part of ordered) {
    if (part.height > highestText || part.width > 40 * part.height || isFrame(part)) {
      groups.push({ ...box(part), ids: new Set([part.id]), isText: false });
      continue;
    }
    const row = rows.find(({ box: other, size }) => isBeside(other, part, Math.max(size, part.height)));
    if (row === undefined) rows.push({ box: box(part), ids: new Set([part.id]), size: part.height });
    else {
      row.box = union(row.box, part);
      row.ids.add(part.id);
      row.size = Math.max(row.size, part.height);
    }
  }
  for (const row of rows) groups.push({ ...row.box, ids: row.ids, isText: true });
  return groups;
}

/** Hollow, as borders of buttons and fields are. */
function isFrame({ width, height, pixels }: Part): boolean {
  return pixels < 0.45 * width * height && (width > 40 || height > 24);
}

function isBeside(row: Rect, part: Rect, size: number): boolean {
  if (part.x - (row.x + row.width) > 1.1 * size) return false;
  const overlap = Math.min(row.y + row.height, part.y + part.height) - Math.max(row.y, part.y);
  return overlap > 0.5 * Math.min(row.height, part.height);
}

function box({ x, y, width, height }: Rect): Rect {
  return { x, y, width, height };
}
