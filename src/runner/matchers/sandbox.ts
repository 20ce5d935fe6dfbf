import { setTimeout as delay } from 'node:timers/promises';
import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';
import { judgeFile, judgeProcess, type Judgement } from '../../agent/index.js';
import type { Sandbox } from '../../sandbox/index.js';
import type { Matcher } from '../../spec/index.js';
import type { MatcherOptions } from './locator.js';
import { toResult } from './outcome.js';

/** How often files and processes are looked at, in milliseconds. */
const interval = 100;

/** The matchers of sandboxes; `this` is what Playwright gives to a matcher. */
export const sandboxMatchers = {
  /**
   * A regular file is there; with a content also that it has exactly this text, or one that the pattern matches.
   * `~/` is the home. With a content, `.not` wants a file with another one.
   */
  toHaveFile(
    this: ExpectMatcherState,
    sandbox: Sandbox,
    path: string,
    content?: string | RegExp | MatcherOptions,
    options?: MatcherOptions,
  ) {
    const isContent = typeof content === 'string' || content instanceof RegExp;
    const match = isContent ? { match: toMatch(content) } : {};
    const wanted = { matcher: 'toHaveFile', options: (isContent ? options : content) ?? {} };
    return judge(this, wanted, () =>
      judgeFile({ sandbox }, { name: 'file', path, not: this.isNot, ...match }),
    );
  },
  /** A process of this program runs as the account; the kernel knows the first 15 characters of its name. */
  toHaveProcess(this: ExpectMatcherState, sandbox: Sandbox, program: string, options: MatcherOptions = {}) {
    return judge(this, { matcher: 'toHaveProcess', options }, () =>
      judgeProcess({ sandbox }, { name: 'process', program, not: this.isNot }),
    );
  },
};

/** A string is the whole text, a pattern part of it. */
export function toMatch(text: string | RegExp): Matcher {
  if (typeof text === 'string') return { op: 'is', text };
  // A pattern with one of these flags would go on where it stopped.
  return { op: 'matches', pattern: text.source, flags: text.flags.replaceAll(/[gy]/g, '') };
}

async function judge(
  state: ExpectMatcherState,
  { matcher, options }: { readonly matcher: string; readonly options: MatcherOptions },
  look: () => Promise<Judgement>,
): Promise<MatcherReturnType> {
  const { timeout = state.timeout } = options;
  const deadline = performance.now() + timeout;
  for (;;) {
    const { held, expected, found } = await look();
    const left = deadline - performance.now();
    if (held || left <= 0) {
      const pass = held !== state.isNot;
      return toResult(state, {
        ...{ matcher, receiver: 'sandbox', argument: 'expected', timeout },
        ...{ pass, expected, received: found },
      });
    }
    await delay(Math.min(left, interval));
  }
}
