import type { Desktop } from '../desktop/types.js';

/**
 * Calls `attempt` until it gives a value, again whenever the screen changes and at least every
 * `interval` milliseconds, since not all that is waited for is visible. Gives undefined at the deadline.
 * The attempt is told the revision of the screen that it begins with.
 */
export async function waitFor<Value>(
  desktop: Desktop,
  options: { readonly deadline: number; readonly interval?: number },
  attempt: (revision: number) => Promise<Value | undefined>,
): Promise<Value | undefined> {
  for (;;) {
    const { revision } = await desktop.screenshot();
    const value = await attempt(revision);
    if (value !== undefined) return value;
    const left = options.deadline - performance.now();
    if (left <= 0) return undefined;
    await desktop.waitForChange({ since: revision, timeout: Math.min(left, options.interval ?? 100) });
  }
}
