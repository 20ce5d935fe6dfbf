// Another X client for the tests, which draws single pixels and letters.
import { load, type Pointer } from '../../native/koffi.js';
import { shm } from '../../native/linux/shm.js';
import * as xcb from '../../native/linux/xcb.js';
import type { Box, DesktopAddress } from '../types.js';
import { connectDisplay } from './display.js';

const library = load('libxcb.so.1');
const createGc: (connection: Pointer, id: number, drawable: number, mask: number, values: Buffer) => void =
  library.func(
    'xcb_cookie_t xcb_create_gc(void *connection, uint32_t id, uint32_t drawable, uint32_t mask, const uint8_t *values)',
  );
const fillRectangles: (
  connection: Pointer,
  drawable: number,
  gc: number,
  count: number,
  boxes: Buffer,
) => void = library.func(
  'xcb_cookie_t xcb_poly_fill_rectangle(void *connection, uint32_t drawable, uint32_t gc, uint32_t count, const uint8_t *boxes)',
);
const openFont: (connection: Pointer, id: number, length: number, name: string) => void = library.func(
  'xcb_cookie_t xcb_open_font(void *connection, uint32_t id, uint16_t length, const char *name)',
);
const imageText: (
  connection: Pointer,
  length: number,
  drawable: number,
  gc: number,
  x: number,
  y: number,
  text: string,
) => void = library.func(
  'xcb_cookie_t xcb_image_text_8(void *connection, uint8_t length, uint32_t drawable, uint32_t gc, int16_t x, int16_t y, const char *text)',
);

const setScreenSize: (
  connection: Pointer,
  window: number,
  width: number,
  height: number,
  millimetersWide: number,
  millimetersHigh: number,
) => void = load('libxcb-randr.so.0').func(
  'xcb_cookie_t xcb_randr_set_screen_size(void *connection, uint32_t window, uint16_t width, uint16_t height, uint32_t wide, uint32_t high)',
);

const FOREGROUND_BACKGROUND_FONT = (1 << 2) | (1 << 3) | (1 << 14);

export interface Painter {
  /** Fills a part of the background with a colour, 0xrrggbb; done when it returns. */
  paint(box: Box, color: number): void;
  /** Writes in white on black with the server's own font, from a point of the base line. */
  write(text: string, x: number, y: number): void;
  resize(width: number, height: number): void;
  /** Takes shared memory of any client from the server. */
  detach(segment: number): void;
  close(): void;
}

/** Connects to a display to draw on its background. */
export async function startPainter(address: DesktopAddress): Promise<Painter> {
  const display = await connectDisplay(address, performance.now() + 5_000);
  const { connection, root } = display;
  const font = xcb.generateId(connection);
  openFont(connection, font, 5, 'fixed');
  const brush = (color: number): number => {
    const gc = xcb.generateId(connection);
    createGc(
      connection,
      gc,
      root,
      FOREGROUND_BACKGROUND_FONT,
      Buffer.from(Uint32Array.of(color, 0, font).buffer),
    );
    return gc;
  };
  const pen = brush(0xffffff);
  return {
    paint({ x, y, width, height }, color) {
      fillRectangles(
        connection,
        root,
        brush(color),
        1,
        Buffer.from(Uint16Array.of(x, y, width, height).buffer),
      );
      display.sync();
    },
    write(text, x, y) {
      imageText(connection, text.length, root, pen, x, y, text);
      display.sync();
    },
    resize(width, height) {
      setScreenSize(connection, root, width, height, 270, 203);
      display.sync();
    },
    detach(segment) {
      shm?.detach(connection, segment);
      display.sync();
    },
    close: () => display.close(),
  };
}
