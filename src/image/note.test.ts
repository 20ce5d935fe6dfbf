import { expect, test } from '@playwright/test';
import { PNG } from 'pngjs';
import { readNote, writeNote } from './note.js';
import { decodePng, encodePng } from './png.js';
import { noiseFrame } from './testing.js';

const frame = noiseFrame(7, 5, 1);
const png = encodePng(frame);

test('a note lies in the picture and changes nothing of it', () => {
  const noted = writeNote(png, '{"where": "Größe 1 – 2"}');
  expect(decodePng(noted)).toEqual(frame);
  // Checks the sums of all chunks.
  expect(PNG.sync.read(noted, { checkCRC: true }).data).toEqual(frame.data);
  expect(readNote(noted)).toEqual({ note: '{"where": "Größe 1 – 2"}', png });
});

test('the last note replaces the one before', () => {
  expect(readNote(writeNote(writeNote(png, 'first'), 'second'))).toEqual({ note: 'second', png });
});

test('texts of others are no notes, and what is cut off has none', () => {
  const other = writeNote(png, 'x');
  other.write('codex-pest', 41);
  expect([other, png, png.subarray(0, 50), Buffer.alloc(0)].map((each) => readNote(each))).toEqual(
    [other, png, png.subarray(0, 50), Buffer.alloc(0)].map((each) => ({ png: each })),
  );
});
