import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';
import { judgeCheck, judgeClaim, type Judgement, type TextPattern } from '../../agent/index.js';
import { contextOf, type DesktopContext, type TestDesktop } from '../desktop.js';
import type { MatcherOptions } from './locator.js';
import { toResult } from './outcome.js';
import { toMatch } from './sandbox.js';

/** The matchers of desktops; `this` is what Playwright gives to a matcher. */
export const desktopMatchers = {
  /** A text is shown anywhere on the screen; case and decoration make no difference, and other words may follow. */
  toShow(
    this: ExpectMatcherState,
    desktop: TestDesktop,
    text: TextPattern,
    { timeout = this.timeout }: MatcherOptions = {},
  ) {
    const match = typeof text === 'string' ? ({ op: 'shows', text } as const) : toMatch(text);
    return judge(this, desktop, { matcher: 'toShow', timeout }, (context) =>
      judgeClaim(context, { about: 'screen', not: this.isNot, match, within: timeout }),
    );
  },
  /** The title of the active window is this, or matches the pattern. */
  toHaveTitle(
    this: ExpectMatcherState,
    desktop: TestDesktop,
    title: TextPattern,
    { timeout = this.timeout }: MatcherOptions = {},
  ) {
    const match = toMatch(title);
    return judge(this, desktop, { matcher: 'toHaveTitle', timeout }, (context) =>
      judgeClaim(context, { about: 'title', not: this.isNot, match, within: timeout }),
    );
  },
  /** The clipboard holds this text, or one that the pattern matches. */
  toHaveClipboard(
    this: ExpectMatcherState,
    desktop: TestDesktop,
    text: TextPattern,
    { timeout = this.timeout }: MatcherOptions = {},
  ) {
    const match = toMatch(text);
    return judge(this, desktop, { matcher: 'toHaveClipboard', timeout }, (context) =>
      judgeCheck(context, { name: 'clipboard', not: this.isNot, match, within: timeout }),
    );
  },
};

async function judge(
  state: ExpectMatcherState,
  desktop: TestDesktop,
  { matcher, timeout }: { readonly matcher: string; readonly timeout: number },
  look: (context: DesktopContext) => Promise<Judgement>,
): Promise<MatcherReturnType> {
  const context = contextOf(desktop)!;
  const { held, expected, found } = await look(context);
  if (!held) await context.evidence.failure(matcher, desktop);
  return toResult(state, {
    ...{ matcher, receiver: 'desktop', argument: 'expected', timeout },
    ...{ pass: held !== state.isNot, expected, received: found },
  });
}
