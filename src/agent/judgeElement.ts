import type { Element } from '../desktop/types.js';
import type { Claim, State } from './language/claim.js';
import type { AgentContext } from './context.js';
import { countOf } from './count.js';
import { AgentError } from './error.js';
import { describeElement, ground, groundCheckable, groundKind, matching } from './ground.js';
import type { Judgement } from './judge.js';
import { notRemembered } from './language/memory.js';
import { describeMatch, matches, quote } from './match.js';
import { inDirection, inReadingOrder } from './place.js';
import { groundValue, read, valueOf } from './read.js';
import { describeReading } from './language/reading.js';
import { describeTarget, type Target } from './language/target.js';
import { hasState } from './state.js';

type About<Name> = Extract<Claim, { about: Name }>;

/** Makes an element that is not there, or not clear, a claim that does not hold, whichever way it is put. */
export async function orAbsent(
  expected: string,
  judge: () => Promise<Judgement> | Judgement,
): Promise<Judgement> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof AgentError && ['not-found', 'ambiguous'].includes(error.code))
      return { held: false, expected, found: error.message };
    throw error;
  }
}

/** Judges whether an element is showing. */
export function judgePresence({ target, not }: About<'element'>, elements: readonly Element[]): Judgement {
  const found = matching(target, elements);
  const what = describeTarget(target);
  return {
    held: found.length > 0 !== not,
    expected: `${not ? 'no ' : 'a '}${what} on the screen`,
    found:
      found.length === 0
        ? `there is no ${what}`
        : `there is ${found.slice(0, 3).map(describeElement).join(', ')}`,
  };
}

const opposites: Readonly<Record<State, string>> = {
  enabled: 'disabled',
  checked: 'not checked',
  selected: 'not selected',
  focused: 'not focused',
  expanded: 'collapsed',
  editable: 'read-only',
  empty: 'not empty',
};

/** Judges whether an element is enabled, checked and the like. */
export function judgeState(
  { target, state, not }: About<'state'>,
  elements: readonly Element[],
): Promise<Judgement> {
  const words = (is: 'so' | 'not'): string => (is === 'so' ? state : opposites[state]);
  const expected = `${describeTarget(target)} is ${words(not ? 'not' : 'so')}`;
  return orAbsent(expected, () => {
    const element = groundState(state, target, elements);
    const is = state === 'empty' ? valueOf(element, elements) === '' : hasState(element, state);
    const value =
      state === 'empty' && !is
        ? `has ${quote(valueOf(element, elements))}`
        : `is ${words(is ? 'so' : 'not')}`;
    return { held: is !== not, expected, found: `${describeElement(element)} ${value}` };
  });
}

function groundState(state: State, target: Target, elements: readonly Element[]): Element {
  switch (state) {
    case 'checked':
      return groundCheckable(target, elements).element;
    case 'selected':
      return groundKind(['radio button', 'tab', 'item', 'check box'], target, elements).element;
    case 'editable':
    case 'empty':
      return groundValue(target, elements).element;
    default:
      return ground(target, elements).element;
  }
}

/** Judges the value of a field, the content of a file and the like. */
export function judgeReading(
  context: AgentContext,
  { reading, match, not }: About<'reading'>,
): Promise<Judgement> {
  const what = describeReading(reading, describeTarget);
  const expected = `${what} ${describeMatch(match, not)}`;
  return orAbsent(expected, async () => {
    const value = await read(context, reading);
    // A container says many things, one to a line; each is a text of its own.
    const texts = [value, ...(reading.of === 'value' && value.includes('\n') ? value.split('\n') : [])];
    return {
      held: texts.some((text) => matches(text, match)) !== not,
      expected,
      found: `it has ${quote(value)}`,
    };
  });
}

/** Judges whether something is as it was remembered, or as `before` says. */
export function judgeSame(
  context: AgentContext,
  { reading, as, not }: About<'same'>,
  before: { value?: string },
): Promise<Judgement> {
  const what = describeReading(reading, describeTarget);
  const remembered = as === undefined ? before.value : context.remembered.get(as);
  if (as !== undefined && remembered === undefined) throw notRemembered(as, context.remembered.keys());
  const than = as === undefined ? 'at first' : `remembered as ${as}`;
  const expected =
    remembered === undefined
      ? `${what} changes`
      : `${what} is ${not ? 'other than' : 'still'} ${quote(remembered)}, ${than}`;
  return orAbsent(expected, async () => {
    const now = await read(context, reading);
    if (as === undefined) before.value ??= now;
    const then = as === undefined ? before.value! : remembered!;
    return { held: (now === then) !== not, expected, found: `it is ${quote(now)}` };
  });
}

/** Judges how many elements of a kind are showing. */
export function judgeCount(claim: About<'count'>, elements: readonly Element[]): Promise<Judgement> {
  const { expected } = judgeCounted(claim, 0);
  return orAbsent(expected, () => judgeCounted(claim, countOf(claim.target, elements)));
}

/** Judges a count. */
export function judgeCounted({ target, least, most, not }: About<'count'>, count: number): Judgement {
  const much = least === most ? String(least) : most === Infinity ? `at least ${least}` : `at most ${most}`;
  return {
    held: (count >= least && count <= most) !== not,
    expected: `${not ? 'not ' : ''}${much} × ${describeTarget(target)}`,
    found: `there are ${count}`,
  };
}

/** Whether the windows as such are meant, which the window manager knows best. */
export function isAllWindows({ name, kind, ordinal, relation }: Target): boolean {
  return kind === 'window' && name === undefined && ordinal === undefined && relation === undefined;
}

/** Judges whether elements follow each other as said. */
export function judgeOrder(
  { targets, direction, not }: About<'order'>,
  elements: readonly Element[],
): Promise<Judgement> {
  const expected = targets.map(describeTarget).join(` ${not ? 'not ' : ''}${direction} `);
  return orAbsent(expected, () => {
    const found = targets.map((target) => ground(target, elements).element);
    const pairs = found.slice(1).map((element, index) => [found[index]!, element] as const);
    const held = pairs.every(([one, other]) => stands(one, other, direction));
    const order = inReadingOrder(found).map(
      ({ box, ...element }) => `${describeElement({ box, ...element })} at ${box.x},${box.y}`,
    );
    return { held: held !== not, expected, found: `in reading order: ${order.join(', ')}` };
  });
}

function stands(one: Element, other: Element, direction: About<'order'>['direction']): boolean {
  if (direction === 'before') return inReadingOrder([other, one])[0] === one;
  return inDirection(direction, other, [one]).length > 0;
}
