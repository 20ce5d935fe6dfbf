import type { Element } from '../../desktop/types.js';
import { act, locate } from './act.js';
import { check } from './check.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { click } from './gesture.js';
import { describeElement, ground, groundKind, matching, type Found } from '../ground.js';
import type { Kind } from '../language/kind.js';
import { normalise } from '../language/name.js';
import { note } from './note.js';
import { valueOf } from '../read.js';
import { reveal } from './reveal.js';
import { isFinder, type Sought } from '../sought.js';
import type { Target } from '../language/target.js';
import { type } from './typing.js';
import { waitFor } from '../wait.js';

/** How long a choice may take to show, in milliseconds. */
const choiceTimeout = 2_000;
/** How many times the key of a slider is pressed at most to get it from where it was put to its value. */
const maxKeys = 500;

export const choosers: readonly Kind[] = ['combo box', 'list', 'tree', 'table', 'tab', 'group', 'menu'];

/** Chooses an entry: of a combo box, which is opened for it, or of what shows its entries. */
export async function select(
  context: AgentContext,
  { option, target }: { readonly option: string; readonly target: Sought },
): Promise<void> {
  const find = (wanted: Target, elements: readonly Element[]): Found =>
    groundKind(choosers, wanted, elements);
  const box = await locate(context, target, find);
  if (!isComboBox(box.element)) return selectInside(context, { option, target });
  const before = valueOf(box.element, await context.desktop.elements());
  if (before !== '' && normalise(before) === normalise(option))
    return note(context, {
      title: `Select "${option}" from ${describeElement(box.element)}`,
      log: ['nothing to do: it is chosen'],
      target: box.element.box,
    });
  await act(context, {
    title: `Open ${describeElement(box.element)}`,
    actions: [{ type: 'click', ...box.point, button: 'left' }],
    grounded: box,
  });
  await click(context, { name: option, kind: 'item' }, { button: 'left', count: 1 });
  await chosen(context, { box: box.element, before, option });
}

/** Clicks an entry of what shows its entries, scrolling to one that is out of view. */
async function selectInside(
  context: AgentContext,
  { option, target }: { readonly option: string; readonly target: Sought },
): Promise<void> {
  const entry: Target = isFinder(target)
    ? { name: option }
    : { name: option, relation: { kind: 'in', anchor: target } };
  const isThere = matching({ name: option }, await context.desktop.elements()).length > 0;
  if (!isThere && !isFinder(target)) await reveal(context, { target: entry, inside: target });
  await click(context, entry, { button: 'left', count: 1 });
}

function isComboBox({ role }: Element): boolean {
  return role === 'combo box' || role === 'push button menu';
}

/** Fails where the box still shows what it had chosen before. */
async function chosen(
  { desktop }: AgentContext,
  { box, before, option }: { readonly box: Element; readonly before: string; readonly option: string },
): Promise<void> {
  // Where nothing tells what is chosen, nothing can be checked.
  if (before === '' || before === box.labels[0]) return;
  const deadline = performance.now() + choiceTimeout;
  let found = before;
  const done = await waitFor(desktop, { deadline, interval: 20 }, async () => {
    const elements = await desktop.elements();
    const now = elements.find(({ id }) => id === box.id);
    if (now === undefined) return true;
    found = valueOf(now, elements);
    return found !== before || undefined;
  });
  if (done === undefined)
    throw new AgentError(
      'no-effect',
      `"${option}" was chosen in ${describeElement(box)}, which still has "${found}"`,
    );
}

export const settable: readonly Kind[] = ['field', 'slider', 'check box', 'combo box'];

/** Gives an element a value in the way of its kind. */
export async function set(
  context: AgentContext,
  { target, value }: { readonly target: Target; readonly value: string },
): Promise<void> {
  const find = (wanted: Target, elements: readonly Element[]): Found =>
    groundKind(settable, wanted, elements);
  const { element } = await locate(context, target, find);
  if (isComboBox(element) && !element.states.includes('editable'))
    return select(context, { option: value, target });
  if (/^(?:on|off|yes|no|true|false)$/i.test(value) && /check|toggle|switch/.test(element.role))
    return check(context, { target, checked: /^(?:on|yes|true)$/i.test(value) });
  if (/^(?:slider|dial|scroll bar)$/.test(element.role)) return slide(context, { target, value });
  await type(context, { text: value, target });
  // A field for numbers takes what was typed when the focus leaves it.
  if (element.role === 'spin button')
    await act(context, { title: 'Press TAB', actions: [{ type: 'keypress', keys: ['TAB'] }] });
}

/** Clicks where the value is, and goes on with the keys, since a click is only as fine as a pixel. */
async function slide(
  context: AgentContext,
  { target, value }: { readonly target: Target; readonly value: string },
): Promise<void> {
  const { desktop } = context;
  const grounded = await locate(context, target, (wanted, elements) =>
    groundKind(['slider'], wanted, elements),
  );
  const { element } = grounded;
  const wanted = Number(value.replace(',', '.'));
  const range = element.value;
  if (range === undefined || Number.isNaN(wanted) || wanted < range.minimum || wanted > range.maximum)
    throw new AgentError(
      'not-actionable',
      range === undefined
        ? `${describeElement(element)} does not tell its value`
        : `"${value}" is not between ${range.minimum} and ${range.maximum}, which ${describeElement(element)} has`,
    );
  const { x, y, width, height } = element.box;
  const share = (wanted - range.minimum) / (range.maximum - range.minimum || 1);
  const across = width >= height;
  const point = across
    ? { x: Math.round(x + share * (width - 1)), y: Math.round(y + height / 2) }
    : { x: Math.round(x + width / 2), y: Math.round(y + (1 - share) * (height - 1)) };
  const title = `Set ${describeElement(element)} to ${value}`;
  await act(context, {
    title,
    actions: [{ type: 'click', ...point, button: 'left' }],
    grounded: { ...grounded, point },
  });
  let last: number | undefined;
  let startedOver = false;
  for (let pressed = 0; pressed < maxKeys; pressed++) {
    const now = (await desktop.elements()).find(({ id }) => id === element.id)?.value?.current;
    if (now === undefined || Math.abs(now - wanted) < 1e-6) return;
    const passed = last !== undefined && last !== now && last < wanted !== now < wanted;
    const stuck = now === last || passed;
    if (stuck && startedOver) break;
    // Steps of the keys may lead past it from where the click was, and not from the end.
    startedOver ||= stuck;
    last = stuck ? undefined : now;
    const key = stuck ? 'HOME' : now < wanted ? 'RIGHT' : 'LEFT';
    await act(context, { title: `${title}: ${key}`, actions: [{ type: 'keypress', keys: [key] }] });
  }
  throw new AgentError(
    'no-effect',
    `${describeElement(element)} stands at ${last}, and cannot be set to ${value}`,
  );
}

export const foldable: readonly Kind[] = ['item', 'button', 'group'];
/** Keys that unfold an entry of a tree: of most toolkits, and of GTK 3. */
const unfolding: readonly (readonly string[])[] = [['RIGHT'], ['SHIFT', 'RIGHT']];
const folding: readonly (readonly string[])[] = [['LEFT'], ['SHIFT', 'LEFT']];

/** Unfolds or folds an entry of a tree, or a part of a window. */
export async function expand(
  context: AgentContext,
  { target, expanded }: { readonly target: Target; readonly expanded: boolean },
): Promise<void> {
  const grounded = await locate(context, target, (wanted, elements) =>
    groundKind(foldable, wanted, elements),
  );
  const { element, point } = grounded;
  const title = `${expanded ? 'Expand' : 'Collapse'} ${describeElement(element)}`;
  if (isExpanded(element) === expanded)
    return note(context, { title, log: [`nothing to do: it is ${expanded ? 'expanded' : 'collapsed'}`] });
  await act(context, { title, actions: [{ type: 'click', ...point, button: 'left' }], grounded });
  if (await becomes(context, element, expanded)) return;
  for (const keys of expanded ? unfolding : folding) {
    await act(context, { title: `${title}: ${keys.join('+')}`, actions: [{ type: 'keypress', keys }] });
    if (await becomes(context, element, expanded)) return;
  }
  throw new AgentError(
    'no-effect',
    `${describeElement(element)} is still ${expanded ? 'collapsed' : 'expanded'}`,
  );
}

function isExpanded({ states }: Element): boolean {
  return states.includes('expanded');
}

async function becomes({ desktop }: AgentContext, element: Element, expanded: boolean): Promise<boolean> {
  const deadline = performance.now() + 500;
  const done = await waitFor(desktop, { deadline, interval: 20 }, async () => {
    const now = (await desktop.elements()).find(({ id }) => id === element.id);
    return (now !== undefined && isExpanded(now) === expanded) || undefined;
  });
  return done === true;
}

/** Clicks a menu, a field or an icon of that name; gives whether there is one. */
export async function openElement(context: AgentContext, name: string): Promise<'opened' | 'none'> {
  try {
    const { element } = ground({ name }, await context.desktop.elements());
    const opens = /icon|list item|tree item|table cell/.test(element.role) ? 2 : 1;
    if (!/menu|button|icon|item|tab|link|cell|combo/.test(element.role)) return 'none';
    await click(context, { name }, { button: 'left', count: opens });
    return 'opened';
  } catch (error) {
    if (error instanceof AgentError && error.code === 'not-found') return 'none';
    throw error;
  }
}
