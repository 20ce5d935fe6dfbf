import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Button, Point } from '../types.js';
import type { Display } from './display.js';
import type { Ping, Pings } from './ping.js';

const BUTTON_PRESS = 4;
const BUTTON_RELEASE = 5;
const MOTION = 6;
const BUTTONS: Readonly<Record<Button, number>> = { left: 1, middle: 2, right: 3 };
/** The core protocol has buttons for the wheel. */
const WHEEL = { up: 4, down: 5, left: 6, right: 7 };
/**
 * How far apart the two clicks of a double click are. The X server itself keeps to it, however busy this process is: GTK takes two
 * clicks for one double click only if it handles the second soon after the first. Chromium takes two of the same millisecond for one.
 */
const BETWEEN_CLICKS_MS = 5;
/**
 * Longest time between two clicks that toolkits take for a double click, with a margin: Chromium has 500 ms by the X server's
 * clock, Qt 400; GTK has 400 by its own clock, from when it handles the first. Nothing harmless ends it: to move the pointer away does
 * in Qt only, and another button does everywhere, but has a meaning of its own.
 */
const DOUBLE_CLICK_MS = 520;
/** How far apart they may be. */
const DOUBLE_CLICK_PIXELS = 10;
/** How long an application may take to handle a click before another is sent nevertheless. */
const HANDLED_MS = 2_000;
const POLL_MS = 2;
/** How long a window manager may hold a click back. */
const HELD_BACK_MS = 500;
const BUTTONS_DOWN = 0x1f00;
const MAX_NOTCHES = 1000;
/** Toolkits start a drag after some motion events and look for its target on others: the way is made in steps. */
const DRAG_STEP_PIXELS = 20;
const DRAG_STEP_MS = 8;
const DRAG_SETTLE_MS = 50;

/** The last click of the left, middle or right button. */
interface Click extends Point {
  readonly time: number;
  /** Answered by the application once it has handled the click. */
  readonly ping: Ping | undefined;
}

/** The pointer of a display. */
export class Pointer {
  readonly #display: Display;
  readonly #pings: Pings;
  #clicked: Click = { x: 0, y: 0, time: -DOUBLE_CLICK_MS, ping: undefined };
  #delivered: Promise<void> = Promise.resolve();

  constructor(display: Display, pings: Pings) {
    this.#display = display;
    this.#pings = pings;
  }

  /** Waits until the last click is on its way to the application; input that is sent before may overtake it. */
  delivered(): Promise<void> {
    return this.#delivered;
  }

  move(to: Point): void {
    this.#check(to);
    this.#moveTo(to);
    this.#display.sync();
  }

  /** Clicks once; a click before it at the same place does not make the two a double click. */
  async click(at: Point, button: Button): Promise<void> {
    this.#check(at);
    await this.#settleNear(at);
    this.#moveTo(at);
    this.#tap(BUTTONS[button]);
    this.#clickedAt(at);
  }

  /** Clicks twice with the left button. GTK loses a double click that follows another click, wherever that was. */
  async doubleClick(at: Point): Promise<void> {
    this.#check(at);
    await this.#settle();
    this.#moveTo(at);
    this.#tap(BUTTONS.left);
    this.#tap(BUTTONS.left, BETWEEN_CLICKS_MS);
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
    await this.#settleNear(start);
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
    const mask = this.#display.pointer(this.#display.root)?.mask ?? 0;
    for (const button of Object.values(BUTTONS)) {
      // Button 1 is bit 8 of the mask.
      if (mask & (1 << (button + 7))) this.#fake(BUTTON_RELEASE, button);
    }
    this.#display.sync();
  }

  async #settleNear({ x, y }: Point): Promise<void> {
    if (Math.hypot(x - this.#clicked.x, y - this.#clicked.y) <= DOUBLE_CLICK_PIXELS) await this.#settle();
  }

  /** Waits until the next click cannot be taken for a part of the last one. */
  async #settle(): Promise<void> {
    const { time, ping } = this.#clicked;
    const until = (from: number): Promise<void> =>
      sleep(Math.max(0, from + DOUBLE_CLICK_MS - performance.now()));
    if (performance.now() - time > HANDLED_MS + DOUBLE_CLICK_MS) return;
    if (!ping) return until(time);
    let handled = this.#pings.answered(ping);
    for (; handled === undefined && performance.now() - time < HANDLED_MS; await sleep(POLL_MS)) {
      handled = this.#pings.answered(ping);
    }
    await until(handled ?? time);
  }

  #clickedAt({ x, y }: Point): void {
    this.#display.sync();
    this.#clicked = { x, y, time: performance.now(), ping: undefined };
    // Not waited for here: what is asked for next is often no input.
    this.#delivered = this.#deliver().catch(() => {});
  }

  /** Waits until a window manager that holds the last click back, to look at it, has let it go to the application. */
  async #deliver(): Promise<void> {
    const { time } = this.#clicked;
    await setImmediate();
    while (this.#buttonsDown() && performance.now() - time < HELD_BACK_MS) await sleep(1);
    this.#clicked = { ...this.#clicked, ping: this.#pings.askPointed() };
  }

  #buttonsDown(): boolean {
    return ((this.#display.pointer(this.#display.root)?.mask ?? 0) & BUTTONS_DOWN) !== 0;
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

  /** `after` is a delay in milliseconds that the X server keeps. */
  #tap(button: number, after = 0): void {
    this.#fake(BUTTON_PRESS, button, after);
    this.#fake(BUTTON_RELEASE, button);
  }

  #fake(type: number, button: number, after = 0): void {
    xcb.fakeInput(this.#display.connection, type, button, after, 0, 0, 0, 0);
  }
}

function stepsBetween(from: Point, to: Point): Point[] {
  const count = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / DRAG_STEP_PIXELS));
  return Array.from({ length: count }, (_, i) => ({
    x: Math.round(from.x + ((to.x - from.x) * (i + 1)) / count),
    y: Math.round(from.y + ((to.y - from.y) * (i + 1)) / count),
  }));
}
