import { encodePng } from '../../image/index.js';
import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Screenshot } from '../types.js';
import type { Display } from './display.js';

const Z_PIXMAP = 2;
const ALL_PLANES = 0xffffffff;

/** The picture seen last: 4 bytes per pixel in the order blue, green, red, unused. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly revision: number;
  readonly bgrx: Buffer;
}

/** Looks at the screen and counts how often it is seen to change. */
export class Screen {
  readonly #display: Display;
  #picture: Picture;
  #encoded: Screenshot | undefined;

  /** `revision` is the number of the first picture. */
  constructor(display: Display, revision: number) {
    this.#display = display;
    this.#picture = { width: 0, height: 0, revision: revision - 1, bgrx: Buffer.alloc(0) };
    this.look();
  }

  /** Captures the screen; returns the revision of what is seen. */
  look(): number {
    const { width, height } = this.#display.size();
    const cookie = xcb.getImage(
      this.#display.connection,
      Z_PIXMAP,
      this.#display.root,
      0,
      0,
      width,
      height,
      ALL_PLANES,
    );
    this.#display.require(cookie, `capture the screen of ${width}x${height} pixels`, (reply) => {
      const length = width * height * 4;
      if (reply.length < 32 + length) {
        throw new DesktopError(
          'unavailable',
          `The screen has a depth of ${reply[1]} bits; only 24 and 32 are supported. Start the X server with -depth 24.`,
        );
      }
      this.#compare(width, height, reply.subarray(32, 32 + length));
    });
    return this.#picture.revision;
  }

  screenshot(): Screenshot {
    const revision = this.look();
    if (this.#encoded?.revision === revision) return this.#encoded;
    const { width, height, bgrx } = this.#picture;
    this.#encoded = { png: encodePng({ width, height, data: toRgba(bgrx) }), width, height, revision };
    return this.#encoded;
  }

  #compare(width: number, height: number, bgrx: Buffer): void {
    const last = this.#picture;
    if (width === last.width && height === last.height && bgrx.equals(last.bgrx)) return;
    this.#picture = { width, height, revision: last.revision + 1, bgrx: Buffer.from(bgrx) };
  }
}

function toRgba(bgrx: Buffer): Buffer {
  const rgba = Buffer.allocUnsafeSlow(bgrx.length);
  const from = new Uint32Array(bgrx.buffer, bgrx.byteOffset, bgrx.length / 4);
  const to = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  for (let i = 0; i < from.length; i++) {
    const pixel = from[i] ?? 0;
    to[i] = 0xff000000 | (pixel & 0xff00) | ((pixel >>> 16) & 0xff) | ((pixel & 0xff) << 16);
  }
  return rgba;
}
