import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cropFrame, pasteFrame } from '../image/crop.js';
import { decodePng, type Frame } from '../image/index.js';
import { flatFrame, randomNumbers } from '../image/testing.js';

export const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Pictures of screens of 1280 x 800. */
export const screenNames = ['wizard', 'dark', 'ide', 'form', 'gtk-light', 'gtk-dark'] as const;
export type ScreenName = (typeof screenNames)[number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

export async function readScreen(name: ScreenName): Promise<Frame> {
  return decodePng(await readFile(join(fixtures, `ocr/${name}.png`)));
}

/** A picture of a screen in the middle of one of this size; cut off where it is larger. */
export async function screenOf(name: ScreenName, { width, height }: Size): Promise<Frame> {
  const picture = await readScreen(name);
  const frame = flatFrame(width, height, [96, 96, 96]);
  const part = {
    x: 0,
    y: 0,
    width: Math.min(width, picture.width),
    height: Math.min(height, picture.height),
  };
  const at = { x: (width - part.width) >> 1, y: (height - part.height) >> 1 };
  pasteFrame(cropFrame(picture, part), frame, at);
  return frame;
}

/** A screen of this size filled with pictures of screens, so that it has as much on it as a real one. */
export async function tiled({ width, height }: Size): Promise<Frame> {
  const frame = flatFrame(width, height, [0, 0, 0]);
  let next = 2;
  for (let y = 0; y < height; y += 800) {
    for (let x = 0; x < width; x += 1280) {
      const picture = await readScreen(screenNames[next++ % screenNames.length]!);
      const part = { x: 0, y: 0, width: Math.min(1280, width - x), height: Math.min(800, height - y) };
      pasteFrame(cropFrame(picture, part), frame, { x, y });
    }
  }
  return frame;
}

/** A photograph as wallpaper, as it were: a gradient with noise, and a window on it. */
export async function wallpaper({ width, height }: Size): Promise<Frame> {
  const frame = flatFrame(width, height, [0, 0, 0]);
  const random = randomNumbers(5);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const grain = random(9) - 4;
      frame.data[at] = 40 + (x * 150) / width + grain;
      frame.data[at + 1] = 60 + (y * 150) / height + grain;
      frame.data[at + 2] = 200 - (x * 90) / width + grain;
    }
  }
  const window = { x: 300, y: 100, width: 700, height: 500 };
  pasteFrame(cropFrame(await readScreen('wizard'), window), frame, { x: width >> 2, y: height >> 2 });
  return frame;
}
