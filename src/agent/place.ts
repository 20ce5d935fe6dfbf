import { contains, middle } from '../image/index.js';
import type { Box, Element, Point } from '../desktop/types.js';
import type { Relation } from './language/target.js';

/** Elements row by row, each from left to right; a row is what its first element's height covers. */
export function inReadingOrder(elements: readonly Element[]): readonly Element[] {
  const rows: Element[][] = [];
  for (const element of elements.toSorted((a, b) => a.box.y - b.box.y)) {
    const row = rows.at(-1);
    const top = row?.[0]?.box;
    if (row !== undefined && top !== undefined && middle(element.box).y < top.y + top.height)
      row.push(element);
    else rows.push([element]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.box.x - b.box.x));
}

/** Those of the elements that lie in a direction from the anchor, with their distance in pixels, nearest first. */
export function inDirection(
  direction: Exclude<Relation, 'in'>,
  anchor: Element,
  elements: readonly Element[],
): readonly { readonly element: Element; readonly distance: number }[] {
  return elements
    .flatMap((element) => {
      const distance = contains(element.box, anchor.box)
        ? undefined
        : distanceTo(direction, anchor.box, element.box);
      return distance === undefined ? [] : [{ element, distance }];
    })
    .toSorted((a, b) => a.distance - b.distance);
}

function distanceTo(direction: Exclude<Relation, 'in'>, anchor: Box, box: Box): number | undefined {
  const sideways = direction === 'next to' || direction === 'left of' || direction === 'right of';
  const overlap = sideways
    ? Math.min(anchor.y + anchor.height, box.y + box.height) - Math.max(anchor.y, box.y)
    : Math.min(anchor.x + anchor.width, box.x + box.width) - Math.max(anchor.x, box.x);
  if (overlap <= 0) return undefined;
  // The middle decides on which side a box lies, since boxes of neighbours may overlap a little.
  const { x, y } = middle(box);
  const sides = {
    'left of': [x < anchor.x, anchor.x - (box.x + box.width)],
    'right of': [x > anchor.x + anchor.width, box.x - (anchor.x + anchor.width)],
    under: [y > anchor.y + anchor.height, box.y - (anchor.y + anchor.height)],
    above: [y < anchor.y, anchor.y - (box.y + box.height)],
  } as const;
  const tried = direction === 'next to' ? (['left of', 'right of'] as const) : [direction];
  const found = tried.map((side) => sides[side]).find(([lies]) => lies);
  return found && Math.max(0, found[1]);
}

/** The pixel in the middle of a box. */
export function centre(box: Box): Point {
  const { x, y } = middle(box);
  return { x: Math.round(x), y: Math.round(y) };
}
