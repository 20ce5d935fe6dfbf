import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';

/** How a matcher of ours ended, for the message of its failure. */
export interface Outcome {
  readonly matcher: string;
  /** What was given to `expect`, as a word. */
  readonly receiver: 'locator' | 'desktop' | 'sandbox';
  /** What stands in the brackets of the matcher. */
  readonly argument?: 'expected';
  /** Whether it is as the matcher says, without `.not`; undefined where that cannot be said, which fails both. */
  readonly pass: boolean | undefined;
  readonly locator?: string;
  readonly expected: string;
  readonly received?: string;
  /** Why nothing was received. */
  readonly error?: string;
  /** Milliseconds for which it was tried. */
  readonly timeout: number;
}

/** What Playwright wants to hear; the message is in the manner of its own. */
export function toResult(state: ExpectMatcherState, outcome: Outcome): MatcherReturnType {
  const { matcher, expected, timeout } = outcome;
  return {
    name: matcher,
    pass: outcome.pass ?? state.isNot,
    message: () => describe(state, outcome),
    expected,
    ...(outcome.received === undefined ? {} : { actual: outcome.received }),
    timeout,
  };
}

function describe({ utils, isNot, promise }: ExpectMatcherState, outcome: Outcome): string {
  const { matcher, receiver, argument = '', locator, expected, received, error, timeout } = outcome;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Locator', locator],
    ['Expected', expected],
    ['Received', received],
    ['Timeout', `${timeout}ms`],
    ['Error', error],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${`${label}:`.padEnd(10)}${value}`);
  return `${utils.matcherHint(matcher, receiver, argument, { isNot, promise })} failed\n\n${lines.join('\n')}\n`;
}
