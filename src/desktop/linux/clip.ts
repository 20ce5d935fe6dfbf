import { intersection } from '../../image/index.js';
import type { Box } from '../types.js';

/** What is beyond the edge of these is not seen. */
const FRAMING = new Set([
  ...['scroll pane', 'viewport', 'layered pane', 'list', 'list box', 'table', 'tree', 'tree table'],
]);
/** In Qt a widget is never seen beyond the one that it is in; its scrolled areas have no role of their own. */
const FRAMING_IN_QT = new Set([...FRAMING, 'filler', 'panel']);
/** Windows of their own. */
const FREE = new Set([
  'menu',
  'popup menu',
  'window',
  'dialog',
  'alert',
  'frame',
  'tool tip',
  'file chooser',
]);

/** What of a box is on the screen and in the views around it; `within` is what its parent leaves to see. */
export interface Clip {
  readonly role: string;
  readonly within: Box | undefined;
}

/**
 * Where an object can be seen, for it and for what it holds: a row of a list may be wider than the list, and a field
 * below the edge of a scrolled area is none of a person's.
 */
export function clip(
  node: { readonly role: string; readonly box: Box },
  parent: Clip | undefined,
  { qt }: { readonly qt: boolean },
): { readonly visible: Box | undefined; readonly clip: Clip } {
  const { role, box } = node;
  const isFree = FREE.has(role) || (role === 'list' && parent?.role === 'combo box');
  const around = isFree ? undefined : parent?.within;
  const visible = around === undefined ? box : intersection(box, around);
  const framing = qt ? FRAMING_IN_QT : FRAMING;
  const within = framing.has(role) ? (visible ?? { ...box, width: 0, height: 0 }) : around;
  return { visible, clip: { role, within } };
}
