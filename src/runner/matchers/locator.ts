import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';
import {
  describeAbsence,
  describeExcess,
  hasState,
  Locator,
  matchAll,
  spaced,
  textMatches,
  textOf,
  valueOf,
  waitFor,
  type TextPattern,
} from '../../agent/index.js';
import type { Element } from '../../desktop/index.js';
import { contextOf } from '../desktop.js';
import { toResult, type Outcome } from './outcome.js';

export interface MatcherOptions {
  /** Milliseconds until it must hold; `expect.timeout` of the configuration by default, which is 5 000. */
  readonly timeout?: number;
}

/** What is judged anew whenever the screen changes. */
interface Look {
  readonly pass: boolean | undefined;
  readonly received?: string;
  readonly error?: string;
}

interface Wanted {
  readonly matcher: string;
  readonly expected: string;
  readonly argument?: 'expected';
  readonly look: (found: readonly Element[], elements: readonly Element[]) => Look;
}

/** Looks until it is as wanted or the time is over. */
async function judge(
  state: ExpectMatcherState,
  locator: Locator,
  { look, ...wanted }: Wanted,
  { timeout = state.timeout }: MatcherOptions,
): Promise<MatcherReturnType> {
  const { host, query } = Locator.partsOf(locator);
  let last: Look = { pass: undefined };
  await waitFor(host.desktop, { deadline: performance.now() + timeout }, async () => {
    const elements = await host.desktop.elements();
    const found = matchAll(query, elements);
    last = look(found, elements);
    if (last.error === '') {
      const error = found.length === 0 ? describeAbsence(query, elements) : describeExcess(query, found);
      last = { ...last, error };
    }
    return last.pass === !state.isNot || undefined;
  });
  const outcome: Outcome = {
    ...wanted,
    ...last,
    expected: `${state.isNot ? 'not ' : ''}${wanted.expected}`,
    receiver: 'locator',
    locator: String(locator),
    timeout,
  };
  if (last.pass !== !state.isNot) {
    const context = contextOf(locator);
    await context?.evidence.failure(`${wanted.matcher} ${String(locator)}`, context.desktop);
  }
  return toResult(state, outcome);
}

/** Looks at the one element; where there is none, or several, nothing can be said. */
function one(
  look: (
    element: Element,
    elements: readonly Element[],
  ) => { readonly pass: boolean; readonly received: string },
): Wanted['look'] {
  return (found, elements) =>
    found.length === 1 ? look(found[0]!, elements) : { pass: undefined, error: '' };
}

function presence(wanted: 'visible' | 'hidden'): Wanted['look'] {
  return (found) => {
    if (found.length > 1) return { pass: undefined, error: '' };
    const now = found.length === 1 ? 'visible' : 'hidden';
    return { pass: now === wanted, received: now, ...(found.length === 0 ? { error: '' } : {}) };
  };
}

function oneOf(words: readonly [yes: string, no: string], is: (element: Element) => boolean): Wanted['look'] {
  return one((element) => {
    const pass = is(element);
    return { pass, received: pass ? words[0] : words[1] };
  });
}

function fits(text: string, pattern: TextPattern, how: 'whole' | 'part'): boolean {
  if (typeof pattern !== 'string' || how === 'whole') return textMatches(text, pattern, true);
  return spaced(text).includes(spaced(pattern));
}

/**
 * The matchers of locators; all but presence and count want exactly one element, also after `.not`. `this` is what
 * Playwright gives to a matcher.
 */
export const locatorMatchers = {
  /** One element is on the screen. */
  toBeVisible(this: ExpectMatcherState, locator: Locator, options: MatcherOptions = {}) {
    const wanted = { matcher: 'toBeVisible', expected: 'visible', look: presence('visible') };
    return judge(this, locator, wanted, options);
  },
  /** None is on the screen. */
  toBeHidden(this: ExpectMatcherState, locator: Locator, options: MatcherOptions = {}) {
    const wanted = { matcher: 'toBeHidden', expected: 'hidden', look: presence('hidden') };
    return judge(this, locator, wanted, options);
  },
  /** It can be used. */
  toBeEnabled(this: ExpectMatcherState, locator: Locator, options: MatcherOptions = {}) {
    const look = oneOf(['enabled', 'disabled'], (element) => !hasState(element, 'disabled'));
    return judge(this, locator, { matcher: 'toBeEnabled', expected: 'enabled', look }, options);
  },
  /** It is greyed out. */
  toBeDisabled(this: ExpectMatcherState, locator: Locator, options: MatcherOptions = {}) {
    const look = oneOf(['disabled', 'enabled'], (element) => hasState(element, 'disabled'));
    return judge(this, locator, { matcher: 'toBeDisabled', expected: 'disabled', look }, options);
  },
  /** It has the keyboard's focus. */
  toBeFocused(this: ExpectMatcherState, locator: Locator, options: MatcherOptions = {}) {
    const look = oneOf(['focused', 'inactive'], (element) => hasState(element, 'focused'));
    return judge(this, locator, { matcher: 'toBeFocused', expected: 'focused', look }, options);
  },
  /** It is checked or pressed; with `checked: false` it is not. */
  toBeChecked(
    this: ExpectMatcherState,
    locator: Locator,
    { checked = true, ...options }: MatcherOptions & { readonly checked?: boolean } = {},
  ) {
    const look = one((element) => {
      const now = hasState(element, 'checked');
      return { pass: now === checked, received: now ? 'checked' : 'unchecked' };
    });
    const expected = checked ? 'checked' : 'unchecked';
    return judge(this, locator, { matcher: 'toBeChecked', expected, look }, options);
  },
  /** The field holds exactly this text, or one that the pattern matches. */
  toHaveValue(
    this: ExpectMatcherState,
    locator: Locator,
    value: string | RegExp,
    options: MatcherOptions = {},
  ) {
    const look = one((element, elements) => {
      const now = valueOf(element, elements);
      // A value is compared to the letter, spaces included.
      const pass = typeof value === 'string' ? now === value : textMatches(now, value, true);
      return { pass, received: this.utils.printReceived(now) };
    });
    const expected = this.utils.printExpected(value);
    return judge(this, locator, { matcher: 'toHaveValue', argument: 'expected', expected, look }, options);
  },
  /** Its text is this, spaces aside, or matches the pattern; a list is for all elements in their order. */
  toHaveText(
    this: ExpectMatcherState,
    locator: Locator,
    text: TextPattern | readonly TextPattern[],
    options: MatcherOptions = {},
  ) {
    return judgeText(this, locator, { matcher: 'toHaveText', text, how: 'whole' }, options);
  },
  /** Its text has this as a part; a list is for all elements in their order. */
  toContainText(
    this: ExpectMatcherState,
    locator: Locator,
    text: TextPattern | readonly TextPattern[],
    options: MatcherOptions = {},
  ) {
    return judgeText(this, locator, { matcher: 'toContainText', text, how: 'part' }, options);
  },
  /** So many elements are on the screen. */
  toHaveCount(this: ExpectMatcherState, locator: Locator, count: number, options: MatcherOptions = {}) {
    const look: Wanted['look'] = (found) => ({
      pass: found.length === count,
      received: this.utils.printReceived(found.length),
      ...(found.length === 0 ? { error: '' } : {}),
    });
    const expected = this.utils.printExpected(count);
    return judge(this, locator, { matcher: 'toHaveCount', argument: 'expected', expected, look }, options);
  },
};

function judgeText(
  state: ExpectMatcherState,
  locator: Locator,
  how: {
    readonly matcher: string;
    readonly text: TextPattern | readonly TextPattern[];
    readonly how: 'whole' | 'part';
  },
  options: MatcherOptions,
): Promise<MatcherReturnType> {
  const { utils } = state;
  const { matcher, text } = how;
  const single = (pattern: TextPattern) =>
    one((element, elements) => {
      const now = textOf(element, elements);
      return { pass: fits(now, pattern, how.how), received: utils.printReceived(now) };
    });
  const several =
    (patterns: readonly TextPattern[]): Wanted['look'] =>
    (found, elements) => {
      const now = found.map((each) => textOf(each, elements));
      const pass =
        now.length === patterns.length && now.every((each, index) => fits(each, patterns[index]!, how.how));
      return { pass, received: utils.printReceived(now), ...(found.length === 0 ? { error: '' } : {}) };
    };
  const look = typeof text === 'string' || text instanceof RegExp ? single(text) : several(text);
  const expected = utils.printExpected(text);
  return judge(state, locator, { matcher, argument: 'expected', expected, look }, options);
}
