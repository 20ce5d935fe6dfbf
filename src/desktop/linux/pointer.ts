import { setTimeout as sleep } from 'node:timers/promises';
import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Button, Point } from '../types.js';
import type { Display } from './display.js';

const BUTTON_PRESS = 4;
const BUTTON_RELEASE = 5;
const MOTION = 6;
const BUTTONS: Readonly<Record<Button, number>> = { left: 1, middle: 2, right: 3 };
/** The core protocol has buttons for the wheel. */
const WHEEL = { up: 4, down: 5, left: 6, right: 7 };
/** How far apart the two clicks of a double click are. */
const BETWEEN_CLICKS_MS = 20;
/** Longest time between two clicks that toolkits take for a double click (GTK, Qt 400 ms), with a margin. */
const DOUBLE_CLICK_MS = 450;
/** How far apart they may be. */
const DOUBLE_CLICK_PIXELS = 10;
const MAX_NOTCHES = 1000;
/** Toolkits start a drag after some motion events and look for its target on others: the way is made in steps. */
const DRAG_STEP_PIXELS = 20;
const DRAG_STEP_MS = 8;
const DRAG_SETTLE_MS = 50;

/** The pointer of a display. */
export class Pointer {
  readonly #display: Display;
  #clicked: Point & { readonly time: number } = { x: 0, y: 0, time: -DOUBLE_CLICK_MS };

  constructor(display: Display) {
    this.#display = display;
  }

  move(to: Point): void {
    this.#check(to);
    this.#moveTo(to);
    this.#display.sync();
  }

  /** Clicks once; a click before it at the same place does not make the two a double click. */
  async click(at: Point, button: Button): Promise<void> {
    this.#check(at);
    const distance = Math.hypot(at.x - this.#clicked.x, at.y - this.#clicked.y);
    if (distance <= DOUBLE_CLICK_PIXELS) await this.#settle();
    this.#moveTo(at);
    this.#tap(BUTTONS[button]);
    this.#clickedAt(at);
  }

  /** Clicks twice with the left button. GTK 3 loses a double click that follows another click, wherever that was. */
  async doubleClick(at: Point): Promise<void> {
    this.#check(at);
    await this.#settle();
    this.#moveTo(at);
    this.#tap(BUTTONS.left);
    // Chromium takes two clicks of the same millisecond for one.
    this.#display.sync();
    await sleep(BETWEEN_CLICKS_MS);
    this.#tap(BUTTONS.left);
    this.#clickedAt(at);
  }

  scroll(at: Point, { right, down }: { readonly right: number; readonly down: number }): void {
    for (const notches of [right, down]) {
      if (!Number.isInteger(notches) || Math.abs(notches) > MAX_NOTCHES) {
        throw new DesktopError(
          'invalid',
          `Cannot scroll by ${notches}: give whole wheel notches, at most ${MAX_NOTCHES}.`,
        );
      }
    }
    this.#check(at);
    this.#moveTo(at);
    for (let i = 0; i < Math.abs(down); i++) this.#tap(down > 0 ? WHEEL.down : WHEEL.up);
    for (let i = 0; i < Math.abs(right); i++) this.#tap(right > 0 ? WHEEL.right : WHEEL.left);
    this.#display.sync();
  }

  /** Drags with the left button along a path of two points or more. */
  async drag(path: readonly Point[]): Promise<void> {
    const [start, ...rest] = path;
    if (!start || rest.length === 0) {
      throw new DesktopError(
        'invalid',
        `A drag needs a path of two points or more; this one has ${path.length}.`,
      );
    }
    for (const point of path) this.#check(point);
    await this.#settle();
    this.#moveTo(start);
    this.#fake(BUTTON_PRESS, BUTTONS.left);
    try {
      let from = start;
      for (const to of rest) {
        for (const step of stepsBetween(from, to)) {
          this.#moveTo(step);
          this.#display.sync();
          await sleep(DRAG_STEP_MS);
        }
        from = to;
      }
      await sleep(DRAG_SETTLE_MS);
    } finally {
      this.#fake(BUTTON_RELEASE, BUTTONS.left);
      this.#clickedAt(path.at(-1) ?? start);
    }
  }

  /** Releases the buttons that are held down, for example by a process that was killed in mid-drag. */
  releaseButtons(): void {
    const cookie = xcb.queryPointer(this.#display.connection, this.#display.root);
    const mask = this.#display.require(cookie, 'tell the state of the pointer', (reply) =>
      reply.readUInt16LE(24),
    );
    for (const button of Object.values(BUTTONS)) {
      // Button 1 is bit 8 of the mask.
      if (mask & (1 << (button + 7))) this.#fake(BUTTON_RELEASE, button);
    }
    this.#display.sync();
  }

  /** Waits until the next click cannot be taken for a part of the last one. */
  async #settle(): Promise<void> {
    await sleep(Math.max(0, this.#clicked.time + DOUBLE_CLICK_MS - performance.now()));
  }

  #clickedAt({ x, y }: Point): void {
    this.#display.sync();
    this.#clicked = { x, y, time: performance.now() };
  }

  #check({ x, y }: Point): void {
    const { width, height } = this.#display.size();
    const inside = Number.isFinite(x) && Number.isFinite(y) && x >= 0 && y >= 0 && x < width && y < height;
    if (inside) return;
    throw new DesktopError(
      'invalid',
      `The point (${x}, ${y}) is outside of the screen of ${width}x${height} pixels.`,
    );
  }

  #moveTo({ x, y }: Point): void {
    const { connection, root } = this.#display;
    xcb.fakeInput(connection, MOTION, 0, 0, root, Math.floor(x), Math.floor(y), 0);
  }

  #tap(button: number): void {
    this.#fake(BUTTON_PRESS, button);
    this.#fake(BUTTON_RELEASE, button);
  }

  #fake(type: number, button: number): void {
    xcb.fakeInput(this.#display.connection, type, button, 0, 0, 0, 0, 0);
  }
}

function stepsBetween(from: Point, to: Point): Point[] {
  const count = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / DRAG_STEP_PIXELS));
  return Array.from({ length: count }, (_, i) => ({
    x: Math.round(from.x + ((to.x - from.x) * (i + 1)) / count),
    y: Math.round(from.y + ((to.y - from.y) * (i + 1)) / count),
  }));
}
