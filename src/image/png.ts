import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { checkFrame, ImageError, words, type Frame } from './frame.js';
import { unfilterRow } from './unfilter.js';

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const longestSide = 8192;
const filterNone = 0;
const filterUp = 2;

/** Encodes a frame as an 8-bit RGBA PNG, without loss. Throws ImageError `wrong-size`. */
export function encodePng(frame: Frame): Buffer {
  checkFrame(frame);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(frame.width, 0);
  header.writeUInt32BE(frame.height, 4);
  header[8] = 8; // bits per channel
  header[9] = 6; // RGBA
  const pixels = deflateSync(filterRows(frame), { level: 1, memLevel: 9, chunkSize: 1 << 20 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * Decodes a PNG of any colour type and bit depth to 8-bit RGBA.
 * Throws ImageError `not-a-png`, `too-large` (a side above 8192 pixels) or `damaged`.
 */
export function decodePng(bytes: Uint8Array): Frame {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkHeader(png);
  try {
    const common = decodeCommon(png);
    if (common !== undefined) return common;
    const { width, height, data } = PNG.sync.read(png);
    return { width, height, data };
  } catch (error) {
    throw new ImageError('damaged', `The PNG cannot be decoded: ${messageOf(error)}`, { cause: error });
  }
}

/** The size must be known to be sane before the decoder allocates memory for it. */
function checkHeader(png: Buffer): void {
  if (!png.subarray(0, 8).equals(signature)) {
    throw new ImageError('not-a-png', `These ${png.length} bytes are not a PNG: the signature is missing.`);
  }
  if (png.length < 33 || png.toString('latin1', 12, 16) !== 'IHDR') {
    throw new ImageError('damaged', 'The PNG cannot be decoded: it does not begin with its header.');
  }
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  if (width > longestSide || height > longestSide) {
    throw new ImageError(
      'too-large',
      `The PNG has ${width}x${height} pixels; at most ${longestSide}x${longestSide} are read.`,
    );
  }
  if (width === 0 || height === 0) {
    throw new ImageError('damaged', `The PNG cannot be decoded: its size is ${width}x${height}.`);
  }
  if (hasSecondHeader(png)) {
    // The decoder would take its size from the last one, which nobody has checked.
    throw new ImageError('damaged', 'The PNG cannot be decoded: it has more than one header.');
  }
}

function hasSecondHeader(png: Buffer): boolean {
  let headers = 0;
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IHDR') headers++;
  }
  return headers > 1;
}

/**
 * Decodes what nearly all PNG files of screens are, in a fraction of the time that the package takes: RGB or RGBA of 8 bits,
 * not interlaced. Undefined for any other, and for one that is damaged: the package knows best what is wrong.
 */
function decodeCommon(png: Buffer): Frame | undefined {
  const channels = { 2: 3, 6: 4 }[png[25] ?? 0];
  // Compression, filter method and interlacing have no other values.
  if (channels === undefined || png[24] !== 8 || (png.readUInt32BE(25) & 0xff_ff_ff) !== 0) return undefined;
  const compressed = compressedPixels(png);
  if (compressed === undefined) return undefined;
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const size = (width * channels + 1) * height;
  const rows = inflateSync(compressed, { maxOutputLength: size, chunkSize: 1 << 20 });
  return rows.length === size ? unfilterRows(rows, { width, height, channels }) : undefined;
}

/** The content of all chunks with pixels; undefined where a chunk is damaged or says something else about pixels. */
function compressedPixels(png: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    if (end > png.length || png.readUInt32BE(end - 4) !== crc32(png.subarray(at + 4, end - 4)))
      return undefined;
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return end === png.length && end - at === 12 ? Buffer.concat(parts) : undefined;
    if (type === 'IDAT') parts.push(png.subarray(at + 8, end - 4));
    // A capital letter means that it may not be ignored.
    else if (type === 'tRNS' || (at > 8 && /^[A-Z]/.test(type))) return undefined;
    at = end;
  }
  return undefined;
}

function unfilterRows(
  rows: Buffer,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): Frame | undefined {
  const stride = width * channels;
  const data = Buffer.allocUnsafeSlow(width * 4 * height);
  let above = new Uint8Array(stride);
  // Three bytes per pixel are undone where they are, since they get another place.
  const target = channels === 4 ? data : Buffer.allocUnsafeSlow(stride * height);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    rows.copy(target, y * stride, from + 1, from + 1 + stride);
    const row = new Uint8Array(target.buffer, target.byteOffset + y * stride, stride);
    if (!unfilterRow(rows[from] ?? 0, row, above, channels)) return undefined;
    above = row;
  }
  if (channels === 3) addAlpha(target, data);
  return { width, height, data };
}

function addAlpha(rgb: Buffer, rgba: Buffer): void {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length >> 2);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 3)
    pixels[i] = rgb[at]! | (rgb[at + 1]! << 8) | (rgb[at + 2]! << 16) | 0xff000000;
}

function chunk(type: string, content: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  content.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

/**
 * Rows as PNG stores them, each behind its filter byte: "up" where the row repeats the one above or is noisy,
 * "none" elsewhere. Flat user interfaces compress best unfiltered, gradients and photographs do not.
 */
function filterRows(frame: Frame): Buffer {
  const { width, height, data } = frame;
  const stride = width * 4;
  const pixels = words(frame);
  const row = new Uint32Array(width);
  const rowBytes = Buffer.from(row.buffer);
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const from = y * stride;
    const to = y * (stride + 1);
    if (y > 0 && data.compare(data, from - stride, from, from, from + stride) === 0) {
      rows[to] = filterUp; // the differences are all zero, and so are the bytes
    } else if (y > 0 && isNoisy(pixels, y * width, width)) {
      rows[to] = filterUp;
      subtractRowAbove(pixels, y * width, width, row);
      rowBytes.copy(rows, to + 1);
    } else {
      rows[to] = filterNone;
      data.copy(rows, to + 1, from, from + stride);
    }
  }
  return rows;
}

/** Looks at about 64 pixels of the row: noisy when more than 24 differ from their left neighbour. */
function isNoisy(pixels: Uint32Array, start: number, width: number): boolean {
  const step = Math.max(1, width >> 6);
  let changes = 0;
  for (let x = step; x < width; x += step) if (pixels[start + x] !== pixels[start + x - 1]) changes++;
  return changes > 24;
}

/** Subtracts byte by byte, four at a time: the high bits are kept out so that nothing is borrowed between bytes. */
function subtractRowAbove(pixels: Uint32Array, start: number, width: number, row: Uint32Array): void {
  for (let x = 0; x < width; x++) {
    const here = pixels[start + x] ?? 0;
    const above = pixels[start + x - width] ?? 0;
    row[x] = ((here | 0x80808080) - (above & 0x7f7f7f7f)) ^ ((here ^ ~above) & 0x80808080);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
