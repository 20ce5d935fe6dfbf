import {
  expect as playwrightExpect,
  type Expect,
  type ExpectMatcherState,
  type MatcherReturnType,
} from '@playwright/test';
import { Locator } from '../agent/index.js';
import type { Sandbox } from '../sandbox/index.js';
import { contextOf } from './desktop.js';
import { said } from './said.js';
import { desktopMatchers } from './matchers/desktop.js';
import { locatorMatchers } from './matchers/locator.js';
import { sandboxMatchers } from './matchers/sandbox.js';
import { screenshotMatchers } from './matchers/screenshot.js';
import { locatedAtCaller, withoutOurs } from './step.js';

type Matchers = Parameters<Expect['extend']>[0];

/** Playwright's `expect` with the matchers of locators, desktops and sandboxes, each for its own kind of object. */
export type CodexTestExpect = Expect<
  typeof locatorMatchers & typeof desktopMatchers & typeof screenshotMatchers & typeof sandboxMatchers
>;

/** Names that Playwright has as well; read before anything of ours is added. */
const shared = new Set(Object.keys(playwrightExpect(undefined)));

const matchers = {
  ...delegating(locatorMatchers, (received) => received instanceof Locator),
  ...delegating(desktopMatchers, isDesktop),
  ...delegating(screenshotMatchers, (received) => received instanceof Locator || isDesktop(received)),
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
export const expect = inFront(own, playwrightExpect) as CodexTestExpect;

/** Gives what is ours to one `expect`, and everything else to the other, so that Playwright's matchers are its own. */
function inFront(ours: Expect, plain: Expect): Expect {
  const call = (actual: unknown, message?: string) => (isOurs(actual) ? ours : plain)(actual, message);
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
      return (Object.hasOwn(over, key) ? over : target)[key as keyof typeof over];
    },
  });
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
        if (isTheirs(received)) {
          const given = said(contextOf(received)?.desktop ?? (received as object), args);
          return locatedAtCaller(() => matcher.call(this, received, ...given));
        }
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
