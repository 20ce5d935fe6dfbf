import * as xkb from '../../native/linux/xkb.js';
import { DesktopError } from '../error.js';
import type { Display } from './display.js';

/** The state of the modifiers, and which group of the layout is in use. */
export interface ModifierState {
  /** Modifiers of keys that are held down. */
  readonly held: number;
  readonly locked: number;
  readonly group: number;
  readonly lockedGroup: number;
}

/** Num Lock changes no key but those of the keypad, which are not used for typing. */
const NUM_LOCK = 0x10;
const ALL = 0xff;

/** Announces to a display that its extension for keyboards will be used. */
export function useXkb(display: Display): void {
  const answer = xkb.useExtension(display.connection, 1, 0);
  const supported = display.ask(answer, (reply) => reply[1] === 1);
  if (supported === true) return;
  throw new DesktopError('unavailable', 'The X server has no XKEYBOARD extension, which typing needs.');
}

export function readModifiers(display: Display): ModifierState {
  const cookie = xkb.getState(display.connection, xkb.CORE_KEYBOARD);
  return display.require(cookie, 'tell the state of the modifiers', (reply) => ({
    held: reply[9] ?? 0,
    locked: reply[11] ?? 0,
    group: reply[12] ?? 0,
    lockedGroup: reply[13] ?? 0,
  }));
}

/** Takes back what is locked, as by Caps Lock, and what is latched; Num Lock stays. */
export function unlock(display: Display, group: number): void {
  set(display, { affected: ALL & ~NUM_LOCK, locked: 0, group });
}

export function lockGroup(display: Display, group: number): void {
  set(display, { affected: 0, locked: 0, group });
}

/** Locks again what was locked. */
export function restore(display: Display, { locked, lockedGroup }: ModifierState): void {
  set(display, { affected: ALL & ~NUM_LOCK, locked, group: lockedGroup });
}

function set(
  display: Display,
  { affected, locked, group }: { readonly affected: number; readonly locked: number; readonly group: number },
): void {
  const { connection } = display;
  xkb.latchLockState(connection, xkb.CORE_KEYBOARD, affected, locked & affected, 1, group, affected, 1, 0);
}
