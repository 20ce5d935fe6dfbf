import { createHash } from 'node:crypto';
import { intersection, type Frame, type Rect } from '../../image/index.js';

/** Pixels around text that the detector needs to see, so that it finds the text's edge. */
export const CONTEXT = 16;

/** Number of pixels that both have. */
export function overlap(a: Rect, b: Rect): number {
  const common = intersection(a, b);
  return common ? area(common) : 0;
}

export function area(rect: Rect): number {
  return rect.width * rect.height;
}

/** Equal for pictures of equal size and pixels. */
export function contentKey({ width, height, data }: Frame): string {
  return `${width}x${height}:${createHash('sha1').update(data).digest('base64')}`;
}
