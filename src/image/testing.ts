import type { Color, Frame } from './frame.js';

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
