import { setTimeout as sleep } from 'node:timers/promises';
import { contains, encodePng, overlaps, union, wholeOf } from '../../image/index.js';
import type { PixelUpdate } from '../protocol.js';
import type { Box, CaptureWay, ChangeOptions, Screenshot } from '../types.js';
import { Capture, isSame, type Size } from './capture.js';
import { Changes } from './changes.js';
import { paintCursor } from './cursor.js';
import type { Display } from './display.js';
import { cutRgba, putRgba } from './rgba.js';
import { watchDrawing, type Watch } from './watch.js';

/** How long the server is believed that nothing was drawn, in milliseconds; drawing past it would go unseen. */
const BELIEVED_MS = 100;
/** How often the whole screen is captured where the server does not tell what was drawn. */
const CAPTURE_MS = 20;
/** While it changes all the time, captures take one part in this many of the time. */
const SHARE = 5;
/** More boxes are handed over as the one around them. */
const MAX_BOXES = 16;

export interface ScreenOptions {
  /** The number of the first picture. */
  readonly revision: number;
  /** Shared memory where the server can, unless told otherwise. */
  readonly way?: CaptureWay;
}

/** Looks at the screen and knows when and where it changed. */
export class Screen {
  readonly #display: Display;
  readonly #watch: Watch | undefined;
  readonly #capture: Capture;
  readonly #changes: Changes;
  /** When all of it was captured, when anything of it, and when that may be again, by `performance.now()`. */
  #whole = -Infinity;
  #free = 0;
  #rgba: { readonly data: Buffer; readonly revision: number } | undefined;
  #encoded: Screenshot | undefined;

  constructor(display: Display, { revision, ...options }: ScreenOptions) {
    this.#display = display;
    this.#watch = watchDrawing(display);
    this.#capture = new Capture(display, options);
    this.#changes = new Changes(revision - 1);
    this.#update(display.size());
  }

  get way(): CaptureWay {
    return this.#capture.way;
  }

  /** The revision of what is on the screen; captures only what was drawn, and all of it if that was long ago. */
  look(): number {
    // By its answer, the server has also told what was drawn before.
    const size = this.#display.size();
    if (!isSame(size, this.#capture.size) || this.#isOld()) this.#update(size);
    else if (this.#watch?.isDrawn()) this.#update(size, this.#watch.take());
    return this.#changes.revision;
  }

  /** Captures in any case; undefined where the screen is that of revision `known`. */
  screenshot(options: {
    readonly known?: number;
    readonly cursor?: 'hidden' | 'shown';
  }): Screenshot | undefined {
    this.#update(this.#display.size());
    const { revision } = this.#changes;
    if (options.cursor === 'shown') {
      const data = Buffer.from(this.#toRgba());
      const frame = { ...this.#capture.size, data };
      paintCursor(this.#display, frame);
      return { png: encodePng(frame), width: frame.width, height: frame.height, revision };
    }
    if (options.known === revision) return undefined;
    if (this.#encoded?.revision === revision) return this.#encoded;
    const { width, height } = this.#capture.size;
    const png = encodePng({ width, height, data: this.#toRgba() });
    return (this.#encoded = { png, width, height, revision });
  }

  /** Where the screen changed after revision `since`; undefined where that is not known. */
  changes(since: number): { readonly revision: number; readonly boxes: readonly Box[] | undefined } {
    const revision = this.look();
    return { revision, boxes: this.#changes.after(since) };
  }

  /** The pixels that changed after revision `since`, or all. */
  pixels(since: number | undefined): PixelUpdate {
    const revision = this.look();
    const { size, pixels } = this.#capture;
    const boxes = (since === undefined ? undefined : this.#changes.after(since)) ?? [wholeOf(size)];
    const parts = boxes.length > MAX_BOXES ? [boxes.reduce(union)] : boxes;
    const area = parts.reduce((sum, { width, height }) => sum + width * height, 0);
    const sent = area > size.width * size.height ? [wholeOf(size)] : parts;
    const pieces = sent.map((box) => ({ box, rgba: cutRgba(pixels, size.width, box) }));
    return { revision, ...size, pieces };
  }

  /** Resolves with true once the screen differs from that of revision `since`, with false after `timeout` milliseconds. */
  async waitForChange({ since, timeout, ...places }: ChangeOptions): Promise<boolean> {
    const end = performance.now() + timeout;
    for (;;) {
      const revision = this.look();
      if (revision !== since && isAt(this.#changes.after(since), places)) return true;
      if (performance.now() >= end) return false;
      await this.#rest(revision, end);
    }
  }

  close(): void {
    this.#capture.close();
  }

  /** Waits until another look may be worth it, at most until `end` (as `performance.now()`). */
  async #rest(revision: number, end: number): Promise<void> {
    for (;;) {
      const now = performance.now();
      // Another one who waits may have looked.
      if (now >= end || revision !== this.#changes.revision) return;
      if (now < this.#free) await sleep(Math.min(this.#free, end) - now);
      else if (this.#isOld() || this.#watch?.isDrawn()) return;
      else await this.#display.waitForEvent(Math.min(end, this.#whole + BELIEVED_MS) - now);
    }
  }

  #isOld(): boolean {
    return !this.#watch || performance.now() - this.#whole >= BELIEVED_MS;
  }

  /** Captures the screen, or what was drawn. */
  #update(size: Size, drawn?: readonly Box[]): void {
    const began = performance.now();
    if (!drawn) {
      this.#watch?.take();
      this.#whole = began;
    }
    const changed = this.#capture.update(size, drawn);
    if (changed?.length !== 0) this.#changes.add(changed);
    const pause = this.#watch ? (performance.now() - began) * (SHARE - 1) : CAPTURE_MS;
    this.#free = performance.now() + pause;
  }

  /** The picture as PNGs have it; what did not change since the last time is not converted again. */
  #toRgba(): Buffer {
    const { size, pixels } = this.#capture;
    const { revision } = this.#changes;
    const last = this.#rgba;
    const changed = last && this.#changes.after(last.revision);
    const data = changed ? last.data : Buffer.allocUnsafeSlow(pixels.length);
    for (const box of changed ?? [wholeOf(size)]) putRgba(pixels, data, size.width, box);
    this.#rgba = { data, revision };
    return data;
  }
}

/** Whether a change at `boxes`, or at an unknown place, is one that is waited for. */
function isAt(
  boxes: readonly Box[] | undefined,
  { within, outside = [] }: Pick<ChangeOptions, 'within' | 'outside'>,
): boolean {
  if (boxes === undefined) return true;
  return boxes.some(
    (box) =>
      (within?.some((one) => overlaps(one, box)) ?? true) && !outside.some((one) => contains(one, box)),
  );
}
