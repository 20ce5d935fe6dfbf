// Source: <xcb/damage.h> (libxcb 1.15), DAMAGE extension 1.1.
import { loadIfThere, type Pointer } from '../koffi.js';
// It also declares the type of a cookie.
import './xcb.js';
import type { Cookie } from './xcb.js';

/** Name of the extension, for QueryExtension. */
export const NAME = 'DAMAGE';
/** An event when something is drawn, and no other until the damage is subtracted. */
export const REPORT_NON_EMPTY = 3;

/** The functions of the library; undefined where it is not installed. */
export interface Damage {
  readonly queryVersion: (connection: Pointer, major: number, minor: number) => Cookie;
  readonly create: (connection: Pointer, damage: number, drawable: number, level: number) => Cookie;
  readonly subtract: (connection: Pointer, damage: number, repair: number, parts: number) => Cookie;
}

export const damage: Damage | undefined = loadDamage();

function loadDamage(): Damage | undefined {
  const library = loadIfThere('libxcb-damage.so.0');
  if (library === undefined) return undefined;
  return {
    queryVersion: library.func(
      'xcb_cookie_t xcb_damage_query_version(void *connection, uint32_t major, uint32_t minor)',
    ),
    create: library.func(
      'xcb_cookie_t xcb_damage_create(void *connection, uint32_t damage, uint32_t drawable, uint8_t level)',
    ),
    subtract: library.func(
      'xcb_cookie_t xcb_damage_subtract(void *connection, uint32_t damage, uint32_t repair, uint32_t parts)',
    ),
  };
}
