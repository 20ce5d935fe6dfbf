import { expect, test } from '@playwright/test';
import { markTarget, type Frame } from './index.js';
import { flatFrame, noiseFrame } from './testing.js';

const colors: Readonly<Record<string, string>> = { '255,0,255': '#', '255,255,255': 'o', '90,90,90': '.' };

test('outlines the box from outside and puts a dot on the point', () => {
  const frame = flatFrame(24, 20, [90, 90, 90]);
  expect(drawing(markTarget(frame, { box: { x: 6, y: 6, width: 12, height: 8 } }))).toEqual([
    '........................',
    '........................',
    '..oooooooooooooooooooo..',
    '..o##################o..',
    '..o##################o..',
    '..o##oooooooooooooo##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##o............o##o..',
    '..o##oooooooooooooo##o..',
    '..o##################o..',
    '..o##################o..',
    '..oooooooooooooooooooo..',
    '........................',
    '........................',
  ]);
  expect(drawing(markTarget(frame, { point: { x: 10, y: 9 } })).slice(2, 17)).toEqual([
    '........................',
    '........ooooo...........',
    '......ooooooooo.........',
    '.....ooo#####ooo........',
    '.....oo#######oo........',
    '....oo#########oo.......',
    '....oo#########oo.......',
    '....oo#########oo.......',
    '....oo#########oo.......',
    '....oo#########oo.......',
    '.....oo#######oo........',
    '.....ooo#####ooo........',
    '......ooooooooo.........',
    '........ooooo...........',
    '........................',
  ]);
});

test('leaves the given frame as it was', () => {
  const frame = noiseFrame(30, 30, 1);
  const before = Buffer.from(frame.data);
  markTarget(frame, { box: { x: 5, y: 5, width: 10, height: 10 }, point: { x: 9, y: 9 } });
  expect(frame.data.equals(before)).toBe(true);
});

test('keeps the outline of a box that fills the frame in sight', () => {
  const frame = flatFrame(12, 10, [90, 90, 90]);
  expect(drawing(markTarget(frame, { box: { x: -5, y: -5, width: 100, height: 100 } }))).toEqual([
    'oooooooooooo',
    'o##########o',
    'o##########o',
    'o##oooooo##o',
    'o##o....o##o',
    'o##o....o##o',
    'o##oooooo##o',
    'o##########o',
    'o##########o',
    'oooooooooooo',
  ]);
});

test('clips marks at every edge and corner', () => {
  const frame = flatFrame(5, 3, [90, 90, 90]);
  for (const x of [-6, -1, 0, 2, 4, 5, 11]) {
    for (const y of [-6, -1, 0, 1, 2, 3, 9]) {
      const marked = markTarget(frame, { box: { x, y, width: 3, height: 3 }, point: { x, y } });
      expect(marked.data.length).toBe(frame.data.length);
    }
  }
  expect(drawing(markTarget(frame, { point: { x: 0, y: 0 } }))[0]).toBe('#####');
});

test('draws nothing for a target that is not on the screen', () => {
  const frame = flatFrame(20, 20, [90, 90, 90]);
  const away = { box: { x: 30, y: 30, width: 5, height: 5 }, point: { x: -40, y: 4 } };
  expect(markTarget(frame, away)).toEqual(frame);
  expect(markTarget(frame, {})).toEqual(frame);
});

function drawing(frame: Frame): readonly string[] {
  return Array.from({ length: frame.height }, (_, y) =>
    Array.from({ length: frame.width }, (_value, x) => {
      const at = (y * frame.width + x) * 4;
      return colors[frame.data.subarray(at, at + 3).join(',')] ?? '?';
    }).join(''),
  );
}
