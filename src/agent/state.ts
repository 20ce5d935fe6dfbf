import type { Element } from '../desktop/types.js';
import { Tree } from './tree.js';

/** What an element can be, as ARIA and Playwright call it. */
export type State = 'checked' | 'disabled' | 'expanded' | 'focused' | 'pressed' | 'selected';

/** Whether an element is in a state. */
export function hasState({ states }: Element, state: State): boolean {
  switch (state) {
    case 'checked':
      // A toggle button is pressed where a box is checked; GTK says either.
      return states.includes('checked') || states.includes('pressed');
    case 'pressed':
      return states.includes('pressed') || states.includes('checked');
    case 'disabled':
      return !states.includes('enabled') && !states.includes('sensitive');
    default:
      return states.includes(state);
  }
}

/** The element that takes text: of a combo box, which carries the name, the entry inside. */
export function fieldOf(element: Element, elements: readonly Element[]): Element {
  if (element.states.includes('editable')) return element;
  const inside = new Tree(elements).below(element).filter(({ states }) => states.includes('editable'));
  return inside.length === 1 ? inside[0]! : element;
}

/** What a field holds, or what a combo box without an entry shows. */
export function valueOf(element: Element, elements: readonly Element[]): string {
  return contentOf(fieldOf(element, elements));
}

/** The text of an element: its content where it has one, else its name. */
export function contentOf({ text, name }: Element): string {
  return text ?? name;
}
