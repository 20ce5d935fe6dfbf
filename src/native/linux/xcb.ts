// Source: <xcb/xcb.h>, <xcb/xproto.h>, <xcb/xcbext.h> (libxcb 1.15) and <xcb/xtest.h>; wire formats: X11 protocol, appendix B.
import { load, struct, type Pointer } from '../koffi.js';

const xcb = load('libxcb.so.1');
const xtest = load('libxcb-xtest.so.0');

/** Number of a sent request: its reply is asked for with it. */
export interface Cookie {
  readonly sequence: number;
}

export interface AuthInfo {
  readonly namelen: number;
  readonly name: string;
  readonly datalen: number;
  readonly data: Buffer;
}

struct('xcb_auth_info_t', { namelen: 'int', name: 'const char *', datalen: 'int', data: 'uint8_t *' });
struct('xcb_cookie_t', { sequence: 'unsigned int' });
struct('xcb_screen_iterator_t', { data: 'void *', rem: 'int', index: 'int' });

/** The fixed part of `xcb_setup_t`. */
export const Setup = struct('xcb_setup_t', {
  status: 'uint8_t',
  pad0: 'uint8_t',
  protocol_major_version: 'uint16_t',
  protocol_minor_version: 'uint16_t',
  length: 'uint16_t',
  release_number: 'uint32_t',
  resource_id_base: 'uint32_t',
  resource_id_mask: 'uint32_t',
  motion_buffer_size: 'uint32_t',
  vendor_len: 'uint16_t',
  maximum_request_length: 'uint16_t',
  roots_len: 'uint8_t',
  pixmap_formats_len: 'uint8_t',
  image_byte_order: 'uint8_t',
  bitmap_format_bit_order: 'uint8_t',
  bitmap_format_scanline_unit: 'uint8_t',
  bitmap_format_scanline_pad: 'uint8_t',
  min_keycode: 'uint8_t',
  max_keycode: 'uint8_t',
});

export const connectToFd: (fd: number, auth: AuthInfo) => Pointer = xcb.func(
  'void *xcb_connect_to_fd(int fd, xcb_auth_info_t *auth)',
);
export const disconnect: (connection: Pointer) => void = xcb.func('void xcb_disconnect(void *connection)');
/** 0 while the connection works. */
export const connectionHasError: (connection: Pointer) => number = xcb.func(
  'int xcb_connection_has_error(void *connection)',
);
export const getSetup: (connection: Pointer) => Pointer = xcb.func('void *xcb_get_setup(void *connection)');
/** `data` is an `xcb_screen_t`, which starts with the 32-bit id of the root window. */
export const setupRoots: (setup: Pointer) => { readonly data: Pointer } = xcb.func(
  'xcb_screen_iterator_t xcb_setup_roots_iterator(void *setup)',
);
/** The reply in its wire format, to be freed by the caller; null with an `xcb_generic_error_t` in `error`, or with none when the connection broke. */
export const waitForReply: (connection: Pointer, sequence: number, error: [Pointer]) => Pointer = xcb.func(
  'void *xcb_wait_for_reply(void *connection, unsigned int sequence, _Out_ void **error)',
);
/** The next event or error, to be freed by the caller, or null. */
export const pollForEvent: (connection: Pointer) => Pointer = xcb.func(
  'void *xcb_poll_for_event(void *connection)',
);

/** The descriptor of the connection's socket, to wait for; only libxcb reads from it. */
export const getFileDescriptor: (connection: Pointer) => number = xcb.func(
  'int xcb_get_file_descriptor(void *connection)',
);
/** Waits until a request without reply that was sent as a checked one is done; its error, to be freed by the caller, or null. */
export const requestCheck: (connection: Pointer, cookie: Cookie) => Pointer = xcb.func(
  'void *xcb_request_check(void *connection, xcb_cookie_t cookie)',
);

export const generateId: (connection: Pointer) => number = xcb.func(
  'uint32_t xcb_generate_id(void *connection)',
);
export const queryExtension: (connection: Pointer, length: number, name: string) => Cookie = xcb.func(
  'xcb_cookie_t xcb_query_extension(void *connection, uint16_t name_len, const char *name)',
);
export const getInputFocus: (connection: Pointer) => Cookie = xcb.func(
  'xcb_cookie_t xcb_get_input_focus(void *connection)',
);
export const internAtom: (connection: Pointer, onlyIfExists: number, length: number, name: string) => Cookie =
  xcb.func(
    'xcb_cookie_t xcb_intern_atom(void *connection, uint8_t only_if_exists, uint16_t name_len, const char *name)',
  );
export const getProperty: (
  connection: Pointer,
  del: number,
  window: number,
  property: number,
  type: number,
  offset: number,
  length: number,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_get_property(void *connection, uint8_t del, uint32_t window, uint32_t property, uint32_t type, uint32_t offset, uint32_t length)',
);
export const changeProperty: (
  connection: Pointer,
  mode: number,
  window: number,
  property: number,
  type: number,
  format: number,
  length: number,
  data: Buffer,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_change_property(void *connection, uint8_t mode, uint32_t window, uint32_t property, uint32_t type, uint8_t format, uint32_t length, const uint8_t *data)',
);
export const getGeometry: (connection: Pointer, drawable: number) => Cookie = xcb.func(
  'xcb_cookie_t xcb_get_geometry(void *connection, uint32_t drawable)',
);
export const translateCoordinates: (
  connection: Pointer,
  from: number,
  to: number,
  x: number,
  y: number,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_translate_coordinates(void *connection, uint32_t from, uint32_t to, int16_t x, int16_t y)',
);
export const getImage: (
  connection: Pointer,
  format: number,
  drawable: number,
  x: number,
  y: number,
  width: number,
  height: number,
  planes: number,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_get_image(void *connection, uint8_t format, uint32_t drawable, int16_t x, int16_t y, uint16_t width, uint16_t height, uint32_t planes)',
);
/** `event` is an event of 32 bytes in its wire format; its error, if any, is asked for with {@link requestCheck}. */
export const sendEvent: (
  connection: Pointer,
  propagate: number,
  window: number,
  mask: number,
  event: Buffer,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_send_event_checked(void *connection, uint8_t propagate, uint32_t window, uint32_t mask, const uint8_t *event)',
);
/** `values` holds a 32-bit number for each bit of `mask`. */
export const changeWindowAttributes: (
  connection: Pointer,
  window: number,
  mask: number,
  values: Buffer,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_change_window_attributes(void *connection, uint32_t window, uint32_t mask, const uint8_t *values)',
);
/** `keysyms` holds `count * perKeycode` 32-bit numbers. */
export const changeKeyboardMapping: (
  connection: Pointer,
  count: number,
  first: number,
  perKeycode: number,
  keysyms: Buffer,
) => Cookie = xcb.func(
  'xcb_cookie_t xcb_change_keyboard_mapping(void *connection, uint8_t count, uint8_t first, uint8_t per_keycode, const uint8_t *keysyms)',
);
export const queryKeymap: (connection: Pointer) => Cookie = xcb.func(
  'xcb_cookie_t xcb_query_keymap(void *connection)',
);
export const queryTree: (connection: Pointer, window: number) => Cookie = xcb.func(
  'xcb_cookie_t xcb_query_tree(void *connection, uint32_t window)',
);
export const queryPointer: (connection: Pointer, window: number) => Cookie = xcb.func(
  'xcb_cookie_t xcb_query_pointer(void *connection, uint32_t window)',
);
/** XTEST FakeInput; `type` is the number of a core event, `detail` its key or button, `time` a delay in milliseconds. */
export const fakeInput: (
  connection: Pointer,
  type: number,
  detail: number,
  time: number,
  root: number,
  x: number,
  y: number,
  device: number,
) => Cookie = xtest.func(
  'xcb_cookie_t xcb_test_fake_input(void *connection, uint8_t type, uint8_t detail, uint32_t time, uint32_t root, int16_t x, int16_t y, uint8_t device)',
);
