import type { Desktop } from '../../desktop/index.js';
import type { Frame, Rect } from '../../image/index.js';

/** A picture of the screen. */
export interface View {
  readonly frame: Frame;
  readonly revision: number;
}

/** Looks at the screen; gives the last view where it has not changed since. */
export async function lookAt(desktop: Desktop, last?: View): Promise<View> {
  const { revision, width, height, data } = await desktop.picture();
  // The screen may be back at what it showed, as where a caret blinks.
  return last?.revision === revision ? last : { frame: { width, height, data }, revision };
}

/** How long the screen stays the same to be called still, and how long is waited for that, in milliseconds. */
const stillness = { least: 200, most: 5_000 };

/** Waits until the screen is still, or has moved for too long. */
export async function untilStill(desktop: Desktop): Promise<void> {
  const deadline = performance.now() + stillness.most;
  while (
    (await desktop.waitForChange({ since: await desktop.revision(), timeout: stillness.least })) &&
    performance.now() < deadline
  );
}

/** The part of a frame; of one that is there already, the frame itself. */
export function cropFrame(frame: Frame, part: Rect): Frame {
  const { x, y, width, height } = part;
  if (x === 0 && y === 0 && width === frame.width && height === frame.height) return frame;
  const data = Buffer.allocUnsafeSlow(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * frame.width + x) * 4;
    frame.data.copy(data, row * width * 4, from, from + width * 4);
  }
  return { width, height, data };
}

/** The rectangle in which two frames of one size differ by any byte; all of it where their sizes differ. */
export function changedRect(before: Frame, after: Frame): Rect | undefined {
  const { width, height } = after;
  if (before.width !== width || before.height !== height) return { x: 0, y: 0, width, height };
  const stride = width * 4;
  const differs = (y: number): boolean =>
    before.data.compare(after.data, y * stride, (y + 1) * stride, y * stride, (y + 1) * stride) !== 0;
  let top = 0;
  while (top < height && !differs(top)) top++;
  if (top === height) return undefined;
  let bottom = height - 1;
  while (!differs(bottom)) bottom--;
  return { x: 0, y: top, width, height: bottom - top + 1 };
}

/** The part that both have; undefined where there is none. */
export function intersect(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
