import { setTimeout as delay } from 'node:timers/promises';
import type { Desktop } from '../../desktop/types.js';

/** How often the tree is looked at until it stays the same, and how long it has to, in milliseconds. */
const looks = 6;
const stillFor = 100;

/**
 * Waits until the accessibility tree has followed the picture: a page that was scrolled tells for some time where its
 * elements were before.
 */
export async function settledTree(desktop: Desktop): Promise<void> {
  let last: string | undefined;
  for (let look = 0; look < looks; look++) {
    const now = JSON.stringify((await desktop.elements()).map(({ id, box }) => [id, box]));
    if (now === last) return;
    last = now;
    await delay(stillFor);
  }
}
