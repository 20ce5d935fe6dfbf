import { clipRect, ImageError, words, type Frame, type Rect } from './frame.js';

/** How far, in 255ths, a pixel of an even area may be off. */
export const defaultTolerance = 20;

/**
 * What a pixel may be off more per step of contrast around it, since edges are smoothed differently. With 0.17, text that
 * was moved by a fraction of a pixel or smoothed for the stripes of a screen passes, and no changed digit does: 1008 changed
 * characters at 11 to 20 pixels differ by at least 60 at a contrast of 215, 432 smoothed texts by at most 62, 95 % by 56.
 */
const slack = 0.17;

/** Pixels around a pixel among which its contrast is taken. */
const reach = 2;

/** A radius up to which the corners of a picture may be round or not. */
const cornerRadius = 6;

/** A picture to be found. */
export interface Template {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
  readonly pixels: Uint32Array;
  /** 1 where a pixel counts: it is opaque, under no mask, and not in a corner that may be round. */
  readonly counted: Uint8Array;
  readonly tolerance: number;
  /** Whether nothing is transparent or masked, so that rows can be compared as they are. */
  readonly whole: boolean;
}

/** Throws ImageError `flat` for a picture in which there is nothing to recognise. */
export function readTemplate(
  picture: Frame,
  {
    masks = [],
    tolerance = defaultTolerance,
  }: { readonly masks?: readonly Rect[]; readonly tolerance?: number },
): Template {
  const { width, height, data } = picture;
  const pixels = words(picture);
  const counted = new Uint8Array(width * height);
  for (let at = 0; at < counted.length; at++) counted[at] = data[at * 4 + 3] === 255 ? 1 : 0;
  for (const mask of masks) {
    const part = clipRect(picture, mask);
    if (part === undefined) continue;
    for (let y = part.y; y < part.y + part.height; y++)
      counted.fill(0, y * width + part.x, y * width + part.x + part.width);
  }
  const whole = !counted.includes(0);
  leaveOutCorners(counted, width, height);
  const contrast = greatestContrast(data, counted);
  if (contrast <= 2 * tolerance) {
    throw new ImageError(
      'flat',
      `The picture of ${width}x${height} pixels cannot be looked for: its colours differ by ${Math.max(0, contrast)} of 255, ` +
        `so with a tolerance of ${tolerance} any even area would do. Take one with more around it.`,
    );
  }
  return { width, height, data, pixels, counted, tolerance, whole };
}

/** Frames are round in one theme and square in another: what is behind them, or smoothed, does not count. */
function leaveOutCorners(counted: Uint8Array, width: number, height: number): void {
  if (Math.min(width, height) < 3 * cornerRadius) return;
  for (let y = 0; y < cornerRadius; y++) {
    for (let x = 0; x < cornerRadius; x++) {
      if (Math.hypot(cornerRadius - 0.5 - x, cornerRadius - 0.5 - y) <= cornerRadius - 1) continue;
      for (const row of [y, height - 1 - y])
        for (const column of [x, width - 1 - x]) counted[row * width + column] = 0;
    }
  }
}

function greatestContrast(data: Buffer, counted: Uint8Array): number {
  let greatest = -1;
  for (let channel = 0; channel < 3; channel++) {
    let low = 255;
    let high = 0;
    for (let at = 0; at < counted.length; at++) {
      if (counted[at] === 0) continue;
      const value = data[at * 4 + channel] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    greatest = Math.max(greatest, high - low);
  }
  return greatest;
}

/** Whether a frame shows the template at a place, and how well; undefined when it does not. */
export type Judge = (x: number, y: number) => number | undefined;

/**
 * Compares pixel by pixel, each smoothed with its neighbours to the left and right, so that a shift by a fraction of a
 * pixel does not count; and by the worst one, so that a small change counts in a picture of any size.
 * A place has a similarity of 1 less the mean difference as a share of 255.
 */
export function judgeOf(
  template: Template,
  frame: { readonly pixels: Uint32Array; readonly width: number },
): Judge {
  const { width } = template;
  const points = listPoints(template);
  const { place, limit, left, right, redBlue, green } = points;
  const count = place.length;
  const gap = frame.width - width;
  const offset = place.map((at) => at + Math.floor(at / width) * gap);
  const { pixels } = frame;
  return (x, y) => {
    const start = y * frame.width + x;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const at = start + (offset[i] ?? 0);
      const here = pixels[at] ?? 0;
      // A neighbour that does not count is replaced by the pixel itself.
      const before = pixels[at - (left[i] ?? 0)] ?? 0;
      const after = pixels[at + (right[i] ?? 0)] ?? 0;
      const rb = (before & 0xff00ff) + 2 * (here & 0xff00ff) + (after & 0xff00ff);
      const g = ((before >>> 8) & 0xff) + 2 * ((here >>> 8) & 0xff) + ((after >>> 8) & 0xff);
      const wanted = redBlue[i] ?? 0;
      let worst = Math.abs((rb & 0xffff) - (wanted & 0xffff));
      const blue = Math.abs((rb >>> 16) - (wanted >>> 16));
      const other = Math.abs(g - (green[i] ?? 0));
      if (blue > worst) worst = blue;
      if (other > worst) worst = other;
      if (worst > (limit[i] ?? 0)) return undefined;
      sum += worst;
    }
    return 1 - sum / (4 * 255 * count);
  };
}

/** The pixels to compare, those with most contrast around them first; sums are of four pixels. */
interface Points {
  readonly place: Int32Array;
  readonly limit: Uint16Array;
  readonly left: Uint8Array;
  readonly right: Uint8Array;
  readonly redBlue: Uint32Array;
  readonly green: Uint16Array;
}

function listPoints(template: Template): Points {
  const { width, counted, pixels, tolerance } = template;
  const contrast = contrasts(template);
  const order = orderOf(template, contrast);
  const count = order.length;
  const points = {
    place: order,
    limit: new Uint16Array(count),
    left: new Uint8Array(count),
    right: new Uint8Array(count),
    redBlue: new Uint32Array(count),
    green: new Uint16Array(count),
  };
  for (const [i, at] of order.entries()) {
    const x = at % width;
    const left = x > 0 ? (counted[at - 1] ?? 0) : 0;
    const right = x < width - 1 ? (counted[at + 1] ?? 0) : 0;
    const [before, here, after] = [pixels[at - left] ?? 0, pixels[at] ?? 0, pixels[at + right] ?? 0];
    points.left[i] = left;
    points.right[i] = right;
    points.redBlue[i] = (before & 0xff00ff) + 2 * (here & 0xff00ff) + (after & 0xff00ff);
    points.green[i] = ((before >>> 8) & 0xff) + 2 * ((here >>> 8) & 0xff) + ((after >>> 8) & 0xff);
    points.limit[i] = Math.floor(4 * (tolerance + slack * (contrast[at] ?? 0)));
  }
  return points;
}

/** Strong edges first and then all others, each spread over the picture, so that a wrong place is told at once. */
function orderOf({ counted }: Template, contrast: Uint8Array): Int32Array {
  let highest = 0;
  let count = 0;
  for (let at = 0; at < counted.length; at++) {
    if (counted[at] === 0) continue;
    count++;
    if (contrast[at]! > highest) highest = contrast[at]!;
  }
  const strong = new Int32Array(count);
  const weak = new Int32Array(count);
  let strongs = 0;
  let weaks = 0;
  for (let at = 0; at < counted.length; at++) {
    if (counted[at] === 0) continue;
    if (contrast[at]! * 2 >= highest) strong[strongs++] = at;
    else weak[weaks++] = at;
  }
  const order = new Int32Array(count);
  spread(strong.subarray(0, strongs), order.subarray(0, strongs));
  spread(weak.subarray(0, weaks), order.subarray(strongs));
  return order;
}

/** Reorders so that each next one is far from those before: in steps of the golden section. */
function spread(values: Int32Array, into: Int32Array): void {
  const count = values.length;
  let step = Math.max(1, Math.round(count * 0.618));
  while (greatestDivisor(step, count) > 1) step++;
  for (let i = 0, at = 0; i < count; i++, at = (at + step) % count) into[i] = values[at]!;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** For each pixel how far the colours around it lie apart, in the channel where they do most. */
function contrasts({ width, height, pixels, counted }: Template): Uint8Array {
  const result = new Uint8Array(width * height);
  const low = new Uint8Array(width * height);
  const high = new Uint8Array(width * height);
  for (const shift of [0, 8, 16]) {
    for (let at = 0; at < low.length; at++) {
      const value = (pixels[at]! >>> shift) & 0xff;
      low[at] = counted[at] === 0 ? 255 : value;
      high[at] = counted[at] === 0 ? 0 : value;
    }
    for (let step = 0; step < reach; step++) widen(low, high, width);
    for (let at = 0; at < result.length; at++)
      if (high[at]! - low[at]! > result[at]!) result[at] = high[at]! - low[at]!;
  }
  return result;
}

/** Gives each pixel the lowest and the highest value of the nine around it. */
function widen(low: Uint8Array, high: Uint8Array, width: number): void {
  const lows = low.slice();
  const highs = high.slice();
  for (let row = 0; row < low.length; row += width) {
    for (let at = row; at < row + width; at++) {
      if (at > row) join(low, high, at, lows[at - 1]!, highs[at - 1]!);
      if (at < row + width - 1) join(low, high, at, lows[at + 1]!, highs[at + 1]!);
    }
  }
  lows.set(low);
  highs.set(high);
  for (let at = width; at < low.length; at++) {
    join(low, high, at, lows[at - width]!, highs[at - width]!);
    join(low, high, at - width, lows[at]!, highs[at]!);
  }
}

function join(low: Uint8Array, high: Uint8Array, at: number, least: number, most: number): void {
  if (least < low[at]!) low[at] = least;
  if (most > high[at]!) high[at] = most;
}
