// Source: <xcb/xfixes.h> (libxcb 1.15), XFIXES extension 5.0.
import { loadIfThere, type Pointer } from '../koffi.js';
// It also declares the type of a cookie.
import './xcb.js';
import type { Cookie } from './xcb.js';

/** Name of the extension, for QueryExtension. */
export const NAME = 'XFIXES';

/** The functions of the library; undefined where it is not installed. */
export interface Xfixes {
  readonly queryVersion: (connection: Pointer, major: number, minor: number) => Cookie;
  /** `rectangles` holds `count` times x, y, width and height, of 16 bits each. */
  readonly createRegion: (
    connection: Pointer,
    region: number,
    count: number,
    rectangles: Buffer | null,
  ) => Cookie;
  readonly fetchRegion: (connection: Pointer, region: number) => Cookie;
  readonly getCursorImage: (connection: Pointer) => Cookie;
}

export const xfixes: Xfixes | undefined = loadXfixes();

function loadXfixes(): Xfixes | undefined {
  const library = loadIfThere('libxcb-xfixes.so.0');
  if (library === undefined) return undefined;
  return {
    queryVersion: library.func(
      'xcb_cookie_t xcb_xfixes_query_version(void *connection, uint32_t major, uint32_t minor)',
    ),
    createRegion: library.func(
      'xcb_cookie_t xcb_xfixes_create_region(void *connection, uint32_t region, uint32_t count, const uint8_t *rectangles)',
    ),
    fetchRegion: library.func('xcb_cookie_t xcb_xfixes_fetch_region(void *connection, uint32_t region)'),
    getCursorImage: library.func('xcb_cookie_t xcb_xfixes_get_cursor_image(void *connection)'),
  };
}
