import type { Frame, Rect } from './frame.js';

/** The part of a frame, not to be written to: all of it is the frame itself. `part` must lie inside. */
export function cropFrame(frame: Frame, { x, y, width, height }: Rect): Frame {
  if (width === frame.width && height === frame.height) return frame;
  const data = Buffer.allocUnsafeSlow(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * frame.width + x) * 4;
    frame.data.copy(data, row * width * 4, from, from + width * 4);
  }
  return { width, height, data };
}

/** Draws a picture into a frame, in place; it must fit. */
export function pasteFrame(
  picture: Frame,
  frame: Frame,
  at: { readonly x: number; readonly y: number },
): void {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width * 4;
    picture.data.copy(frame.data, ((at.y + row) * frame.width + at.x) * 4, from, from + picture.width * 4);
  }
}
