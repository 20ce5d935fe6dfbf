import { intersection, union, wholeOf } from '../../image/index.js';
import { DesktopError } from '../error.js';
import type { Box, CaptureWay } from '../types.js';
import { differences, patch } from './difference.js';
import type { Display } from './display.js';
import { createPlainSurface, createSharedSurface, type Surface } from './surface.js';

/** More boxes are captured as the one around them. */
const MAX_BOXES = 32;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The picture of the screen that was captured last. A whole capture goes into a second surface, and the two change
 * places if they differ; a part is captured beside it and put in place: the picture is never copied.
 */
export class Capture {
  readonly #display: Display;
  readonly #shared: boolean;
  #size: Size = { width: 0, height: 0 };
  #front: Surface;
  #back: Surface;
  #way: CaptureWay = 'socket';

  constructor(display: Display, options: { readonly way?: CaptureWay } = {}) {
    this.#display = display;
    this.#shared = options.way !== 'socket';
    this.#front = this.#back = createPlainSurface(display, 0);
  }

  get size(): Size {
    return this.#size;
  }

  get way(): CaptureWay {
    return this.#way;
  }

  /** 4 bytes per pixel in the order blue, green, red, unused; good until the next `update`. */
  get pixels(): Buffer {
    return this.#front.pixels;
  }

  /** Captures the screen, or only where something was `drawn`. Tells where it has changed; undefined for another screen altogether. */
  update(size: Size, drawn?: readonly Box[]): readonly Box[] | undefined {
    if (!isSame(size, this.#size)) return this.#startAnew(size);
    const parts = drawn && partsOf(drawn, size);
    const boxes = parts ?? [wholeOf(size)];
    if (!this.#back.capture(boxes)) return this.#startAnew(this.#display.size());
    const front = { bytes: this.#front.pixels, width: size.width };
    const changed: Box[] = [];
    let from = 0;
    for (const box of boxes) {
      const now = { bytes: this.#back.pixels, from };
      const found = differences(front, box, now);
      if (parts) for (const each of found) patch(front, { box, changed: each }, now);
      changed.push(...found);
      from += box.width * box.height * 4;
    }
    if (!parts && changed.length > 0) [this.#front, this.#back] = [this.#back, this.#front];
    return changed;
  }

  close(): void {
    this.#front.close();
    this.#back.close();
    this.#front = this.#back = createPlainSurface(this.#display, 0);
  }

  /** Makes new surfaces and captures all: the screen has another size, or the server has lost the memory that it shared. */
  #startAnew(size: Size): undefined {
    const ways = this.#shared ? [createSharedSurface, createPlainSurface] : [createPlainSurface];
    for (const create of ways) {
      this.close();
      const bytes = size.width * size.height * 4;
      const front = create(this.#display, bytes);
      const back = front && create(this.#display, bytes);
      if (!front || !back) {
        front?.close();
        continue;
      }
      this.#front = front;
      this.#back = back;
      this.#size = size;
      this.#way = create === createSharedSurface ? 'shared memory' : 'socket';
      if (front.capture([wholeOf(size)])) return undefined;
    }
    this.#size = { width: 0, height: 0 };
    throw new DesktopError(
      'failed',
      `The X server refused to capture the screen of ${size.width}x${size.height} pixels.`,
    );
  }
}

export function isSame(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height;
}

/** The parts of boxes on the screen; undefined where capturing all of it takes no longer. */
function partsOf(boxes: readonly Box[], size: Size): readonly Box[] | undefined {
  const inside = boxes.flatMap((box) => intersection(box, wholeOf(size)) ?? []);
  const parts = inside.length > MAX_BOXES ? [inside.reduce(union)] : inside;
  const area = parts.reduce((sum, { width, height }) => sum + width * height, 0);
  return area * 2 > size.width * size.height ? undefined : parts;
}
