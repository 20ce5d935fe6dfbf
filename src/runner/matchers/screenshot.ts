import { test, type ExpectMatcherState, type MatcherReturnType } from '@playwright/test';
import { Locator } from '../../agent/index.js';
import { screenshotLevels, didYouMean, type ScreenshotLevel } from '../../spec/index.js';
import { baselineName } from '../baselines.js';
import { contextOf, type TestDesktop } from '../desktop.js';
import { areaOfLocator, readSaidMask, type SaidMask } from '../looks/said.js';
import type { Tolerance } from '../looks/settle.js';
import { compareWithBaseline, ScreenDiffers } from '../screenshot.js';
import type { MatcherOptions } from './locator.js';

export interface ScreenshotOptions extends MatcherOptions, Tolerance {
  /**
   * What may differ, as in Markdown: `strict` or what `settings.screenshots` says; `pixels`, which is how Playwright
   * compares, where one of Playwright's limits is given.
   */
  readonly level?: ScreenshotLevel;
  /**
   * What is painted over in both pictures before they are compared, where it was and where it is: all elements of a
   * locator, the element of a phrase such as `the status bar`, what is written as a pattern says or as in
   * `the text "12:31"`, or a part in pixels. One that is not on the screen fails.
   */
  readonly mask?: readonly SaidMask[];
}

/** The matcher of desktops and locators that compares with a baseline; `this` is what Playwright gives to a matcher. */
export const screenshotMatchers = {
  /**
   * The screen, or the area of the one element of a locator, is like its baseline `NAME-PLATFORM.png` in `SPEC-snapshots`
   * beside the spec. One that is missing is made, and the test fails; a run with CI set makes none. `--update-snapshots`
   * takes the screen as it is.
   */
  async toHaveScreenshot(
    this: ExpectMatcherState,
    received: TestDesktop | Locator,
    name: string,
    options: ScreenshotOptions = {},
  ): Promise<MatcherReturnType> {
    const { mask = [], level, timeout = this.timeout, ...tolerance } = options;
    const baseline = baselineName(name);
    if (baseline === undefined) {
      throw new TypeError(
        `"${name}" is no name of a screenshot; it is letters, digits, ".", "-", "_" and spaces`,
      );
    }
    if (level !== undefined && !screenshotLevels.includes(level)) {
      const levels = screenshotLevels.join(', ');
      throw new TypeError(
        `"${level as string}" is no level of ${levels}.${didYouMean(level, screenshotLevels)}`,
      );
    }
    const isLocator = received instanceof Locator;
    const { desktop, looking } = contextOf(received)!;
    const testInfo = test.info();
    const hasLimit = Object.values(tolerance).some((each) => each !== undefined);
    const receiver = isLocator ? 'locator' : 'desktop';
    const hint = this.utils.matcherHint('toHaveScreenshot', receiver, 'expected', { isNot: this.isNot });
    try {
      await compareWithBaseline(
        { desktop, testInfo, looking },
        {
          ...{ file: testInfo.file, name: baseline, not: this.isNot, within: timeout, tolerance },
          level: level ?? (hasLimit ? 'pixels' : undefined),
          masks: mask.map(readSaidMask),
          area: isLocator ? areaOfLocator(received) : undefined,
        },
      );
      return { name: 'toHaveScreenshot', pass: !this.isNot, message: () => '' };
    } catch (error) {
      if (!(error instanceof ScreenDiffers)) throw error;
      const message = () => `${hint} failed\n\n${error.message}\n`;
      return { name: 'toHaveScreenshot', pass: this.isNot, message };
    }
  },
};
