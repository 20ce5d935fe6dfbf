import type { Button, Element } from '../desktop/types.js';
import * as actions from './locatorActions.js';
import {
  describeQuery,
  matchAll,
  matchOne,
  type Keep,
  type Query,
  type QueryStep,
  type RoleOptions,
  type TextPattern,
} from './query.js';
import { valueOf } from './read.js';
import { accessibleRoles, type Role } from './role.js';
import { hasState, textOf } from './state.js';

export interface TextOptions {
  /** Whether a string is the whole text, to the letter but for spaces; false by default. */
  readonly exact?: boolean;
}

export interface ActionOptions {
  /** Milliseconds to wait until the element is there, enabled and still; 10 000 by default. */
  readonly timeout?: number;
}

export interface ClickOptions extends ActionOptions {
  /** `left` by default. */
  readonly button?: Button;
  /** 2 double-clicks, with the left button; 1 by default. */
  readonly clickCount?: 1 | 2;
}

/** What leaves some of the elements that a locator means; all that is given must be true. */
export interface FilterOptions {
  /** The element or anything below it shows the text. */
  readonly hasText?: TextPattern;
  readonly hasNotText?: TextPattern;
  /** Something below it is what the other locator means, looked for from there. */
  readonly has?: Locator;
  readonly hasNot?: Locator;
}

/** The ways to elements that the desktop and every locator have. */
export interface Locators {
  /**
   * Elements with a role of ARIA, by their accessible name: `getByRole('button', { name: 'Save' })`. Throws an
   * `AgentError` with the code `not-understood` for a word that is no role.
   */
  getByRole(role: Role, options?: RoleOptions): Locator;
  /** Fields and other elements by what labels them. */
  getByLabel(text: TextPattern, options?: TextOptions): Locator;
  /** The innermost elements that show a text; titles of windows and what was typed into fields do not count. */
  getByText(text: TextPattern, options?: TextOptions): Locator;
}

/**
 * Elements of the screen, looked for anew whenever they are needed, as in Playwright. An action waits until
 * there is one, enabled and still, and sends real input to its middle. It fails with an `AgentError`:
 * `not-found`, `ambiguous` where several elements match, `not-actionable`, or `no-effect`.
 */
// A class, so that no other object, such as a locator of Playwright, passes for one.
export class Locator implements Locators {
  readonly #host: actions.LocatorHost;
  readonly #query: Query;

  constructor(host: actions.LocatorHost, query: Query) {
    this.#host = host;
    this.#query = query;
  }

  getByRole(role: Role, options: RoleOptions = {}): Locator {
    return this.#with(roleStep(this.#host, role, options));
  }

  getByLabel(text: TextPattern, options: TextOptions = {}): Locator {
    return this.#with(textStep(this.#host, { by: 'label', text, ...options }));
  }

  getByText(text: TextPattern, options: TextOptions = {}): Locator {
    return this.#with(textStep(this.#host, { by: 'text', text, ...options }));
  }

  /** Those of the elements that show a text or hold others. */
  filter({ has, hasNot, hasText, hasNotText }: FilterOptions): Locator {
    const keep: Keep = {
      ...(hasText === undefined ? {} : { hasText: known(this.#host, hasText) }),
      ...(hasNotText === undefined ? {} : { hasNotText: known(this.#host, hasNotText) }),
      ...(has === undefined ? {} : { has: has.#query }),
      ...(hasNot === undefined ? {} : { hasNot: hasNot.#query }),
    };
    return this.#with({ by: 'filter', keep });
  }

  /** The element at an index from 0, in the order of the accessibility tree; -1 is the last. */
  nth(index: number): Locator {
    return this.#with({ by: 'nth', index });
  }

  first(): Locator {
    return this.nth(0);
  }

  last(): Locator {
    return this.nth(-1);
  }

  /** A locator for each element that there is now. */
  async all(): Promise<readonly Locator[]> {
    return (await this.elements()).map((_, index) => this.nth(index));
  }

  /** How many elements there are now. */
  async count(): Promise<number> {
    return (await this.elements()).length;
  }

  /** The elements as the accessibility tree has them now. */
  elements(): Promise<readonly Element[]> {
    return this.#host.located(async () => matchAll(this.#query, await this.#host.desktop.elements()));
  }

  /** Whether there is one now; never waits, and fails where there are several. */
  isVisible(): Promise<boolean> {
    return this.#host.located(async () => {
      const elements = await this.#host.desktop.elements();
      return matchAll(this.#query, elements).length > 0 && Boolean(matchOne(this.#query, elements));
    });
  }

  /** Waits for the element; says whether it can be used. */
  isEnabled(options: ActionOptions = {}): Promise<boolean> {
    return this.#read(options, (element) => !hasState(element, 'disabled'));
  }

  /** Waits for the element; says whether it is checked or pressed. */
  isChecked(options: ActionOptions = {}): Promise<boolean> {
    return this.#read(options, (element) => hasState(element, 'checked'));
  }

  /** Waits for the element; its text, or its name where it has none; of a window all texts inside. */
  textContent(options: ActionOptions = {}): Promise<string> {
    return this.#read(options, textOf);
  }

  /** Waits for the element; what the field holds, of a combo box what is chosen or entered. */
  inputValue(options: ActionOptions = {}): Promise<string> {
    return this.#read(options, valueOf);
  }

  click({ button = 'left', clickCount = 1, ...options }: ClickOptions = {}): Promise<void> {
    return this.#act(`Click ${this}`, options, actions.click({ button, count: clickCount }));
  }

  /** Double-clicks with the left button. */
  dblclick(options: ActionOptions = {}): Promise<void> {
    return this.#act(`Double-click ${this}`, options, actions.click({ button: 'left', count: 2 }));
  }

  /** Moves the pointer to the middle of the element. */
  hover(options: ActionOptions = {}): Promise<void> {
    return this.#act(`Hover ${this}`, options, actions.hover());
  }

  /** Replaces the content of the field by typing, and reads it back. */
  fill(text: string, options: ActionOptions = {}): Promise<void> {
    const said = known(this.#host, text);
    return this.#act(`Fill "${said}" ${this}`, options, actions.fill(said));
  }

  /** Empties the field. */
  clear(options: ActionOptions = {}): Promise<void> {
    return this.#act(`Clear ${this}`, options, actions.fill(''));
  }

  /** Presses a key or several at once, such as `Control+A`; an element without the focus is clicked first. */
  press(keys: string, options: ActionOptions = {}): Promise<void> {
    return this.#act(`Press "${keys}" ${this}`, options, actions.press(keys));
  }

  /** Clicks the box where it is not checked yet. */
  check(options: ActionOptions = {}): Promise<void> {
    return this.#act(`Check ${this}`, options, actions.check('checked'));
  }

  /** Clicks the box where it is checked. */
  uncheck(options: ActionOptions = {}): Promise<void> {
    return this.#act(`Uncheck ${this}`, options, actions.check('unchecked'));
  }

  /** Opens a combo box and clicks the entry with that name, or clicks the entry of a list. */
  selectOption(option: string, options: ActionOptions = {}): Promise<void> {
    const said = known(this.#host, option);
    return this.#act(`Select option "${said}" ${this}`, options, actions.selectOption(said));
  }

  /** Drags the middle of the element to the middle of another. */
  dragTo(target: Locator, options: ActionOptions = {}): Promise<void> {
    return this.#act(`Drag ${this} to ${target}`, options, actions.dragTo(target.#query));
  }

  /** The locator as it is written: `getByRole('button', { name: 'Save' })`. */
  toString(): string {
    return describeQuery(this.#query);
  }

  #with(step: QueryStep): Locator {
    return new Locator(this.#host, [...this.#query, step]);
  }

  #read<Value>(
    { timeout = this.#host.timeout }: ActionOptions,
    read: (element: Element, elements: readonly Element[]) => Value,
  ): Promise<Value> {
    return this.#host.located(() => actions.readOne({ ...this.#host, timeout }, this.#query, read));
  }

  #act(
    title: string,
    { timeout = this.#host.timeout }: ActionOptions,
    action: actions.LocatorAction,
  ): Promise<void> {
    return this.#host.step(title, () => action({ ...this.#host, timeout }, this.#query));
  }

  /** What a locator looks for, and where; for matchers. */
  static partsOf(locator: Locator): { readonly host: actions.LocatorHost; readonly query: Query } {
    return { host: locator.#host, query: locator.#query };
  }
}

/** The ways to the elements of a desktop. */
export function createLocators(host: actions.LocatorHost): Locators {
  return {
    getByRole: (role, options = {}) => new Locator(host, [roleStep(host, role, options)]),
    getByLabel: (text, options = {}) =>
      new Locator(host, [textStep(host, { by: 'label', text, ...options })]),
    getByText: (text, options = {}) => new Locator(host, [textStep(host, { by: 'text', text, ...options })]),
  };
}

function roleStep(host: actions.LocatorHost, role: Role, options: RoleOptions): QueryStep {
  // A word that is no role is told where it stands, and not waited for when the locator is used.
  host.located(() => accessibleRoles(role));
  const { name } = options;
  const said = name === undefined ? options : { ...options, name: known(host, name) };
  return { by: 'role', role, options: said };
}

function textStep(
  host: actions.LocatorHost,
  step: TextOptions & { readonly by: 'label' | 'text'; readonly text: TextPattern },
): QueryStep {
  return { by: step.by, text: known(host, step.text), exact: step.exact ?? false };
}

/** What a spec says as the desktop says it: a value that it has put in is the secret. */
function known<Said extends TextPattern>({ redact }: actions.LocatorHost, said: Said): Said | string {
  return typeof said === 'string' ? (redact?.(said) ?? said) : said;
}
