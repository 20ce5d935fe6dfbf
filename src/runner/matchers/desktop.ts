import { test, type ExpectMatcherState, type MatcherReturnType } from '@playwright/test';
import {
  judgeCheck,
  judgeClaim,
  Locator,
  matchAll,
  type Judgement,
  type TextPattern,
} from '../../agent/index.js';
import type { Element } from '../../desktop/index.js';
import { contextOf, type DesktopContext, type TestDesktop } from '../desktop.js';
import { baselineName } from '../baselines.js';
import { compareWithBaseline, ScreenDiffers, type Tolerance } from '../screenshot.js';
import type { MatcherOptions } from './locator.js';
import { toResult } from './outcome.js';
import { toMatch } from './sandbox.js';

export interface ScreenshotOptions extends MatcherOptions, Tolerance {
  /** What is painted over in both pictures before they are compared: all elements of these locators. */
  readonly mask?: readonly Locator[];
}

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
  /**
   * The screen is like its baseline `NAME-PLATFORM.png` in `SPEC-snapshots` beside the spec. One that is missing
   * is made, and the test fails; a run with CI set makes none. `--update-snapshots` takes the screen as it is.
   */
  async toHaveScreenshot(
    this: ExpectMatcherState,
    desktop: TestDesktop,
    name: string,
    options: ScreenshotOptions = {},
  ): Promise<MatcherReturnType> {
    const { mask = [], timeout = this.timeout, ...tolerance } = options;
    const testInfo = test.info();
    const baseline = baselineName(name);
    if (baseline === undefined) {
      throw new TypeError(
        `"${name}" is no name of a screenshot; it is letters, digits, ".", "-", "_" and spaces`,
      );
    }
    const check = { baseline, not: this.isNot, within: timeout };
    const queries = mask.map((each) => Locator.partsOf(each).query);
    const masks =
      queries.length === 0
        ? undefined
        : (elements: readonly Element[]) =>
            queries.flatMap((query) => matchAll(query, elements)).map(({ box }) => box);
    const hint = this.utils.matcherHint('toHaveScreenshot', 'desktop', 'expected', { isNot: this.isNot });
    try {
      await compareWithBaseline({ desktop, testInfo }, { file: testInfo.file, check, masks, tolerance });
      return { name: 'toHaveScreenshot', pass: !this.isNot, message: () => '' };
    } catch (error) {
      if (!(error instanceof ScreenDiffers)) throw error;
      const message = () => `${hint} failed\n\n${error.message}\n`;
      return { name: 'toHaveScreenshot', pass: this.isNot, message };
    }
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
