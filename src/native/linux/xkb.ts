// Source: <xcb/xkb.h> (libxcb 1.15), XKEYBOARD extension 1.0.
import { load, type Pointer } from '../koffi.js';
import type { Cookie } from './xcb.js';

const xkb = load('libxcb-xkb.so.1');

/** The keyboard that core events come from, as a device. */
export const CORE_KEYBOARD = 0x100;
/** Parts of a map: the types of keys, their keysyms, the modifiers that they set. */
export const KEY_TYPES = 1;
export const KEY_SYMS = 2;
export const MODIFIER_MAP = 4;

/** Has to be asked once on a connection before anything else of the extension. */
export const useExtension: (connection: Pointer, major: number, minor: number) => Cookie = xkb.func(
  'xcb_cookie_t xcb_xkb_use_extension(void *connection, uint16_t major, uint16_t minor)',
);
export const getState: (connection: Pointer, device: number) => Cookie = xkb.func(
  'xcb_cookie_t xcb_xkb_get_state(void *connection, uint16_t device)',
);
/** Sets those of the locked modifiers that are in `affected`, and the locked group where `lockGroup` is 1. */
export const latchLockState: (
  connection: Pointer,
  device: number,
  affected: number,
  locked: number,
  lockGroup: number,
  group: number,
  affectedLatches: number,
  latchGroup: number,
  latchedGroup: number,
) => Cookie = xkb.func(
  'xcb_cookie_t xcb_xkb_latch_lock_state(void *connection, uint16_t device, uint8_t affected, uint8_t locked, uint8_t lock_group, uint8_t group, uint8_t affected_latches, uint8_t latch_group, uint16_t latched_group)',
);
/** All of the parts in `full`; the ranges are for partial maps. */
export const getMap: (
  connection: Pointer,
  device: number,
  full: number,
  partial: number,
  ...ranges: readonly number[]
) => Cookie = xkb.func(
  'xcb_cookie_t xcb_xkb_get_map(void *connection, uint16_t device, uint16_t full, uint16_t partial, uint8_t t0, uint8_t t1, uint8_t s0, uint8_t s1, uint8_t a0, uint8_t a1, uint8_t b0, uint8_t b1, uint16_t virtual_mods, uint8_t e0, uint8_t e1, uint8_t m0, uint8_t m1, uint8_t v0, uint8_t v1)',
);
