import { createHash } from 'node:crypto';
import type { Frame, Rect } from '../../image/index.js';

/** Pixels around text that the detector needs to see, so that it finds the text's edge. */
export const CONTEXT = 16;

/** The rectangle with `x` more pixels at its left and right and `y` more above and below. */
export function grow(rect: Rect, x: number, y: number): Rect {
  return { x: rect.x - x, y: rect.y - y, width: rect.width + 2 * x, height: rect.height + 2 * y };
}

/** The smallest rectangle around both. */
export function union(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  const height = Math.max(a.y + a.height, b.y + b.height) - y;
  return { x, y, width, height };
}

/** The pixels that both have; undefined when there are none. */
export function intersection(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Number of pixels that both have. */
export function overlap(a: Rect, b: Rect): number {
  const common = intersection(a, b);
  return common ? area(common) : 0;
}

export function area(rect: Rect): number {
  return rect.width * rect.height;
}

/** Whether the centre of `inner` lies in `outer`. */
export function hasCentre(outer: Rect, inner: Rect): boolean {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return x >= outer.x && x < outer.x + outer.width && y >= outer.y && y < outer.y + outer.height;
}

/** A copy of the pixels of `rect`, which lies within the frame. */
export function crop(frame: Frame, rect: Rect): Frame {
  const { x, y, width, height } = rect;
  const data = Buffer.allocUnsafeSlow(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * frame.width + x) * 4;
    frame.data.copy(data, row * width * 4, from, from + width * 4);
  }
  return { width, height, data };
}

/** Equal for pictures of equal size and pixels. */
export function contentKey({ width, height, data }: Frame): string {
  return `${width}x${height}:${createHash('sha1').update(data).digest('base64')}`;
}
