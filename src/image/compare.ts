import pixelmatch from 'pixelmatch';
import {
  checkFrame,
  clipRect,
  copyFrame,
  fillRect,
  words,
  type Color,
  type Frame,
  type Rect,
} from './frame.js';
import { cropFrame, pasteFrame } from './crop.js';
import { grow, union, wholeOf } from './rect.js';

/** How two pictures differ. */
export interface Comparison {
  readonly equal: boolean;
  /** Pixels that differ visibly, anti-aliasing left out; where the sizes differ also those that only one frame has. */
  readonly differentPixels: number;
  /** `differentPixels` divided by the number of pixels that either frame has, 0 to 1. */
  readonly ratio: number;
  /**
   * Present when not equal: the expected picture faded to grey, differences red, anti-aliasing yellow. Drawn when first
   * asked for, which takes longer than counting.
   */
  readonly diff?: Frame;
}

const maskColor: Color = [255, 0, 255];
const differenceColor: Color = [255, 0, 0];

/** Playwright's. */
const usualThreshold = 0.2;

/** Pixelmatch looks two pixels around each one to tell anti-aliasing. */
const context = 2;

/**
 * Compares two pictures as Playwright's `toMatchSnapshot` does (pixelmatch).
 * `threshold` (0 to 1) is how far a pixel's colour may be off; `masks` are painted solid in both first.
 * Throws ImageError `wrong-size`.
 */
export function compareFrames(
  expected: Frame,
  actual: Frame,
  options: { readonly threshold?: number; readonly masks?: readonly Rect[] } = {},
): Comparison {
  checkFrame(expected);
  checkFrame(actual);
  const { threshold = usualThreshold, masks = [] } = options;
  if (!sameSize(expected, actual)) {
    return compareSizes(maskFrame(expected, masks), maskFrame(actual, masks), threshold);
  }
  if (expected.data.equals(actual.data)) return { equal: true, differentPixels: 0, ratio: 0 };
  return compareSameSize(maskFrame(expected, masks), maskFrame(actual, masks), threshold);
}

function compareSameSize(expected: Frame, actual: Frame, threshold: number): Comparison {
  const parts = changedParts(expected, actual);
  const counts = parts.map((part) => pixelmatchOf(part, { expected, actual, threshold }));
  const differentPixels = counts.reduce((sum, count) => sum + count, 0);
  if (differentPixels === 0) return { equal: true, differentPixels: 0, ratio: 0 };
  const ratio = differentPixels / (expected.width * expected.height);
  return drawnLater({ equal: false, differentPixels, ratio }, () => {
    const diff = faded(expected);
    for (const part of parts) {
      const picture = { ...part, data: Buffer.alloc(part.width * part.height * 4) };
      pixelmatchOf(part, { expected, actual, threshold, output: picture.data });
      pasteFrame(picture, diff, part);
    }
    return diff;
  });
}

function drawnLater(comparison: Omit<Comparison, 'diff'>, draw: () => Frame): Comparison {
  let drawn: Frame | undefined;
  return {
    ...comparison,
    get diff() {
      return (drawn ??= draw());
    },
  };
}

/** Everything outside the common upper left part counts as different. */
function compareSizes(expected: Frame, actual: Frame, threshold: number): Comparison {
  const width = Math.min(expected.width, actual.width);
  const height = Math.min(expected.height, actual.height);
  const common = { x: 0, y: 0, width, height };
  const inside = compareSameSize(cropFrame(expected, common), cropFrame(actual, common), threshold);
  const all = expected.width * expected.height + actual.width * actual.height - width * height;
  const differentPixels = all - width * height + inside.differentPixels;
  return drawnLater({ equal: false, differentPixels, ratio: differentPixels / all }, () =>
    drawSizes(expected, actual, inside.diff ?? faded(cropFrame(expected, common))),
  );
}

function drawSizes(expected: Frame, actual: Frame, common: Frame): Frame {
  const fullWidth = Math.max(expected.width, actual.width);
  const fullHeight = Math.max(expected.height, actual.height);
  const diff = {
    width: fullWidth,
    height: fullHeight,
    data: Buffer.alloc(fullWidth * fullHeight * 4, 255),
  };
  fillRect(diff, wholeOf(expected), differenceColor);
  fillRect(diff, wholeOf(actual), differenceColor);
  pasteFrame(common, diff, wholeOf(common));
  return diff;
}

/**
 * The rectangles that hold every changed byte, one per group of changed rows, each with the rows and columns
 * around it that pixelmatch looks at; so its counts are those of the whole picture at a fraction of the time.
 */
function changedParts(expected: Frame, actual: Frame): readonly Rect[] {
  const parts = changedBands(expected, actual).flatMap(
    (band) => clipRect(expected, grow(band, context)) ?? [],
  );
  return parts.every((part) => isOpaque(expected, part) && isOpaque(actual, part))
    ? parts
    : [wholeOf(expected)]; // pixelmatch blends transparency with a pattern laid over the whole picture
}

/** The smallest rectangle that holds every pixel that is not the same; all where the sizes differ, undefined where none is. */
export function changedBounds(expected: Frame, actual: Frame): Rect | undefined {
  if (!sameSize(expected, actual)) return wholeOf(actual);
  const [first, ...rest] = changedBands(expected, actual);
  return first && rest.reduce(union, first);
}

/** Groups of changed rows, as narrow as can be. */
function changedBands(expected: Frame, actual: Frame): readonly Rect[] {
  const { width, height } = expected;
  const a = words(expected);
  const b = words(actual);
  const bands: Rect[] = [];
  let top = -1;
  let bottom = -1;
  let left = width;
  let right = -1;
  const close = (): void => {
    if (top < 0) return;
    bands.push({ x: left, y: top, width: right - left + 1, height: bottom - top + 1 });
    [top, bottom, left, right] = [-1, -1, width, -1];
  };
  for (let y = 0; y < height; y++) {
    if (sameRow(expected, actual, y)) continue;
    // The context rows of two groups must not reach into the other's changes, or these would count twice.
    if (y - bottom > 4 * context) close();
    if (top < 0) top = y;
    bottom = y;
    const start = y * width;
    for (let x = 0; x < left; x++) if (a[start + x] !== b[start + x]) left = x;
    for (let x = width - 1; x > right; x--) if (a[start + x] !== b[start + x]) right = x;
  }
  close();
  return bands;
}

function sameRow(expected: Frame, actual: Frame, y: number): boolean {
  const stride = expected.width * 4;
  const from = y * stride;
  return expected.data.compare(actual.data, from, from + stride, from, from + stride) === 0;
}

function isOpaque(frame: Frame, part: Rect): boolean {
  for (let y = part.y; y < part.y + part.height; y++) {
    const start = (y * frame.width + part.x) * 4;
    for (let at = start + 3; at < start + part.width * 4; at += 4) if (frame.data[at] !== 255) return false;
  }
  return true;
}

/** How many pixels of a part differ; draws them where there is an `output`. */
function pixelmatchOf(
  part: Rect,
  compared: {
    readonly expected: Frame;
    readonly actual: Frame;
    readonly threshold: number;
    readonly output?: Buffer;
  },
): number {
  const { expected, actual, threshold, output } = compared;
  const pixels = (frame: Frame): Buffer => cropFrame(frame, part).data;
  return pixelmatch(pixels(expected), pixels(actual), output, part.width, part.height, { threshold });
}

/** One pixel of so many in each direction is looked at. */
const grid = 8;

/**
 * Whether more than half of two frames of one size is of another colour, as pixelmatch measures it, by some of their
 * pixels: then counting them all, and telling anti-aliasing, takes long and finds nothing else. Transparent pixels count as equal.
 */
export function isMostlyOther(expected: Frame, actual: Frame, threshold: number = usualThreshold): boolean {
  const [columns, rows] = [Math.ceil(expected.width / grid), Math.ceil(expected.height / grid)];
  const [a, b] = [words(expected), words(actual)];
  const before = new Uint32Array(columns * rows);
  const after = new Uint32Array(columns * rows);
  for (let at = 0; at < before.length; at++) {
    const from = Math.floor(at / columns) * grid * expected.width + (at % columns) * grid;
    const isOpaquePixel = expected.data[from * 4 + 3] === 255 && actual.data[from * 4 + 3] === 255;
    before[at] = a[from]!;
    after[at] = isOpaquePixel ? b[from]! : a[from]!;
  }
  const bytes = ({ buffer }: Uint32Array<ArrayBuffer>): Uint8Array => new Uint8Array(buffer);
  const options = { threshold, includeAA: true };
  return 2 * pixelmatch(bytes(before), bytes(after), undefined, columns, rows, options) > before.length;
}

/** The background that pixelmatch draws: grey, one tenth as strong, on white. */
function faded(frame: Frame): Frame {
  const { width, height, data } = frame;
  const grey = Buffer.alloc(data.length, 255);
  for (let at = 0; at < data.length; at += 4) {
    const red = data[at] ?? 0;
    const green = data[at + 1] ?? 0;
    const blue = data[at + 2] ?? 0;
    const alpha = data[at + 3] ?? 0;
    const luma = red * 0.29889531 + green * 0.58662247 + blue * 0.11448223;
    const value = 255 + ((luma - 255) * 0.1 * alpha) / 255;
    grey[at] = value;
    grey[at + 1] = value;
    grey[at + 2] = value;
  }
  return { width, height, data: grey };
}

/** `frame` with `masks` painted solid; itself where there are none. */
export function maskFrame(frame: Frame, masks: readonly Rect[]): Frame {
  if (masks.length === 0) return frame;
  const copy = copyFrame(frame);
  for (const mask of masks) fillRect(copy, mask, maskColor);
  return copy;
}

function sameSize(a: Frame, b: Frame): boolean {
  return a.width === b.width && a.height === b.height;
}
