import type { Element } from '../desktop/types.js';
import { ancestors } from './ground.js';
import type { State as ClaimedState } from './language/claim.js';
import { accessibleRoles } from './role.js';

/** What an element can be, in the words of sentences and of ARIA; `empty` is a matter of its value. */
export type State = Exclude<ClaimedState, 'empty'> | 'disabled' | 'pressed';

/** Whether an element is in a state. */
export function hasState({ states }: Element, state: State): boolean {
  const has = (...names: readonly string[]): boolean => names.some((name) => states.includes(name));
  switch (state) {
    // A toggle button is pressed where a box is checked; GTK says either.
    case 'checked':
    case 'pressed':
      return has('checked', 'pressed');
    case 'enabled':
      return has('enabled', 'sensitive');
    case 'disabled':
      return !has('enabled', 'sensitive');
    // A radio button is selected in words, and checked in the tree.
    case 'selected':
      return has('selected', 'checked', 'pressed', 'active');
    default:
      return has(state);
  }
}

/** Whether an element lies anywhere below another. */
export function isBelow(inner: Element, outer: Element, elements: readonly Element[]): boolean {
  return ancestors(inner, elements).includes(outer);
}

/** The element that takes text: of a combo box, which carries the name, the entry inside. */
export function fieldOf(element: Element, elements: readonly Element[]): Element {
  if (element.states.includes('editable')) return element;
  const inside = elements.filter(
    (each) => each.states.includes('editable') && isBelow(each, element, elements),
  );
  return inside.length === 1 ? inside[0]! : element;
}

/** The text of an element: its content where it has one, else its name; of what is there to hold others, all texts inside. */
export function textOf(element: Element, elements: readonly Element[]): string {
  const own = contentOf(element);
  if (element.text !== undefined || (own !== '' && !containers.includes(element.role))) return own;
  const inside = elements.filter((each) => isBelow(each, element, elements)).map(contentOf);
  return inside.filter((text) => text !== '').join(' ') || own;
}

function contentOf({ text, name }: Element): string {
  return text ?? name;
}

/** What has a name as a title of what is inside. */
const containers: readonly string[] = (
  ['window', 'dialog', 'group', 'form', 'list', 'table', 'tree', 'toolbar', 'status', 'tablist'] as const
).flatMap(accessibleRoles);
