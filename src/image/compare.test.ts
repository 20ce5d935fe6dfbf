import { expect, test } from '@playwright/test';
import pixelmatch from 'pixelmatch';
import { copyFrame, fillRect, type Color } from './frame.js';
import { compareFrames, type Frame, type Rect } from './index.js';
import { flatFrame, noiseFrame, randomNumbers } from './testing.js';

const white: Color = [255, 255, 255];
const black: Color = [0, 0, 0];
const red: readonly number[] = [255, 0, 0, 255];

test('finds equal pictures equal', () => {
  const frame = noiseFrame(50, 40, 1);
  expect(compareFrames(frame, copyFrame(frame))).toEqual({ equal: true, differentPixels: 0, ratio: 0 });
});

test('counts and draws exactly what pixelmatch finds in the whole picture', () => {
  const random = randomNumbers(2);
  let different = 0;
  for (let round = 0; round < 200; round++) {
    const expected = textFrame(20 + random(120), 20 + random(90), random);
    const actual = copyFrame(expected);
    for (let i = random(5); i >= 0; i--) change(actual, random);
    const threshold = [0.05, 0.1, 0.2, 0.5][random(4)] ?? 0.2;
    const whole = wholePicture(expected, actual, threshold);
    const result = compareFrames(expected, actual, { threshold });
    expect(result.differentPixels).toBe(whole.count);
    expect(result.equal).toBe(whole.count === 0);
    expect(result.ratio).toBe(whole.count / (expected.width * expected.height));
    expect(result.diff?.data).toEqual(whole.count ? whole.data : undefined);
    if (whole.count) different++;
  }
  expect(different).toBeGreaterThan(100);
});

test('counts like pixelmatch where pictures are transparent', () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 30; round++) {
    const expected = noiseFrame(40, 40, round);
    for (let at = 3; at < expected.data.length; at += 4) expected.data[at] = random(256);
    const actual = copyFrame(expected);
    change(actual, random);
    const whole = wholePicture(expected, actual, 0.2);
    expect(compareFrames(expected, actual).differentPixels).toBe(whole.count);
  }
});

test('compares frames whose data lies at an odd address', () => {
  const expected = flatFrame(9, 9, white);
  const actual = copyFrame(expected);
  fillRect(actual, { x: 2, y: 2, width: 3, height: 3 }, black);
  const shifted = { ...actual, data: Buffer.concat([Buffer.alloc(1), actual.data]).subarray(1) };
  expect(compareFrames(shifted, expected).differentPixels).toBe(9);
});

test('lets a colour be off by the threshold', () => {
  const expected = flatFrame(10, 10, [100, 100, 100]);
  const actual = flatFrame(10, 10, [110, 110, 110]);
  expect(compareFrames(expected, actual)).toEqual({ equal: true, differentPixels: 0, ratio: 0 });
  expect(compareFrames(expected, actual, { threshold: 0.01 })).toMatchObject({ equal: false, ratio: 1 });
});

test('does not see what a mask covers', () => {
  const expected = flatFrame(60, 40, white);
  const actual = copyFrame(expected);
  fillRect(actual, { x: 10, y: 10, width: 8, height: 8 }, black);
  const covering: Rect = { x: 9.5, y: 9.5, width: 9, height: 9 };
  expect(compareFrames(expected, actual).differentPixels).toBe(64);
  expect(compareFrames(expected, actual, { masks: [covering] })).toEqual({
    equal: true,
    differentPixels: 0,
    ratio: 0,
  });
  expect(actual.data.equals(expected.data)).toBe(false);
});

test('sees what lies beside a mask, and takes masks that reach beyond the picture', () => {
  const expected = flatFrame(60, 40, white);
  const actual = copyFrame(expected);
  fillRect(actual, { x: 50, y: 30, width: 10, height: 10 }, black);
  const masks = [
    { x: 55, y: -100, width: 1000, height: 1000 },
    { x: -50, y: -50, width: 10, height: 10 },
    { x: Number.NaN, y: 0, width: 10, height: 10 },
  ];
  expect(compareFrames(expected, actual, { masks }).differentPixels).toBe(50);
});

test('counts pixels that only one of two sizes has', () => {
  const expected = flatFrame(10, 10, white);
  const actual = flatFrame(12, 8, white);
  fillRect(actual, { x: 0, y: 0, width: 3, height: 3 }, black);
  const { diff, ...result } = compareFrames(expected, actual);
  // 20 expected pixels below, 16 actual ones to the right, 9 changed; 116 in all.
  expect(result).toEqual({ equal: false, differentPixels: 45, ratio: 45 / 116 });
  expect({ width: diff?.width, height: diff?.height }).toEqual({ width: 12, height: 10 });
  expect(pixel(diff, 1, 1)).toEqual(red);
  expect(pixel(diff, 11, 7)).toEqual(red);
  expect(pixel(diff, 9, 9)).toEqual(red);
  expect(pixel(diff, 11, 9)).toEqual([255, 255, 255, 255]);
  expect(pixel(diff, 8, 6)).toEqual([255, 255, 255, 255]);
});

test('refuses a frame whose data does not fit its size', () => {
  const frame = flatFrame(2, 2, white);
  expect(() => compareFrames(frame, { ...frame, width: 3 })).toThrow('must hold 24 bytes, but holds 16');
});

function wholePicture(expected: Frame, actual: Frame, threshold: number): { count: number; data: Buffer } {
  const data = Buffer.alloc(expected.data.length);
  const count = pixelmatch(expected.data, actual.data, data, expected.width, expected.height, { threshold });
  return { count, data };
}

/** Strokes with soft edges, as text has them. */
function textFrame(width: number, height: number, random: (limit: number) => number): Frame {
  const frame = flatFrame(width, height, white);
  for (let i = 0; i < 30; i++) {
    const shade = random(256);
    const rect = { x: random(width), y: random(height), width: 1 + random(6), height: 1 + random(6) };
    fillRect(frame, rect, [shade, shade, shade]);
  }
  return frame;
}

function change(frame: Frame, random: (limit: number) => number): void {
  const rect = {
    x: random(frame.width),
    y: random(frame.height),
    width: 1 + random(12),
    height: 1 + random(5),
  };
  fillRect(frame, rect, [random(256), random(256), random(256)]);
}

function pixel(frame: Frame | undefined, x: number, y: number): readonly number[] {
  if (!frame) return [];
  const at = (y * frame.width + x) * 4;
  return [...frame.data.subarray(at, at + 4)];
}
