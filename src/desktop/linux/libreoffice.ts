import type { Box, Point } from '../types.js';
import type { Facts } from './atspi.js';

/**
 * What LibreOffice with GTK 3 says of its objects differs from all others, seen in LibreOffice 7.4: its own widgets
 * count from below the menu bar of GTK as though that were not there, GTK's widgets among them do not; and the menus
 * of its own menu bar, which GTK's stands for, are `showing`.
 */

/** Whether it is a menu that nobody sees. */
export function isShadowed(facts: Pick<Facts, 'role'>, parent: Pick<Facts, 'role'> | undefined): boolean {
  return facts.role === 'menu' && parent?.role === 'root pane';
}

/**
 * By how much what an object says of its place is wrong, from what it and its parent say. A root pane fills its
 * parent; a widget of GTK fills the one of LibreOffice that it is in, but for where it says that it is.
 */
export function shiftOf(
  node: { readonly role: string; readonly box: Box },
  parent: { readonly box: Box; readonly shift: Point },
): Point {
  const { box, shift } = parent;
  const dx = box.x - node.box.x;
  const dy = box.y - node.box.y;
  const fills = node.box.width === box.width && Math.abs(node.box.height - box.height) <= 2;
  if (node.role === 'root pane') return fills ? { x: dx, y: dy } : shift;
  const isNative = fills && (shift.x !== 0 || shift.y !== 0) && dx === -shift.x && dy === -shift.y;
  return isNative ? { x: 0, y: 0 } : shift;
}
