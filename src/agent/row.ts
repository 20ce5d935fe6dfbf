import type { Element } from '../desktop/types.js';
import { kinds } from './language/kind.js';
import { middle } from './place.js';

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
