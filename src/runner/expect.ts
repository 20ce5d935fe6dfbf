import {
  expect as playwrightExpect,
  type Expect,
  type ExpectMatcherState,
  type MatcherReturnType,
} from '@playwright/test';
import { Locator, type TextPattern } from '../agent/index.js';
import type { Sandbox } from '../sandbox/index.js';
import { contextOf, type TestDesktop } from './desktop.js';
import { desktopMatchers, type ScreenshotOptions } from './matchers/desktop.js';
import { locatorMatchers, type MatcherOptions } from './matchers/locator.js';
import { sandboxMatchers } from './matchers/sandbox.js';
import { withoutOurs } from './step.js';

/** What holds of a locator of the desktop. All but presence and count want exactly one element, also after `.not`. */
export interface LocatorMatchers {
  readonly not: LocatorMatchers;
  /** One element is on the screen. */
  toBeVisible(options?: MatcherOptions): Promise<void>;
  /** None is on the screen. */
  toBeHidden(options?: MatcherOptions): Promise<void>;
  toBeEnabled(options?: MatcherOptions): Promise<void>;
  toBeDisabled(options?: MatcherOptions): Promise<void>;
  /** It has the keyboard's focus. */
  toBeFocused(options?: MatcherOptions): Promise<void>;
  /** It is checked or pressed; with `checked: false` it is not. */
  toBeChecked(options?: MatcherOptions & { readonly checked?: boolean }): Promise<void>;
  /** The field holds exactly this text, or one that the pattern matches. */
  toHaveValue(value: string | RegExp, options?: MatcherOptions): Promise<void>;
  /** Its text is this, spaces aside, or matches the pattern; a list is for all elements in their order. */
  toHaveText(text: TextPattern | readonly TextPattern[], options?: MatcherOptions): Promise<void>;
  /** Its text has this as a part; a list is for all elements in their order. */
  toContainText(text: TextPattern | readonly TextPattern[], options?: MatcherOptions): Promise<void>;
  toHaveCount(count: number, options?: MatcherOptions): Promise<void>;
}

/** What holds of the desktop of a test. */
export interface DesktopMatchers {
  readonly not: DesktopMatchers;
  /** A text is shown anywhere on the screen; case and decoration make no difference, and other words may follow. */
  toShow(text: TextPattern, options?: MatcherOptions): Promise<void>;
  /** The title of the active window is this, or matches the pattern. */
  toHaveTitle(title: TextPattern, options?: MatcherOptions): Promise<void>;
  /** The clipboard holds this text, or one that the pattern matches. */
  toHaveClipboard(text: TextPattern, options?: MatcherOptions): Promise<void>;
  /**
   * The screen is like its baseline `NAME-PLATFORM.png` in `SPEC-snapshots` beside the spec. One that is missing
   * is made, and the test fails; a run with CI set makes none. `--update-snapshots` takes the screen as it is.
   */
  toHaveScreenshot(name: string, options?: ScreenshotOptions): Promise<void>;
}

/** What holds of the sandbox of a test. */
export interface SandboxMatchers {
  readonly not: SandboxMatchers;
  /**
   * A regular file is there; with a content also that it has exactly this text, or one that the pattern matches.
   * `~/` is the home. With a content, `.not` wants a file with another one.
   */
  toHaveFile(path: string, options?: MatcherOptions): Promise<void>;
  toHaveFile(path: string, content: string | RegExp, options?: MatcherOptions): Promise<void>;
  /** A process of this program runs as the account; the kernel knows the first 15 characters of its name. */
  toHaveProcess(program: string, options?: MatcherOptions): Promise<void>;
}

type Message = string | { readonly message?: string };

/** `any` is not ours: it may be anything, and gets all matchers of Playwright. */
type NotAny<T> = 0 extends 1 & T ? never : T;

interface OurExpect<Extended> {
  <T extends Locator>(actual: NotAny<T>, message?: Message): LocatorMatchers;
  <T extends TestDesktop>(actual: NotAny<T>, message?: Message): DesktopMatchers;
  <T extends Sandbox>(actual: NotAny<T>, message?: Message): SandboxMatchers;
  readonly soft: CodexTestExpect<Extended>;
  configure(configuration: {
    readonly message?: string;
    readonly timeout?: number;
    readonly soft?: boolean;
  }): CodexTestExpect<Extended>;
  extend<More extends Matchers>(matchers: More): CodexTestExpect<Extended & More>;
}

type Matchers = Parameters<Expect['extend']>[0];

/** Playwright's `expect`, which also knows locators, the desktop and the sandbox of a test. */
export type CodexTestExpect<Extended = object> = OurExpect<Extended> & Expect<Extended>;

/** Names that Playwright has as well; read before anything of ours is added. */
const shared = new Set(Object.keys(playwrightExpect(undefined)));

const matchers = {
  ...delegating(locatorMatchers, (received) => received instanceof Locator),
  ...delegating(desktopMatchers, isDesktop),
  ...delegating(sandboxMatchers, isSandbox),
};

// Playwright's own `expect` takes on what is new to it, so first comes what is not.
const own = playwrightExpect
  .extend(pick(matchers, (name) => shared.has(name)))
  .extend(pick(matchers, (name) => !shared.has(name)));

/**
 * Playwright's `expect`, which also knows the locators, the desktop and the sandbox of a test. Matchers with a name
 * of Playwright's do what they always did to everything else, pages and locators of Playwright included.
 *
 * @example
 * await expect(desktop.getByRole('checkbox', { name: 'Match case' })).toBeChecked();
 * await expect(desktop).toShow('2 occurrences');
 * await expect(sandbox).toHaveFile('~/notes.txt', /color/);
 */
export const expect: CodexTestExpect = inFront(own, playwrightExpect);

/** Gives what is ours to one `expect`, and everything else to the other, so that Playwright's matchers are its own. */
function inFront(ours: Expect<object>, plain: Expect<object>): CodexTestExpect {
  const call = (actual: unknown, message?: Message) => (isOurs(actual) ? ours : plain)(actual, message);
  const over = {
    configure: (options: Parameters<Expect['configure']>[0]) =>
      inFront(ours.configure(options), plain.configure(options)),
    extend: (more: Matchers) => inFront(ours.extend(more), plain.extend(more)),
    poll: plain.poll,
  };
  return new Proxy(ours, {
    apply: (_, __, args: Parameters<typeof call>) => call(...args),
    get: (target, key) => {
      if (key === 'soft') return inFront(ours.soft, plain.soft);
      return (key in over ? over : target)[key as keyof typeof over];
    },
  }) as CodexTestExpect;
}

function isDesktop(received: unknown): boolean {
  return !(received instanceof Locator) && contextOf(received) !== undefined;
}

function isSandbox(received: unknown): boolean {
  const wanted: readonly (keyof Sandbox)[] = ['exec', 'readFile', 'deprovision'];
  return typeof received === 'object' && received !== null && wanted.every((name) => name in received);
}

function isOurs(received: unknown): boolean {
  return received instanceof Locator || isDesktop(received) || isSandbox(received);
}

function pick(all: Matchers, wanted: (name: string) => boolean): Matchers {
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted(name)));
}

/** Matchers that leave what is not theirs to Playwright's also where nothing stands in front, as after `mergeExpects`. */
function delegating(known: object, isTheirs: (received: unknown) => boolean): Matchers {
  return Object.fromEntries(
    Object.entries(known as Matchers).map(([name, matcher]) => [
      name,
      function (this: ExpectMatcherState, received: unknown, ...args: unknown[]) {
        if (isTheirs(received)) return matcher.call(this, received, ...args);
        return delegate(this, name, [received, ...args]);
      },
    ]),
  );
}

async function delegate(
  { isNot }: ExpectMatcherState,
  name: string,
  [received, ...args]: readonly unknown[],
): Promise<MatcherReturnType> {
  if (isOurs(received) || !shared.has(name))
    throw new TypeError(`${name}() is for something else of codex-test`);
  const expectation: object = isNot ? playwrightExpect(received).not : playwrightExpect(received);
  try {
    await (expectation as Record<string, (...args: unknown[]) => unknown>)[name]!(...args);
  } catch (error) {
    throw withoutOurs(error);
  }
  return { pass: !isNot, message: () => '' };
}
