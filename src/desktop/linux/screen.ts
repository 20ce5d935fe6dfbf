import { setTimeout as sleep } from 'node:timers/promises';
import { encodePng } from '../../image/index.js';
import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Screenshot } from '../types.js';
import type { Display } from './display.js';
import { watchDrawing, type Watch } from './watch.js';

const Z_PIXMAP = 2;
const ALL_PLANES = 0xffffffff;

/** The picture seen last: 4 bytes per pixel in the order blue, green, red, unused. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly revision: number;
  readonly bgrx: Buffer;
}

/** How long the server is believed that nothing was drawn, in milliseconds; drawing past it would go unseen. */
const BELIEVED_MS = 100;
/** How often it is asked at its own word, and how often the whole screen is captured while it changes all the time. */
const POLL_MS = 4;
const CAPTURE_MS = 20;

/** Looks at the screen and counts how often it is seen to change. */
export class Screen {
  readonly #display: Display;
  readonly #watch: Watch | undefined;
  #picture: Picture;
  /** When it was captured, by `performance.now()`. */
  #captured = 0;
  #encoded: Screenshot | undefined;

  /** `revision` is the number of the first picture. */
  constructor(display: Display, revision: number) {
    this.#display = display;
    this.#watch = watchDrawing(display);
    this.#picture = { width: 0, height: 0, revision: revision - 1, bgrx: Buffer.alloc(0) };
    this.#capture(display.size());
  }

  /** The revision of what is on the screen; captures it only if something was drawn or it was long ago. */
  look(): number {
    // By its answer, the server has also told what was drawn before.
    const { width, height } = this.#display.size();
    const sameSize = width === this.#picture.width && height === this.#picture.height;
    if (!sameSize || this.#isOld()) this.#capture({ width, height });
    return this.#picture.revision;
  }

  screenshot(): Screenshot {
    this.#capture(this.#display.size());
    const { width, height, revision, bgrx } = this.#picture;
    if (this.#encoded?.revision === revision) return this.#encoded;
    this.#encoded = { png: encodePng({ width, height, data: toRgba(bgrx) }), width, height, revision };
    return this.#encoded;
  }

  /** Waits until another look may be worth it, at most until `deadline` (as `performance.now()`). */
  async rest(deadline: number): Promise<void> {
    const first = this.#captured + CAPTURE_MS;
    for (;;) {
      const now = performance.now();
      if (now >= deadline || (now >= first && this.#isOld())) return;
      await sleep(Math.max(1, Math.min(deadline - now, Math.max(POLL_MS, first - now))));
    }
  }

  #isOld(): boolean {
    return (this.#watch?.isDrawn() ?? true) || performance.now() - this.#captured >= BELIEVED_MS;
  }

  #capture({ width, height }: { readonly width: number; readonly height: number }): void {
    this.#watch?.begin();
    this.#captured = performance.now();
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
