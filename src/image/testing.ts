import type { Color, Frame, Rect } from './frame.js';

/** The same numbers on every run: each call gives an integer from 0 to below `limit`. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** One opaque colour. */
export function flatFrame(width: number, height: number, color: Color): Frame {
  return { width, height, data: Buffer.alloc(width * height * 4, Buffer.from([...color, 255])) };
}

/** Opaque noise. */
export function noiseFrame(width: number, height: number, seed: number): Frame {
  const random = randomNumbers(seed);
  const frame = flatFrame(width, height, [0, 0, 0]);
  for (let at = 0; at < frame.data.length; at++) if (at % 4 !== 3) frame.data[at] = random(256);
  return frame;
}

/** A copy of a part. */
export function crop(frame: Frame, { x, y, width, height }: Rect): Frame {
  const data = Buffer.allocUnsafeSlow(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * frame.width + x) * 4;
    frame.data.copy(data, row * width * 4, from, from + width * 4);
  }
  return { width, height, data };
}

/** Draws a picture into a frame, in place. */
export function paste(picture: Frame, frame: Frame, at: { readonly x: number; readonly y: number }): void {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width * 4;
    picture.data.copy(frame.data, ((at.y + row) * frame.width + at.x) * 4, from, from + picture.width * 4);
  }
}

/** A screen of 1920 x 1080 with a smaller picture of one in the middle of grey. */
export function screen(picture: Frame): Frame {
  const frame = flatFrame(1920, 1080, [96, 96, 96]);
  paste(picture, frame, { x: (1920 - picture.width) >> 1, y: (1080 - picture.height) >> 1 });
  return frame;
}

/** Each channel is moved by up to `by` in each direction, after `brighter` was added. */
export function noisy(
  { width, height, data }: Frame,
  { by, brighter, seed }: { readonly by: number; readonly brighter: number; readonly seed: number },
): Frame {
  const random = randomNumbers(seed);
  const copy = Buffer.from(data);
  for (let at = 0; at < copy.length; at++) {
    if (at % 4 === 3) continue;
    copy[at] = Math.max(0, Math.min(255, copy[at]! + brighter + random(2 * by + 1) - by));
  }
  return { width, height, data: copy };
}

/** Everything lies a part of a pixel further to the right. */
export function shifted({ width, height, data }: Frame, by: number): Frame {
  const copy = Buffer.from(data);
  for (let at = 4; at < copy.length; at++) copy[at] = Math.round(data[at]! * (1 - by) + data[at - 4]! * by);
  return { width, height, data: copy };
}
