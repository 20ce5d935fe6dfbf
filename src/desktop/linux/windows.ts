import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Box, Window, WindowChange } from '../types.js';
import { toName } from './atspi.js';
import { words, type Display } from './display.js';

const SUBSTRUCTURE_NOTIFY_AND_REDIRECT = 0x180000;
/** "Source indication" of the EWMH for requests of pagers and other tools in the user's name. */
const FROM_USER = 2;
/** Actions of `_NET_WM_STATE` (EWMH), and the state of ICCCM 4.1.4 that a window is minimised by. */
const STATE_REMOVE = 0;
const STATE_ADD = 1;
const ICONIC = 3;

/** Lists the top-level windows; those that vanish meanwhile are left out. */
export function listWindows(display: Display): Window[] {
  const active = display.askProperty(display.root, '_NET_ACTIVE_WINDOW');
  const ids = clientList(display);
  const [activeId] = words(active());
  return ids
    .map((id) => ({ id, ...askWindow(display, id) }))
    .flatMap(({ id, box, title, state }) => {
      const [place, says, states] = [box(), title(), state()];
      return place ? [{ id, title: says, box: place, active: id === activeId, ...states }] : [];
    });
}

/** Asks for all that is told of a window; each function waits for its answer. */
function askWindow(
  display: Display,
  id: number,
): {
  readonly box: () => Box | undefined;
  readonly title: () => string;
  readonly state: () => Pick<Window, 'maximised' | 'minimised'>;
} {
  return { box: askBox(display, id), title: askTitle(display, id), state: askState(display, id) };
}

function askState(display: Display, id: number): () => Pick<Window, 'maximised' | 'minimised'> {
  const property = display.askProperty(id, '_NET_WM_STATE');
  return () => {
    const states = words(property());
    const has = (name: string): boolean => states.includes(display.atom(name));
    return {
      ...(has('_NET_WM_STATE_MAXIMIZED_VERT') && has('_NET_WM_STATE_MAXIMIZED_HORZ')
        ? { maximised: true }
        : {}),
      ...(has('_NET_WM_STATE_HIDDEN') ? { minimised: true } : {}),
    };
  };
}

/** Asks the window manager to close a window, as its close button would. */
export function closeWindow(display: Display, id: number): void {
  askManager(display, { id, type: '_NET_CLOSE_WINDOW', data: [0, FROM_USER] });
}

/** Asks the window manager to bring a window to the front, to maximise or to minimise it, or to undo both. */
export function changeWindow(
  display: Display,
  { id, to }: { readonly id: number; readonly to: WindowChange },
): void {
  if (to === 'maximise' || to === 'restore') {
    const [vertical, horizontal] = ['_NET_WM_STATE_MAXIMIZED_VERT', '_NET_WM_STATE_MAXIMIZED_HORZ'].map(
      (name) => display.atom(name),
    );
    const data = [to === 'maximise' ? STATE_ADD : STATE_REMOVE, vertical!, horizontal!, FROM_USER];
    askManager(display, { id, type: '_NET_WM_STATE', data });
  }
  if (to === 'minimise') askManager(display, { id, type: 'WM_CHANGE_STATE', data: [ICONIC] });
  // Also brings back a window that is minimised.
  if (to === 'activate' || to === 'restore')
    askManager(display, { id, type: '_NET_ACTIVE_WINDOW', data: [FROM_USER, 0] });
}

function askManager(
  display: Display,
  { id, type, data }: { readonly id: number; readonly type: string; readonly data: readonly number[] },
): void {
  if (!clientList(display).includes(id)) {
    throw new DesktopError('invalid', `There is no window ${id} to change; list the windows again.`);
  }
  const toManager = { to: display.root, mask: SUBSTRUCTURE_NOTIFY_AND_REDIRECT };
  display.sendMessage({ window: id, type, data, ...toManager });
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

function askTitle(display: Display, id: number): () => string {
  const titles = ['_NET_WM_NAME', 'WM_NAME'].map((name) => display.askProperty(id, name));
  return () => {
    const [modern, old] = titles.map((title) => title());
    return toName((modern ?? old)?.toString('utf8'));
  };
}

function askBox(display: Display, id: number): () => Box | undefined {
  const origin = xcb.translateCoordinates(display.connection, id, display.root, 0, 0);
  const geometry = xcb.getGeometry(display.connection, id);
  return () => {
    const corner = display.ask(origin, (reply) => ({ x: reply.readInt16LE(12), y: reply.readInt16LE(14) }));
    const size = display.ask(geometry, (reply) => ({
      width: reply.readUInt16LE(16),
      height: reply.readUInt16LE(18),
    }));
    return corner && size && { ...corner, ...size };
  };
}
