// Source: <xcb/shm.h> (libxcb 1.15), MIT-SHM extension 1.2.
import { loadIfThere, type Pointer } from '../koffi.js';
// It also declares the type of a cookie.
import './xcb.js';
import type { Cookie } from './xcb.js';

/** Name of the extension, for QueryExtension. */
export const NAME = 'MIT-SHM';

/** The functions of the library; undefined where it is not installed. */
export interface Shm {
  readonly queryVersion: (connection: Pointer) => Cookie;
  /** Hands a descriptor of memory to the server, as a checked request; libxcb closes it. */
  readonly attachFd: (connection: Pointer, segment: number, fd: number, readOnly: number) => Cookie;
  readonly detach: (connection: Pointer, segment: number) => Cookie;
  readonly getImage: (
    connection: Pointer,
    drawable: number,
    x: number,
    y: number,
    width: number,
    height: number,
    planes: number,
    format: number,
    segment: number,
    offset: number,
  ) => Cookie;
}

export const shm: Shm | undefined = loadShm();

function loadShm(): Shm | undefined {
  const library = loadIfThere('libxcb-shm.so.0');
  if (library === undefined) return undefined;
  return {
    queryVersion: library.func('xcb_cookie_t xcb_shm_query_version(void *connection)'),
    attachFd: library.func(
      'xcb_cookie_t xcb_shm_attach_fd_checked(void *connection, uint32_t segment, int32_t fd, uint8_t read_only)',
    ),
    detach: library.func('xcb_cookie_t xcb_shm_detach(void *connection, uint32_t segment)'),
    getImage: library.func(
      'xcb_cookie_t xcb_shm_get_image(void *connection, uint32_t drawable, int16_t x, int16_t y, uint16_t width, uint16_t height, uint32_t planes, uint8_t format, uint32_t segment, uint32_t offset)',
    ),
  };
}
