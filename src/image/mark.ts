import { grow } from './rect.js';
import { clipRect, copyFrame, fillRect, type Color, type Frame, type Rect } from './frame.js';

const markColor: Color = [255, 0, 255];
const haloColor: Color = [255, 255, 255];
const dotRadius = 4;

/**
 * Draws on a copy where an action goes: a magenta outline around `box` and a dot at `point`, each with a white
 * halo so that they show on any background. The inside of the box stays as it is, unless it fills the frame.
 */
export function markTarget(
  frame: Frame,
  target: { readonly box?: Rect; readonly point?: { readonly x: number; readonly y: number } },
): Frame {
  const copy = copyFrame(frame);
  const { box, point } = target;
  if (box && clipRect(frame, box)) {
    // Clipped before drawing, so that the box of a maximised window is seen along the edge of the screen.
    const outer = clipRect(frame, grow(box, 4));
    if (outer) {
      drawOutline(copy, outer, 4, haloColor);
      drawOutline(copy, grow(outer, -1), 2, markColor);
    }
  }
  if (point) {
    drawDot(copy, point, dotRadius + 2, haloColor);
    drawDot(copy, point, dotRadius, markColor);
  }
  return copy;
}

/** Draws an outline of two pixels along the inside of the box, in place; at the edge of the frame where it reaches beyond. */
export function drawBox(frame: Frame, box: Rect, color: Color): void {
  const part = clipRect(frame, box);
  if (part) drawOutline(frame, part, 2, color);
}

function drawOutline(frame: Frame, rect: Rect, thickness: number, color: Color): void {
  const { x, y, width, height } = rect;
  fillRect(frame, { x, y, width, height: thickness }, color);
  fillRect(frame, { x, y: y + height - thickness, width, height: thickness }, color);
  fillRect(frame, { x, y, width: thickness, height }, color);
  fillRect(frame, { x: x + width - thickness, y, width: thickness, height }, color);
}

function drawDot(
  frame: Frame,
  center: { readonly x: number; readonly y: number },
  radius: number,
  color: Color,
): void {
  const x = Math.round(center.x);
  const y = Math.round(center.y);
  for (let dy = -radius; dy <= radius; dy++) {
    const half = Math.floor(Math.sqrt((radius + 0.5) ** 2 - dy * dy));
    fillRect(frame, { x: x - half, y: y + dy, width: 2 * half + 1, height: 1 }, color);
  }
}
