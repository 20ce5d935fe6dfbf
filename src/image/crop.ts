import type { Frame, Rect } from './frame.js';

/** A copy of the part of a frame; `part` must lie inside. */
export function cropFrame(frame: Frame, part: Rect): Frame {
  const data = Buffer.allocUnsafeSlow(part.width * part.height * 4);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.y + y) * frame.width + part.x) * 4;
    frame.data.copy(data, y * part.width * 4, from, from + part.width * 4);
  }
  return { width: part.width, height: part.height, data };
}
