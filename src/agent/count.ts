import type { Element } from '../desktop/types.js';
import { matching } from './ground.js';
import { oneOfEachRow } from './row.js';
import type { Target } from './language/target.js';

/** How many elements that are showing a target means; the cells of one row count as one row. */
export function countOf(target: Target, elements: readonly Element[]): number {
  const found = matching(target, elements);
  return (target.kind === 'row' || target.kind === 'item' ? oneOfEachRow(found) : found).length;
}
