import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { cropFrame, pasteFrame } from './crop.js';
import { decodePng, fillRect, findPicture, ImageError, type Frame, type Rect } from './index.js';
import { flatFrame, noiseFrame, randomNumbers } from './testing.js';
import { noisy, partWithDetail, screen, shifted } from './testing.js';

const names = ['wizard', 'dark', 'ide', 'form', 'gtk-light', 'gtk-dark'] as const;
const pictures = new Map(names.map((name) => [name, fixture(`ocr/${name}.png`)]));
const picture = (name: (typeof names)[number]): Frame => pictures.get(name)!;

test.describe('finds a part of a screen', () => {
  for (const [index, name] of names.entries()) {
    const random = randomNumbers(index + 1);
    const frame = screen(picture(name));
    const parts = Array.from({ length: 6 }, () => partWithDetail(frame, random));

    test(`${name}, where every pixel is the same`, () => {
      for (const part of parts)
        expect(boxes(findPicture(frame, cropFrame(frame, part)))).toContainEqual(part);
    });

    test(`${name}, under noise and a little brighter`, () => {
      const changed = noisy(frame, { by: 8, brighter: 4, seed: index });
      for (const part of parts)
        expect(boxes(findPicture(changed, cropFrame(frame, part)))).toContainEqual(part);
    });

    test(`${name}, with colours of 16 bits`, () => {
      const coarse = { ...frame, data: Buffer.from(frame.data) };
      for (let at = 0; at < coarse.data.length; at++) coarse.data[at]! &= at % 4 === 3 ? 0xff : 0xf8;
      for (const part of parts)
        expect(boxes(findPicture(coarse, cropFrame(frame, part)))).toContainEqual(part);
    });

    test(`${name}, drawn a third of a pixel to the right`, () => {
      const moved = shifted(frame, 1 / 3);
      for (const part of parts)
        expect(boxes(findPicture(moved, cropFrame(frame, part)))).toContainEqual(part);
    });

    test(`${name}, near where it was`, () => {
      for (const part of parts) {
        const near = { ...part, x: part.x + random(40) - 20, y: part.y + random(40) - 20 };
        expect(boxes(findPicture(frame, cropFrame(frame, part), { near }))).toEqual([part]);
      }
    });

    test(`${name}, and not on another screen`, () => {
      const others = names.filter((other) => !other.startsWith(name.slice(0, 3)));
      for (const part of parts) {
        const other = screen(picture(others[random(others.length)]!));
        expect(findPicture(other, cropFrame(frame, part))).toEqual([]);
      }
    });
  }
});

test('is told apart from a picture with another character, at each size and in each theme', () => {
  const sheet = fixture('find/texts.png');
  const { cells } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/find/texts.json'), 'utf8'),
  ) as { readonly cells: readonly { readonly text: string; readonly of: string; readonly box: Rect }[] };
  const wrong: string[] = [];
  for (const cell of cells) {
    const template = cropFrame(sheet, cell.box);
    for (const other of cells.filter(({ of, box }) => of === cell.of && box !== cell.box)) {
      if (other.text === cell.text) continue;
      const around = { ...other.box, x: other.box.x - 4, y: other.box.y - 4 };
      const frame = cropFrame(sheet, { ...around, width: cell.box.width + 8, height: cell.box.height + 8 });
      if (findPicture(frame, template).length > 0)
        wrong.push(`${cell.text} where ${other.text} is, ${cell.of}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('is told apart from a status of another colour that is as bright', () => {
  const green = flatFrame(400, 300, [240, 240, 240]);
  const red = flatFrame(400, 300, [240, 240, 240]);
  const box = { x: 100, y: 100, width: 24, height: 24 };
  fillRect(green, box, [0, 128, 0]);
  fillRect(red, box, [200, 26, 0]);
  const template = cropFrame(green, { x: 90, y: 90, width: 44, height: 44 });
  expect(boxes(findPicture(green, template))).toEqual([{ x: 90, y: 90, width: 44, height: 44 }]);
  expect(findPicture(red, template)).toEqual([]);
});

test('tells all places that look the same, and prefers the one that is exact', () => {
  const frame = flatFrame(800, 600, [250, 250, 250]);
  const icon = noiseFrame(20, 20, 7);
  const places = [
    { x: 0, y: 0, width: 20, height: 20 },
    { x: 780, y: 580, width: 20, height: 20 },
    { x: 301, y: 203, width: 20, height: 20 },
  ];
  for (const place of places) pasteFrame(icon, frame, place);
  expect(new Set(boxes(findPicture(frame, icon)))).toEqual(new Set([places[0], places[2], places[1]]));
  expect(boxes(findPicture(frame, icon, { near: { ...places[2]!, x: 310 } }))).toEqual([places[2]]);

  fillRect(frame, { x: 0, y: 0, width: 1, height: 1 }, [0, 0, 0]);
  pasteFrame(noisy(icon, { by: 4, brighter: 0, seed: 3 }), frame, places[1]!);
  pasteFrame(flatFrame(20, 20, [250, 250, 250]), frame, places[2]!);
  pasteFrame(noisy(icon, { by: 4, brighter: 0, seed: 4 }), frame, places[0]!);
  expect(findPicture(frame, icon).length).toBe(2);
  pasteFrame(icon, frame, places[0]!);
  expect(findPicture(frame, icon)).toEqual([{ box: places[0], similarity: 1 }]);
});

test('leaves out what is transparent or masked, and corners that are round in another theme', () => {
  const frame = screen(picture('wizard'));
  const part = { x: 760, y: 556, width: 110, height: 50 };
  const masked = cropFrame(frame, part);
  const holes = { ...masked, data: Buffer.from(masked.data) };
  const hole = { x: 30, y: 10, width: 40, height: 20 };
  fillRect(masked, hole, [255, 0, 255]);
  expect(findPicture(frame, masked)).toEqual([]);
  expect(boxes(findPicture(frame, masked, { masks: [hole] }))).toContainEqual(part);
  for (let at = 0; at < holes.data.length; at += 4) if (at % 28 === 0) holes.data.fill(0, at, at + 4);
  expect(boxes(findPicture(frame, holes))).toContainEqual(part);

  const rounded = { ...frame, data: Buffer.from(frame.data) };
  for (const x of [part.x, part.x + part.width - 1])
    fillRect(rounded, { x, y: part.y, width: 1, height: 1 }, [9, 9, 9]);
  expect(boxes(findPicture(rounded, cropFrame(frame, part)))).toContainEqual(part);
});

test('refuses a picture in which there is nothing to recognise', () => {
  const frame = screen(picture('wizard'));
  const codeOf = (template: Frame, masks: readonly Rect[] = []): unknown => {
    try {
      return findPicture(frame, template, { masks });
    } catch (error) {
      return error instanceof ImageError ? error.code : error;
    }
  };
  expect(codeOf(flatFrame(40, 30, [255, 255, 255]))).toBe('flat');
  expect(codeOf(flatFrame(1, 1, [3, 4, 5]))).toBe('flat');
  expect(codeOf(noiseFrame(30, 30, 1), [{ x: 0, y: 0, width: 30, height: 30 }])).toBe('flat');
  expect(codeOf({ ...flatFrame(3, 3, [0, 0, 0]), width: 4 })).toBe('wrong-size');
});

test('finds what is as large as the frame, tiny or at its edge, and nothing that is larger', () => {
  const frame = noiseFrame(61, 37, 5);
  expect(findPicture(frame, frame)).toEqual([{ box: { x: 0, y: 0, width: 61, height: 37 }, similarity: 1 }]);
  expect(findPicture(frame, noiseFrame(62, 10, 5))).toEqual([]);
  expect(findPicture(frame, noiseFrame(10, 38, 5))).toEqual([]);
  for (const part of [
    { x: 59, y: 0, width: 2, height: 2 },
    { x: 0, y: 30, width: 9, height: 7 },
    { x: 50, y: 26, width: 11, height: 11 },
    { x: 0, y: 36, width: 61, height: 1 },
  ]) {
    expect(boxes(findPicture(frame, cropFrame(frame, part)))).toContainEqual(part);
    const near = { x: -400, y: 9_000, width: 1, height: 1 };
    expect(boxes(findPicture(frame, cropFrame(frame, part), { near }))).toContainEqual(part);
  }
});

test('gives up on a line without beginning or end after some hundred places', () => {
  const frame = flatFrame(1920, 1080, [255, 255, 255]);
  fillRect(frame, { x: 0, y: 540, width: 1920, height: 540 }, [0, 0, 0]);
  const matches = findPicture(frame, cropFrame(frame, { x: 700, y: 500, width: 120, height: 80 }));
  expect(matches.length).toBeGreaterThan(1);
  expect(matches.length).toBeLessThanOrEqual(300);
});

function boxes(matches: readonly { readonly box: Rect }[]): readonly Rect[] {
  return matches.map(({ box }) => box);
}

function fixture(path: string): Frame {
  return decodePng(readFileSync(join(import.meta.dirname, '../../fixtures', path)));
}
