import { crc32, deflateSync } from 'node:zlib';
import { words, type Frame } from '../../image/index.js';

/** A PNG as small as can be for pictures that are kept: with a palette where the colours are few. */
export function smallPng(frame: Frame): Buffer {
  const { width, height } = frame;
  const pixels = words(frame);
  const colors = new Map<number, number>();
  for (const pixel of pixels) if (!colors.has(pixel)) colors.set(pixel, colors.size);
  const isFew = colors.size <= 256;
  const bytes = isFew ? 1 : 3;
  const raw = Buffer.alloc((width * bytes + 1) * height);
  for (let y = 0, at = 0; y < height; y++) {
    raw[at++] = 0;
    for (let x = 0; x < width; x++) {
      const pixel = pixels[y * width + x] ?? 0;
      if (isFew) raw[at++] = colors.get(pixel) ?? 0;
      else for (const shift of [0, 8, 16]) raw[at++] = (pixel >> shift) & 255;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, isFew ? 3 : 2, 0, 0, 0], 8);
  const palette = Buffer.from(
    [...colors.keys()].flatMap((color) => [0, 8, 16].map((shift) => (color >> shift) & 255)),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    ...(isFew ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
