import { setTimeout as sleep } from 'node:timers/promises';
import * as xcb from '../../native/linux/xcb.js';
import { words, type Display } from './display.js';

const EVENT_MASK = 1 << 11;
/** The answer goes to the root window: from Qt to those who select StructureNotify, from others SubstructureNotify. */
const ANSWERS = (1 << 17) | (1 << 19);
/** How long an application may take to handle what it was sent. */
const ANSWER_MS = 5_000;
/** For applications that answer no ping, such as xterm: nothing else tells when they have handled a key. */
const SETTLE_MS = 200;
const POLL_MS = 2;
/** How many windows a window with the focus may lie in. */
const MAX_DEPTH = 8;

/** Tells our pings from those of the window manager, which has its own numbers: X servers count from their start. */
let serial = 0x70000000;

/** Asks applications whether they have handled the input that they were sent. */
export class Pings {
  readonly #display: Display;
  /** Serials that were answered and not waited for yet. */
  readonly #answers = new Set<number>();
  /** Windows that have answered, so that no answer means that they hang. */
  readonly #answering = new Set<number>();
  #waiting = 0;

  constructor(display: Display) {
    this.#display = display;
  }

  /**
   * Waits until the application with the keyboard has handled the input it was sent so far; false when it hangs. It answers
   * a ping (EWMH, _NET_WM_PING) in its turn, after the events before; without an answer the input gets some time.
   */
  async handled(): Promise<boolean> {
    const windows = this.#receivers();
    const asked = windows.filter((window) => this.#takesPings(window));
    this.#listen(1);
    try {
      const answers = await Promise.all(asked.map((window) => this.#answer(window)));
      // Where another window has the focus than the active one, both have to have had their time.
      if (asked.length < windows.length || windows.length === 0) await sleep(SETTLE_MS);
      return answers.every((answer) => answer);
    } finally {
      this.#listen(-1);
    }
  }

  /** The active window, and the one that has the focus where that is another. */
  #receivers(): readonly number[] {
    const display = this.#display;
    const [active = 0] = words(display.property(display.root, '_NET_ACTIVE_WINDOW'));
    const windows = [active];
    let window: number | undefined = display.focus();
    // 0 and 1 stand for none and for whatever is under the pointer.
    for (let depth = 0; window !== undefined && window > 1 && depth < MAX_DEPTH; depth++) {
      if (window === active || window === display.root) return windows.filter((one) => one !== 0);
      if (display.property(window, 'WM_PROTOCOLS') !== undefined) windows.push(window);
      window = display.parent(window);
    }
    return windows.filter((one) => one !== 0);
  }

  #takesPings(window: number): boolean {
    return words(this.#display.property(window, 'WM_PROTOCOLS')).includes(
      this.#display.atom('_NET_WM_PING'),
    );
  }

  /** Whether a window has answered, is gone, or is one that never does. */
  async #answer(window: number): Promise<boolean> {
    const display = this.#display;
    const own = ++serial;
    const data = [display.atom('_NET_WM_PING'), own, window];
    const sent = display.sendMessage({ window, type: 'WM_PROTOCOLS', data, to: window, mask: 0 });
    const deadline = performance.now() + ANSWER_MS;
    // A window that is gone answers no more.
    while (sent && display.property(window, 'WM_PROTOCOLS') !== undefined) {
      this.#receive();
      if (this.#answers.delete(own)) {
        this.#answering.add(window);
        return true;
      }
      if (performance.now() >= deadline) return !this.#answering.has(window);
      await sleep(POLL_MS);
    }
    return true;
  }

  #receive(): void {
    const ping = this.#display.atom('_NET_WM_PING');
    for (const bytes of this.#display.takeMessages()) {
      if (bytes.readUInt32LE(12) === ping) this.#answers.add(bytes.readUInt32LE(16));
    }
  }

  #listen(change: 1 | -1): void {
    const before = this.#waiting;
    this.#waiting += change;
    if (before > 0 && this.#waiting > 0) return;
    if (this.#waiting === 0) this.#answers.clear();
    const mask = Buffer.from(Uint32Array.of(this.#waiting > 0 ? ANSWERS : 0).buffer);
    xcb.changeWindowAttributes(this.#display.connection, this.#display.root, EVENT_MASK, mask);
  }
}
