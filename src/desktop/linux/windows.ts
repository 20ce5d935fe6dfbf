import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Box, Window } from '../types.js';
import { words, type Display } from './display.js';

const CLIENT_MESSAGE = 33;
const SUBSTRUCTURE_NOTIFY_AND_REDIRECT = 0x180000;
/** "Source indication" of the EWMH for requests of pagers and other tools in the user's name. */
const FROM_USER = 2;

/** Lists the top-level windows; those that vanish meanwhile are left out. */
export function listWindows(display: Display): Window[] {
  const [active] = words(display.property(display.root, '_NET_ACTIVE_WINDOW'));
  return clientList(display).flatMap((id) => {
    const box = boxOf(display, id);
    return box ? [{ id, title: titleOf(display, id), box, active: id === active }] : [];
  });
}

/** Asks the window manager to close a window, as its close button would. */
export function closeWindow(display: Display, id: number): void {
  if (!clientList(display).includes(id)) {
    throw new DesktopError('invalid', `There is no window ${id} to close; list the windows again.`);
  }
  const event = Buffer.alloc(32);
  event.writeUInt8(CLIENT_MESSAGE, 0);
  event.writeUInt8(32, 1);
  event.writeUInt32LE(id, 4);
  event.writeUInt32LE(display.atom('_NET_CLOSE_WINDOW'), 8);
  event.writeUInt32LE(FROM_USER, 16);
  xcb.sendEvent(display.connection, 0, display.root, SUBSTRUCTURE_NOTIFY_AND_REDIRECT, event);
  display.sync();
}

/** Whether a window manager has announced itself: its window names itself (EWMH, _NET_SUPPORTING_WM_CHECK). */
export function windowManagerReady(display: Display): boolean {
  const [owner] = words(display.property(display.root, '_NET_SUPPORTING_WM_CHECK'));
  if (!owner) return false;
  return words(display.property(owner, '_NET_SUPPORTING_WM_CHECK'))[0] === owner;
}

function clientList(display: Display): number[] {
  return words(display.property(display.root, '_NET_CLIENT_LIST'));
}

function titleOf(display: Display, id: number): string {
  const title = display.property(id, '_NET_WM_NAME') ?? display.property(id, 'WM_NAME');
  return title?.toString('utf8').trim() ?? '';
}

function boxOf(display: Display, id: number): Box | undefined {
  const origin = xcb.translateCoordinates(display.connection, id, display.root, 0, 0);
  const geometry = xcb.getGeometry(display.connection, id);
  const corner = display.ask(origin, (reply) => ({ x: reply.readInt16LE(12), y: reply.readInt16LE(14) }));
  const size = display.ask(geometry, (reply) => ({
    width: reply.readUInt16LE(16),
    height: reply.readUInt16LE(18),
  }));
  return corner && size && { ...corner, ...size };
}
