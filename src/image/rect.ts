import type { Rect } from './frame.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** All of a picture or screen. */
export function wholeOf({ width, height }: Pick<Rect, 'width' | 'height'>): Rect {
  return { x: 0, y: 0, width, height };
}

/** The rectangle with `x` more pixels at its left and right and `y` more above and below; fewer with negative numbers. */
export function grow(rect: Rect, x: number, y: number = x): Rect {
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

/** What both have; undefined when there is nothing. */
export function intersection(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Whether they have anything in common. */
export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether one lies in another, which may be as large. */
export function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Whether a point lies inside; the right and lower edges belong to what is beside. */
export function holds(rect: Rect, { x, y }: Point): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

/** The middle, not rounded. */
export function middle({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Whether the middle of `inner` lies in `outer`. */
export function hasCentre(outer: Rect, inner: Rect): boolean {
  return holds(outer, middle(inner));
}
