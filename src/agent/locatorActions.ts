import type { Button, Element } from '../desktop/types.js';
import { act, locate } from './actions/act.js';
import { check as checkBox } from './actions/check.js';
import { select } from './actions/choose.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import * as gesture from './actions/gesture.js';
import { describeElement } from './ground.js';
import { readChords } from './language/keys.js';
import { describeQuery, matchOne, type Query } from './query.js';
import type { Finder } from './sought.js';
import { fieldOf } from './state.js';
import { focused, type } from './actions/typing.js';
import { insist } from './wait.js';

/** What locators act with: an agent's context, and somebody who makes steps of the report. */
export interface LocatorHost extends AgentContext {
  /** Runs an action as a step of the line of the spec that asked for it. */
  step(title: string, body: () => Promise<void>): Promise<void>;
  /** Puts secrets in the place of their values, as the desktop does; without it there are none. */
  readonly redact?: (text: string) => string;
  /** Runs what is no action; an error is told at the line that asked for it. */
  located<Value>(body: () => Value): Value;
}

/** Does something to the element that a query means. */
export type LocatorAction = (context: AgentContext, query: Query) => Promise<void>;

/** Waits for the element that a query means, and reads something of it. */
export async function readOne<Value>(
  { desktop, timeout }: AgentContext,
  query: Query,
  read: (element: Element, elements: readonly Element[]) => Value,
): Promise<Value> {
  return insist(desktop, { timeout }, async () => {
    const elements = await desktop.elements();
    return read(matchOne(query, elements), elements);
  });
}

/** Finds what a query means, or of that the part that is acted on. */
function finderOf(
  query: Query,
  part: (element: Element, elements: readonly Element[]) => Element = (element) => element,
): Finder {
  return {
    description: describeQuery(query),
    find: (elements) => ({ element: part(matchOne(query, elements), elements) }),
  };
}

export function click(how: { readonly button: Button; readonly count: 1 | 2 }): LocatorAction {
  return (context, query) => gesture.click(context, finderOf(query), how);
}

export function hover(): LocatorAction {
  return async (context, query) => {
    const grounded = await locate(context, finderOf(query));
    const title = `Hover over ${describeElement(grounded.element)}`;
    await act(context, { title, actions: [{ type: 'move', ...grounded.point }], grounded });
  };
}

export function fill(text: string): LocatorAction {
  return (context, query) => type(context, { text, target: finderOf(query, fieldOf), replace: true });
}

export function press(keys: string): LocatorAction {
  const [chord, ...more] = readChords(keys) ?? [];
  return async (context, query) => {
    if (chord === undefined || more.length > 0) {
      throw new AgentError(
        'not-understood',
        `"${keys}" is no key or chord; they look like: Enter, Control+A.`,
      );
    }
    const grounded = await locate(context, finderOf(query, fieldOf));
    const { element, point } = grounded;
    const hasFocus = element.states.includes('focused');
    await act(context, {
      title: `Press ${chord.join('+')} in ${describeElement(element)}`,
      actions: [
        ...(hasFocus ? [] : [{ type: 'click', ...point, button: 'left' } as const]),
        { type: 'keypress', keys: chord },
      ],
      grounded,
      afterFirst: () => focused(context, element),
    });
  };
}

export function check(wanted: 'checked' | 'unchecked'): LocatorAction {
  return (context, query) => checkBox(context, { target: finderOf(query), checked: wanted === 'checked' });
}

export function selectOption(option: string): LocatorAction {
  return async (context, query) => {
    const { role } = (await locate(context, finderOf(query))).element;
    if (role === 'combo box' || role === 'push button menu')
      return select(context, { option, target: finderOf(query) });
    const inside: Query = [...query, { by: 'role', role: 'option', options: { name: option, exact: true } }];
    await gesture.click(context, finderOf(inside), { button: 'left', count: 1 });
  };
}

export function dragTo(target: Query): LocatorAction {
  return (context, query) => gesture.drag(context, { from: finderOf(query), to: finderOf(target) });
}
