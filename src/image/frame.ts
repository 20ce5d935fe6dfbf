/** A picture in memory: rows from the top, four bytes (red, green, blue, alpha) per pixel. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** `width * height * 4` bytes. */
  readonly data: Buffer;
}

/** A rectangle in pixels from the upper left corner of a frame; it may reach beyond the frame. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Red, green, blue, each 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** What made a picture unusable. */
export type ImageErrorCode =
  /** The bytes do not begin like a PNG. */
  | 'not-a-png'
  /** Wider or higher than 8192 pixels. */
  | 'too-large'
  /** A PNG that is cut off, altered or of no known kind. */
  | 'damaged'
  /** A picture to be found that is of one colour. */
  | 'flat'
  /** A frame whose data does not have the length that its size asks for. */
  | 'wrong-size';

/** A picture that cannot be read or written. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function copyFrame(frame: Frame): Frame {
  return { width: frame.width, height: frame.height, data: Buffer.from(frame.data) };
}

/** The part of `rect` inside the frame, on whole pixels; undefined when there is none. */
export function clipRect(frame: Frame, rect: Rect): Rect | undefined {
  const left = Math.max(0, Math.floor(rect.x));
  const top = Math.max(0, Math.floor(rect.y));
  const right = Math.min(frame.width, Math.ceil(rect.x + rect.width));
  const bottom = Math.min(frame.height, Math.ceil(rect.y + rect.height));
  // Written so that NaN clips to nothing.
  if (!(right > left && bottom > top)) return undefined;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Paints `rect` solid and opaque, in place. */
export function fillRect(frame: Frame, rect: Rect, color: Color): void {
  const part = clipRect(frame, rect);
  if (!part) return;
  const row = Buffer.alloc(part.width * 4, Buffer.from([...color, 255]));
  for (let y = part.y; y < part.y + part.height; y++) row.copy(frame.data, (y * frame.width + part.x) * 4);
}

/** The pixels as 32-bit words in the byte order of the machine; a copy only where the data is not aligned. */
export function words(frame: Frame): Uint32Array {
  const { data, width, height } = frame;
  const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, width * height);
}

/** Throws ImageError `wrong-size` for a frame whose data does not fit its size. */
export function checkFrame(frame: Frame): void {
  const { width, height, data } = frame;
  if (Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0) {
    if (data.length === width * height * 4) return;
  }
  throw new ImageError(
    'wrong-size',
    `A frame of ${width}x${height} pixels must hold ${width * height * 4} bytes, but holds ${data.length}.`,
  );
}
