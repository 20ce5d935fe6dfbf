import { view } from '../../native/koffi.js';
import * as libc from '../../native/linux/libc.js';
import * as mitShm from '../../native/linux/shm.js';
import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Box } from '../types.js';
import type { Display } from './display.js';

const Z_PIXMAP = 2;
const ALL_PLANES = 0xffffffff;

/** Memory that parts of the screen are captured into: 4 bytes per pixel in the order blue, green, red, unused. */
export interface Surface {
  /** Not to be touched after `close`. */
  readonly pixels: Buffer;
  /** Captures boxes, one behind the other from the start; false when the server refuses, as when the screen became smaller. */
  capture(boxes: readonly Box[]): boolean;
  close(): void;
}

/**
 * Memory that the server writes into. It is ours, its size sealed, and the server gets a descriptor of it: that works
 * across accounts and IPC namespaces, and nobody can take pages away under us. Undefined where the server or the
 * library is too old, or the connection passes no descriptors on.
 */
export function createSharedSurface(display: Display, bytes: number): Surface | undefined {
  const { connection } = display;
  const { shm } = mitShm;
  if (shm === undefined || !passesDescriptors(display, shm)) return undefined;
  const fd = sealedMemory(bytes);
  if (fd === undefined) return undefined;
  const address = libc.mmap(null, bytes, libc.PROT_READ | libc.PROT_WRITE, libc.MAP_SHARED, fd, 0);
  if (address === libc.MAP_FAILED) {
    libc.close(fd);
    return undefined;
  }
  const segment = xcb.generateId(connection);
  if (!display.succeeds(shm.attachFd(connection, segment, fd, 0))) {
    libc.munmap(address, bytes);
    return undefined;
  }
  return {
    pixels: Buffer.from(view(address, bytes)),
    capture(boxes) {
      let offset = 0;
      const open = boxes.map(({ x, y, width, height }) => {
        const size = width * height * 4;
        const where = [x, y, width, height] as const;
        const { root } = display;
        const cookie = shm.getImage(connection, root, ...where, ALL_PLANES, Z_PIXMAP, segment, offset);
        offset += size;
        return { cookie, size };
      });
      const done = open.map(({ cookie, size }) =>
        display.ask(cookie, (reply) => {
          if (reply.readUInt32LE(12) !== size) throw wrongDepth(reply);
          return true;
        }),
      );
      return done.every((one) => one === true);
    },
    close() {
      shm.detach(connection, segment);
      libc.munmap(address, bytes);
    },
  };
}

function passesDescriptors(display: Display, shm: mitShm.Shm): boolean {
  if (display.firstEvent(mitShm.NAME) === undefined) return false;
  const version = display.ask(
    shm.queryVersion(display.connection),
    (reply) => reply.readUInt16LE(8) * 100 + reply.readUInt16LE(10),
  );
  return version !== undefined && version >= 102;
}

/** The descriptor of memory that can neither shrink nor grow. */
function sealedMemory(bytes: number): number | undefined {
  const fd = libc.memfdCreate('screen', libc.MFD_CLOEXEC | libc.MFD_ALLOW_SEALING);
  if (fd < 0) return undefined;
  const seals = libc.F_SEAL_SHRINK | libc.F_SEAL_GROW | libc.F_SEAL_SEAL;
  if (libc.ftruncate(fd, bytes) === 0 && libc.fcntl(fd, libc.F_ADD_SEALS, seals) === 0) return fd;
  libc.close(fd);
  return undefined;
}

/** Memory that pixels are copied into as they come through the socket: works with every X server. */
export function createPlainSurface(display: Display, bytes: number): Surface {
  const pixels = Buffer.alloc(bytes);
  const { connection, root } = display;
  return {
    pixels,
    capture(boxes) {
      let offset = 0;
      for (const { x, y, width, height } of boxes) {
        const size = width * height * 4;
        const cookie = xcb.getImage(connection, Z_PIXMAP, root, x, y, width, height, ALL_PLANES);
        const taken = display.ask(cookie, (reply) => {
          if (reply.length < 32 + size) throw wrongDepth(reply);
          return reply.copy(pixels, offset, 32, 32 + size);
        });
        if (taken === undefined) return false;
        offset += size;
      }
      return true;
    },
    close: () => {},
  };
}

function wrongDepth(reply: Buffer): DesktopError {
  return new DesktopError(
    'unavailable',
    `The screen has a depth of ${reply[1]} bits; only 24 and 32 are supported. Start the X server with -depth 24.`,
  );
}
