import type { Desktop } from '../../desktop/types.js';
import { waitFor } from '../wait.js';

/** How long the newest window may take to become the active one, in milliseconds. */
const activeTimeout = 500;

/**
 * Waits until keys go where a person expects them: to the window that opened last. Between its opening and its
 * becoming active they would go to the window before it. A dialog that stays in the background costs the whole wait.
 */
export async function settledFocus(desktop: Desktop): Promise<void> {
  const deadline = performance.now() + activeTimeout;
  await waitFor(desktop, { deadline, interval: 20 }, async () => {
    const windows = (await desktop.windows()).filter(({ minimised }) => minimised !== true);
    // The window manager lists them in the order in which they opened; EWMH, _NET_CLIENT_LIST.
    return windows.length === 0 || windows.at(-1)?.active === true || undefined;
  });
}
