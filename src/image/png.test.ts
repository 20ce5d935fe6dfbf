import { crc32, deflateSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { PNG } from 'pngjs';
import { decodePng, encodePng, ImageError, type Frame } from './index.js';
import { flatFrame, noiseFrame, randomNumbers } from './testing.js';

const sizes = [
  [1, 1],
  [1, 7],
  [7, 1],
  [2, 2],
  [3, 5],
  [31, 17],
  [64, 64],
  [101, 33],
  [640, 3],
] as const;

for (const [width, height] of sizes) {
  test(`brings back every byte of a ${width}x${height} picture`, () => {
    for (const frame of [noiseFrame(width, height, 1), windowFrame(width, height)]) {
      const png = encodePng(frame);
      expect(decodePng(png)).toEqual(frame);
      const read = PNG.sync.read(png, { checkCRC: true });
      expect({ width: read.width, height: read.height, data: read.data }).toEqual(frame);
    }
  });
}

test('keeps pixels that are transparent', () => {
  const frame = noiseFrame(20, 20, 2);
  for (let at = 3; at < frame.data.length; at += 8) frame.data[at] = at % 256;
  expect(decodePng(encodePng(frame))).toEqual(frame);
});

test('encodes a frame whose data lies at an odd address', () => {
  const frame = noiseFrame(33, 9, 3);
  const shifted = Buffer.concat([Buffer.alloc(1), frame.data]).subarray(1);
  expect(encodePng({ ...frame, data: shifted })).toEqual(encodePng(frame));
});

test('writes the three chunks of an 8-bit RGBA picture and nothing else', () => {
  const png = encodePng(flatFrame(300, 200, [10, 20, 30]));
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect(chunks(png).map((chunk) => chunk.type)).toEqual(['IHDR', 'IDAT', 'IEND']);
  expect([...png.subarray(16, 29)]).toEqual([0, 0, 1, 44, 0, 0, 0, 200, 8, 6, 0, 0, 0]);
});

test('reads what other programs write: grey, RGB, a palette of two, 16 bits', () => {
  const grey = flatFrame(3, 2, [200, 200, 200]);
  for (const colorType of [0, 2, 4] as const) {
    const png = PNG.sync.write(Object.assign(new PNG({ width: 3, height: 2 }), { data: grey.data }), {
      colorType,
    });
    expect(decodePng(png)).toEqual(grey);
  }
  const palette = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQMAAACnuvRZAAAABlBMVEX/AAAAAP9sof2OAAAADElEQVR4nGNwYFgAAAFkAOGROt8sAAAAAElFTkSuQmCC',
    'base64',
  );
  expect(redOf(decodePng(palette))).toEqual([255, 0, 255, 0, 255, 0]);
  const deep = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAAAAADoj+WFAAAAD0lEQVR4nGM4AQYMAmAAADKWBRHOX6CeAAAAAElFTkSuQmCC',
    'base64',
  );
  expect(redOf(decodePng(deep))).toEqual([200, 200, 200, 16, 16, 16]);
});

test.describe('reads the pixels of another program', () => {
  for (const [filterType, filter] of ['none', 'left', 'above', 'mean', 'Paeth', 'any'].entries()) {
    test(`filtered by ${filter}, with and without alpha`, () => {
      for (const [width, height] of sizes) {
        for (const colorType of [2, 6] as const) {
          const frame = noiseFrame(width, height, filterType);
          if (colorType === 6) for (let at = 3; at < frame.data.length; at += 4) frame.data[at] = at % 251;
          const png = written(frame, { colorType, filterType: filterType < 5 ? filterType : -1 });
          expect(decodePng(png)).toEqual(frame);
          expect(decodePng(divided(png))).toEqual(frame);
        }
      }
    });
  }

  test('but refuses random damage to them with its own error', () => {
    const random = randomNumbers(6);
    const png = divided(written(windowFrame(40, 30), { colorType: 2, filterType: -1 }));
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(png);
      for (let i = 0; i < 3; i++) bytes[random(bytes.length)] = random(256);
      expect(['not-a-png', 'too-large', 'damaged', 'read']).toContain(codeOf(() => decodePng(bytes)));
    }
  });

  test('but refuses a filter that does not exist, and rows that are too many or too few', () => {
    const rows = (...filters: readonly number[]): Buffer =>
      Buffer.concat(filters.map((filter) => Buffer.from([filter, ...Buffer.alloc(12, 7)])));
    const png = (pixels: Buffer): Buffer => {
      const whole = encodePng(flatFrame(3, 2, [7, 7, 7]));
      return Buffer.concat([
        whole.subarray(0, 33),
        chunkOf('IDAT', deflateSync(pixels)),
        whole.subarray(-12),
      ]);
    };
    expect(codeOf(() => decodePng(png(rows(4, 4))))).toBe('read');
    for (const wrong of [rows(0, 5), rows(0), rows(0, 0, 0)])
      expect(codeOf(() => decodePng(png(wrong)))).toBe('damaged');
  });
});

test('refuses bytes that are not a PNG', () => {
  expect(codeOf(() => decodePng(Buffer.from('GIF89a, but longer than a header would be')))).toBe('not-a-png');
  expect(codeOf(() => decodePng(Buffer.alloc(0)))).toBe('not-a-png');
});

test('refuses a size beyond 8192 pixels by its header alone', () => {
  for (const [width, height] of [
    [8193, 1],
    [1, 8193],
    [0xffffffff, 0xffffffff],
  ] as const) {
    const png = encodePng(flatFrame(4, 4, [1, 2, 3]));
    png.writeUInt32BE(width, 16);
    png.writeUInt32BE(height, 20);
    expect(codeOf(() => decodePng(png))).toBe('too-large');
  }
});

test('refuses a second header that would change the size after it was checked', () => {
  const png = encodePng(flatFrame(4, 4, [1, 2, 3]));
  const header = png.subarray(8, 33);
  expect(codeOf(() => decodePng(Buffer.concat([png.subarray(0, 33), header, png.subarray(33)])))).toBe(
    'damaged',
  );
});

test('refuses a PNG that is cut off, altered or empty', () => {
  const png = encodePng(noiseFrame(30, 30, 4));
  const altered = Buffer.from(png);
  altered[60] = (altered[60] ?? 0) ^ 0xff;
  const empty = Buffer.from(png);
  empty.writeUInt32BE(0, 16);
  for (const bytes of [
    png.subarray(0, 20),
    png.subarray(0, 100),
    png.subarray(0, png.length - 20),
    altered,
    empty,
  ]) {
    expect(codeOf(() => decodePng(bytes))).toBe('damaged');
  }
});

test('refuses any random damage with its own error or reads a picture', () => {
  const random = randomNumbers(5);
  const png = encodePng(windowFrame(40, 30));
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(png);
    for (let i = 0; i < 3; i++) bytes[random(bytes.length)] = random(256);
    expect(['not-a-png', 'too-large', 'damaged', 'read']).toContain(codeOf(() => decodePng(bytes)));
  }
});

test('refuses to encode a frame whose data does not fit its size', () => {
  for (const frame of [
    { width: 2, height: 2, data: Buffer.alloc(15) },
    { width: 0, height: 0, data: Buffer.alloc(0) },
    { width: 1.5, height: 2, data: Buffer.alloc(12) },
  ]) {
    expect(codeOf(() => encodePng(frame))).toBe('wrong-size');
  }
});

test('makes a picture of a user interface small', () => {
  const frame = windowFrame(1280, 800);
  expect(encodePng(frame).length).toBeLessThan(deflateSync(frame.data, { level: 1 }).length * 1.1);
});

function written(
  { width, height, data }: Frame,
  options: { readonly colorType: 2 | 6; readonly filterType: number },
): Buffer {
  return PNG.sync.write(Object.assign(new PNG({ width, height }), { data }), options);
}

/** The same picture with its pixels in two chunks, and a comment before them. */
function divided(png: Buffer): Buffer {
  const at = png.indexOf('IDAT') - 4;
  const end = at + 12 + png.readUInt32BE(at);
  const pixels = png.subarray(at + 8, end - 4);
  const parts = [
    chunkOf('tEXt', Buffer.from('Comment\0drawn')),
    chunkOf('IDAT', pixels.subarray(0, 7)),
    chunkOf('IDAT', pixels.subarray(7)),
  ];
  return Buffer.concat([png.subarray(0, at), ...parts, png.subarray(end)]);
}

function chunkOf(type: string, content: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), content, Buffer.alloc(4)]);
  bytes.writeUInt32BE(content.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** Flat areas, repeated rows and a gradient: every filter is used. */
function windowFrame(width: number, height: number): Frame {
  const frame = flatFrame(width, height, [240, 240, 240]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (y % 10 < 3) frame.data[at] = x % 200;
      if (y % 10 === 5) frame.data.fill((x * 7 + y * 13) % 256, at, at + 3);
    }
  }
  return frame;
}

function redOf(frame: Frame): readonly number[] {
  return [...frame.data].filter((_, index) => index % 4 === 0);
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'read';
  } catch (error) {
    if (error instanceof ImageError) return error.code;
    throw error;
  }
}

function chunks(png: Buffer): readonly { readonly type: string }[] {
  const found = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    found.push({ type: png.toString('latin1', at + 4, at + 8) });
  }
  return found;
}
