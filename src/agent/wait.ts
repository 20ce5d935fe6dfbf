import type { Desktop } from '../desktop/types.js';
import { AgentError } from './error.js';

export interface WaitOptions {
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Milliseconds after which it is tried again though the screen did not change; 100 by default. */
  readonly interval?: number;
}

/**
 * Calls `attempt` until it gives a value, again whenever the screen changes and at least every
 * `interval` milliseconds, since not all that is waited for is visible. Gives undefined at the deadline.
 * The attempt is told the revision of the screen that it begins with.
 */
export async function waitFor<Value>(
  desktop: Desktop,
  options: WaitOptions,
  attempt: (revision: number) => Promise<Value | undefined>,
): Promise<Value | undefined> {
  for (let isLast = false; ;) {
    const revision = await desktop.revision();
    const value = await attempt(revision);
    if (value !== undefined || isLast) return value;
    const left = options.deadline - performance.now();
    // An attempt may take long, and shall not end with a screen that was there before the deadline only.
    isLast = left <= 0;
    if (isLast && !(await desktop.waitForChange({ since: revision, timeout: 0 }))) return undefined;
    if (isLast) continue;
    await desktop.waitForChange({ since: revision, timeout: Math.min(left, options.interval ?? 100) });
  }
}

/** As {@link waitFor}, for attempts that say by an `AgentError` what is missing; throws the last one after `timeout` milliseconds. */
export async function insist<Value>(
  desktop: Desktop,
  options: { readonly timeout: number; readonly interval?: number },
  attempt: (revision: number) => Promise<Value>,
): Promise<Value> {
  const { timeout, interval = 50 } = options;
  const deadline = performance.now() + timeout;
  let failure: AgentError | undefined;
  const value = await waitFor(desktop, { deadline, interval }, async (revision) => {
    try {
      return { value: await attempt(revision) };
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      failure = error;
      return undefined;
    }
  });
  if (value !== undefined) return value.value;
  const { code, message } = failure!;
  throw new AgentError(code, `${message} (waited ${timeout / 1000} s)`);
}
