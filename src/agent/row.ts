import type { Element } from '../desktop/types.js';
import { kinds } from './language/kind.js';
import { middle } from '../image/index.js';

/** Whether an element is a cell, of which several make one row of a table. */
function isCell({ role }: Element): boolean {
  return (kinds.cell as readonly string[]).includes(role);
}

/** The cells of the row that a cell stands in, itself among them; of anything else only itself. */
export function rowOf(element: Element, elements: readonly Element[]): readonly Element[] {
  if (!isCell(element)) return [element];
  return elements.filter((each) => isCell(each) && isSameRow(each, element));
}

/** Leaves one cell of each row, the first as they are given. */
export function oneOfEachRow(found: readonly Element[]): readonly Element[] {
  return found.filter(
    (element, index) =>
      !isCell(element) || !found.slice(0, index).some((other) => isCell(other) && isSameRow(element, other)),
  );
}

function isSameRow(one: Element, other: Element): boolean {
  const apart = Math.abs(middle(one.box).y - middle(other.box).y);
  return one.parent === other.parent && apart < other.box.height / 2;
}

/** The box to be checked in the row of a cell that is none itself, as lists of GTK have it: a cell without a name. */
export function boxInRow(element: Element, elements: readonly Element[]): Element | undefined {
  if (element.role !== 'table cell') return undefined;
  const row = rowOf(element, elements);
  const known = row.filter(isBox);
  const boxes = known.length > 0 ? known : row.filter(({ name, text = '' }) => name === '' && text === '');
  return boxes.length === 1 ? boxes[0] : undefined;
}

/** Whether the tree says of a cell that it can be checked. */
export function isBox({ states }: Element): boolean {
  return states.includes('checked') || states.includes('checkable');
}
