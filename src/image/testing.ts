import { cropFrame, pasteFrame } from './crop.js';
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

/** A screen of 1920 x 1080 with a smaller picture of one in the middle of grey. */
export function screen(picture: Frame): Frame {
  const frame = flatFrame(1920, 1080, [96, 96, 96]);
  pasteFrame(picture, frame, { x: (1920 - picture.width) >> 1, y: (1080 - picture.height) >> 1 });
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

/** A part that is no plain area or line, and cuts through nothing at its left: it has edges in many rows and columns. */
export function partWithDetail(frame: Frame, random: (limit: number) => number): Rect {
  for (;;) {
    const [width, height] = [40 + random(160), 20 + random(60)];
    const part = { x: 1 + random(frame.width - width - 1), y: random(frame.height - height), width, height };
    const { data } = cropFrame(frame, part);
    if (!isPlain(cropFrame(frame, { ...part, x: part.x - 1, width: 2 }))) continue;
    const [columns, rows] = [new Set<number>(), new Set<number>()];
    for (let at = width * 4; at < data.length; at += 4) {
      const pixel = at / 4;
      if (Math.abs(data[at]! - data[at - 4]!) > 60) columns.add(pixel % width);
      if (Math.abs(data[at]! - data[at - width * 4]!) > 60) rows.add(Math.floor(pixel / width));
    }
    if (columns.size > 12 && rows.size > 8) return part;
  }
}

/** Whether both columns are the same. */
function isPlain({ data, height }: Frame): boolean {
  return Array.from({ length: height }, (_, row) => row * 8).every(
    (at) => data.readUInt32LE(at) === data.readUInt32LE(at + 4),
  );
}
