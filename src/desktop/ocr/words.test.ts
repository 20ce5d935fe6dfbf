import { expect, test } from '@playwright/test';
import { fillRect, type Color } from '../../image/index.js';
import type { Frame } from '../../image/index.js';
import { flatFrame } from '../../image/testing.js';
import { decodeSteps, makeDictionary } from './decode.js';
import { splitWords } from './words.js';

const white: Color = [255, 255, 255];
const black: Color = [0, 0, 0];

/** One bar of ink, 6 pixels wide, for each letter; they begin at the given columns. */
function bars(width: number, starts: readonly number[]): Frame {
  const frame = flatFrame(width, 20, white);
  for (const x of starts) fillRect(frame, { x, y: 5, width: 6, height: 10 }, black);
  return frame;
}

test('cuts words at the gaps of the pixels, not where the recogniser thinks', () => {
  const picture = bars(60, [4, 11, 26, 33]);
  const characters = [
    { text: 'm', x: 8 },
    { text: 'n', x: 13 },
    { text: ' ', x: 18 },
    { text: 'u', x: 30 },
    { text: 'r', x: 37 },
  ];
  expect(splitWords(characters, picture, { x: 100, y: 50, width: 60, height: 20 })).toEqual([
    { text: 'mn', box: { x: 104, y: 50, width: 13, height: 20 } },
    { text: 'ur', box: { x: 126, y: 50, width: 13, height: 20 } },
  ]);
});

test('finds a space that the recogniser left out between letters, but none before a sign', () => {
  const picture = bars(60, [4, 11, 26, 41]);
  const characters = [
    { text: 'm', x: 7 },
    { text: 'n', x: 14 },
    { text: 'u', x: 29 },
    { text: ':', x: 44 },
  ];
  const words = splitWords(characters, picture, { x: 0, y: 0, width: 60, height: 20 });
  expect(words.map(({ text }) => text)).toEqual(['mn', 'u:']);
});

test('leaves the border of a field out of the first and last word', () => {
  const picture = bars(60, [20, 27]);
  fillRect(picture, { x: 0, y: 2, width: 1, height: 18 }, black);
  fillRect(picture, { x: 58, y: 2, width: 1, height: 18 }, black);
  const characters = [
    { text: 'a', x: 23 },
    { text: 'b', x: 30 },
  ];
  expect(splitWords(characters, picture, { x: 0, y: 0, width: 60, height: 20 })).toEqual([
    { text: 'ab', box: { x: 20, y: 0, width: 13, height: 20 } },
  ]);
});

test('still parts the words of a picture without gaps', () => {
  const picture = flatFrame(60, 20, white);
  const characters = [
    { text: 'a', x: 10 },
    { text: ' ', x: 20 },
    { text: 'b', x: 30 },
  ];
  const words = splitWords(characters, picture, { x: 0, y: 0, width: 60, height: 20 });
  expect(words.map(({ text }) => text)).toEqual(['a', 'b']);
  for (const { box } of words) expect(box.width).toBeGreaterThan(0);
});

test('decodes repeated classes once, blanks between equal letters, and only allowed scripts', () => {
  const dictionary = makeDictionary('a\n中\nb\n', 'latin');
  expect(dictionary.characters).toEqual(['', 'a', '中', 'b', ' ']);
  expect([...dictionary.allowed]).toEqual([0, 1, 3, 4]);
  const likeliest = [1, 1, 0, 1, 2, 3];
  const scores = new Float32Array(likeliest.length * 5).fill(0.05);
  for (const [step, at] of likeliest.entries()) scores[step * 5 + at] = 0.75;
  const decoded = decodeSteps({ scores, steps: 6, classes: 5, pixelsPerStep: 4 }, dictionary);
  expect(decoded.characters).toEqual([
    { text: 'a', x: 2 },
    { text: 'a', x: 14 },
    { text: 'b', x: 22 },
  ]);
  expect(decoded.confidence).toBeCloseTo(0.75);
});
