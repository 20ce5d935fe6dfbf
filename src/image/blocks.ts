import type { Rect } from './frame.js';

/** Means of squares of pixels: what noise and smoothing change little, and what few places have in common. */
export interface Blocks {
  /** Side of a square in pixels. */
  readonly side: number;
  /** Squares in a row, and rows. */
  readonly columns: number;
  readonly rows: number;
  /** Red, green, blue from the lowest byte. */
  readonly means: Int32Array;
  /** How many have a colour of at most this red, green, blue, in 16 steps each: 17 x 17 x 17, the first of each being 0. */
  readonly counts: Int32Array;
}

/** Cuts a part of a picture that is `stride` pixels wide into squares, from its upper left corner. */
export function cut(pixels: Uint32Array, stride: number, part: Rect, side: 1 | 4): Blocks {
  const columns = Math.floor(part.width / side);
  const rows = Math.floor(part.height / side);
  const means = new Int32Array(columns * rows);
  const histogram = new Int32Array(4096);
  for (let row = 0; row < rows; row++) {
    const start = (part.y + row * side) * stride + part.x;
    if (side === 4) meansOfRow(pixels, start, stride, means.subarray(row * columns, (row + 1) * columns));
    else for (let x = 0; x < columns; x++) means[row * columns + x] = (pixels[start + x] ?? 0) & 0xffffff;
  }
  for (let at = 0; at < means.length; at++) {
    histogram[binOf(means[at]!)]!++;
  }
  return { side, columns, rows, means, counts: summed(histogram) };
}

function meansOfRow(pixels: Uint32Array, start: number, stride: number, means: Int32Array): void {
  for (let column = 0; column < means.length; column++) {
    let redBlue = 0;
    let green = 0;
    let at = start + column * 4;
    for (let y = 0; y < 4; y++) {
      const a = pixels[at]! | 0;
      const b = pixels[at + 1]! | 0;
      const c = pixels[at + 2]! | 0;
      const d = pixels[at + 3]! | 0;
      redBlue += (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
      green += ((a >> 8) & 0xff) + ((b >> 8) & 0xff) + ((c >> 8) & 0xff) + ((d >> 8) & 0xff);
      at += stride;
    }
    means[column] = ((redBlue >>> 4) & 0xff00ff) | (((green >>> 4) & 0xff) << 8);
  }
}

/** Four bits of each channel. */
export function binOf(color: number): number {
  return ((color >> 4) & 0xf) | ((color >> 8) & 0xf0) | ((color >> 12) & 0xf00);
}

/** How many squares have a colour that is at most `reach` off in each channel, rounded up to whole steps. */
export function countNear({ counts }: Blocks, color: number, reach: number): number {
  const red = color & 0xff;
  const green = (color >> 8) & 0xff;
  const blue = color >> 16;
  const r0 = stepOf(red - reach);
  const r1 = stepOf(red + reach) + 1;
  const g0 = stepOf(green - reach) * 17;
  const g1 = (stepOf(green + reach) + 1) * 17;
  const b0 = stepOf(blue - reach) * 289;
  const b1 = (stepOf(blue + reach) + 1) * 289;
  return (
    counts[b1 + g1 + r1]! -
    counts[b1 + g1 + r0]! -
    counts[b1 + g0 + r1]! +
    counts[b1 + g0 + r0]! -
    (counts[b0 + g1 + r1]! - counts[b0 + g1 + r0]! - counts[b0 + g0 + r1]! + counts[b0 + g0 + r0]!)
  );
}

/** The step of 16 that a channel is in. */
export function stepOf(value: number): number {
  return Math.max(0, Math.min(15, value >> 4));
}

function summed(histogram: Int32Array): Int32Array {
  const counts = new Int32Array(17 ** 3);
  for (let blue = 1; blue <= 16; blue++) {
    for (let green = 1; green <= 16; green++) {
      let row = 0;
      for (let red = 1; red <= 16; red++) {
        row += histogram[((blue - 1) << 8) | ((green - 1) << 4) | (red - 1)] ?? 0;
        const at = (blue * 17 + green) * 17 + red;
        const before = (counts[at - 17] ?? 0) + (counts[at - 289] ?? 0) - (counts[at - 306] ?? 0);
        counts[at] = row + before;
      }
    }
  }
  return counts;
}
