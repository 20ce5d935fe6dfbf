import type { Desktop } from '../../desktop/index.js';
import type { Frame } from '../../image/index.js';

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
