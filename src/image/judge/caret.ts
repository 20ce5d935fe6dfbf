import type { Frame, Rect } from '../frame.js';

/** Widest caret, in pixels. */
const widest = 3;

/**
 * Whether `box`, the bounds of changed pixels, is a text caret in the first picture that the second does not have: a bar
 * of one colour with sharp edges on what is otherwise background, which reaches below the line that the letters beside
 * it stand on and is higher than they are by half. An `l`, `I` or `1` ends on that line; a `|` is not as high.
 */
export function isCaret(withBar: Frame, without: Frame, box: Rect): boolean {
  const { x, y, width, height } = box;
  if (width > widest || height < 9 || height > 80 || height < 5 * width) return false;
  const bar = colorAt(withBar, x, y);
  const inside = (frame: Frame, column: number, row: number): boolean =>
    column >= 0 && row >= 0 && column < frame.width && row < frame.height;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      if (far(withBar, column, row, bar) > 12) return false;
    }
  }
  // It ends where the changed pixels end, and is no part of something larger.
  const ground = groundOf(without, box);
  let [sharp, beside, blank] = [0, 0, 0];
  for (let row = y; row < y + height; row++) {
    for (const column of [x - 1, x + width]) {
      if (!inside(withBar, column, row)) continue;
      beside++;
      if (far(withBar, column, row, bar) > 60) sharp++;
    }
    if (far(without, x + (width >> 1), row, ground) < 40) blank++;
  }
  const contrast = Math.max(...bar.map((value, c) => Math.abs(value - ground[c]!)));
  if (contrast < 60 || sharp < 0.75 * beside || blank < 0.7 * height) return false;
  for (const row of [y - 1, y + height]) {
    if (inside(withBar, x, row) && far(withBar, x, row, bar) < 30) return false;
  }
  return standsOut(without, box, ground);
}

/** How the bar stands to the letters of its row. */
function standsOut(frame: Frame, { x, y, width, height }: Rect, ground: readonly number[]): boolean {
  const left = Math.max(0, x - 4 * height);
  const right = Math.min(frame.width, x + width + 4 * height);
  const ink: number[] = [];
  for (let row = y; row < y + height; row++) {
    let count = 0;
    for (let column = left; column < right; column++) if (far(frame, column, row, ground) > 60) count++;
    // A border or another surface, not letters.
    ink.push(count > 0.8 * (right - left) ? 0 : count);
  }
  const most = Math.max(...ink);
  if (most === 0) return height >= 14;
  const top = ink.findIndex((count) => count > 0.1 * most);
  const base = ink.findLastIndex((count) => count > 0.4 * most);
  const letters = base - top + 1;
  return height - 1 - base >= Math.max(2, 0.12 * height) && height >= 1.42 * letters && top >= 1;
}

/** The colour that most of the pixels around have. */
function groundOf(frame: Frame, { x, y, width, height }: Rect): readonly number[] {
  const counts = new Map<number, { count: number; color: readonly number[] }>();
  for (let row = Math.max(0, y); row < Math.min(frame.height, y + height); row++) {
    for (let column = Math.max(0, x - 6); column < Math.min(frame.width, x + width + 6); column++) {
      const color = colorAt(frame, column, row);
      const key = color.reduce((sum, value) => sum * 64 + (value >> 2), 0);
      const known = counts.get(key);
      if (known) known.count++;
      else counts.set(key, { count: 1, color });
    }
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.color ?? [0, 0, 0];
}

function colorAt({ width, data }: Frame, x: number, y: number): readonly number[] {
  const at = (y * width + x) * 4;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

function far({ width, data }: Frame, x: number, y: number, color: readonly number[]): number {
  const at = (y * width + x) * 4;
  return Math.max(
    Math.abs(data[at]! - color[0]!),
    Math.abs(data[at + 1]! - color[1]!),
    Math.abs(data[at + 2]! - color[2]!),
  );
}
