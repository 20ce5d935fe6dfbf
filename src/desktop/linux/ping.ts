import { setTimeout as sleep } from 'node:timers/promises';
import * as xcb from '../../native/linux/xcb.js';
import { words, type Display } from './display.js';
import { processesNamed, untilIdle } from './idle.js';

const EVENT_MASK = 1 << 11;
/** The answer goes to the root window: from Qt to those who select StructureNotify, from others SubstructureNotify. */
const ANSWERS = (1 << 17) | (1 << 19);
/** How long an application may take to handle what it was sent. */
const ANSWER_MS = 5_000;
/** For applications that neither answer a ping nor tell their process: nothing tells when they have handled a key. */
const SETTLE_MS = 200;
const POLL_MS = 1;
/** One more than Qt needs, which could be stopped right after it has answered and before it looks for more input. */
const ROUNDS = 3;
/** How many windows a window with the focus, or under the pointer, may lie in. */
const MAX_DEPTH = 8;
/** More pings are not waited for; the oldest are forgotten. */
const MAX_ANSWERS = 64;

/** Tells our pings from those of the window manager, which has its own numbers: X servers count from their start. */
let serial = 0x70000000;

/** A question to an application that it answers after all that it was sent before. */
export interface Ping {
  readonly window: number;
  readonly serial: number;
}

/** Asks applications whether they have handled the input that they were sent (EWMH, _NET_WM_PING). */
export class Pings {
  readonly #display: Display;
  /** When answers were read, by the serials of their questions. */
  readonly #answers = new Map<number, number>();
  /** Windows that have answered before, so that no answer means that they hang. */
  readonly #answering = new Set<number>();

  constructor(display: Display) {
    this.#display = display;
    const mask = Buffer.from(Uint32Array.of(ANSWERS).buffer);
    xcb.changeWindowAttributes(display.connection, display.root, EVENT_MASK, mask);
  }

  /** Waits until the application with the keyboard has handled the input it was sent so far; false when it hangs. */
  async handled(): Promise<boolean> {
    const windows = this.#withKeyboard();
    if (windows.length === 0) await sleep(SETTLE_MS);
    const answers = await Promise.all(
      windows.map((window) => {
        const ping = this.#ask(window);
        return ping ? this.#answer(ping) : this.#settled(window);
      }),
    );
    return answers.every((answer) => answer);
  }

  /**
   * Waits until the application with the keyboard has done what the input says. Qt answers a ping before it delivers the keys that
   * it has read along with it, so that only the answer to a later ping tells; of an application that answers none, nothing does.
   */
  async done(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const pings = this.#withKeyboard().map((window) => this.#ask(window));
      await Promise.all(pings.map(async (ping) => ping && this.#answer(ping)));
    }
  }

  /** Asks the application under the pointer; undefined where it answers no pings. */
  askPointed(): Ping | undefined {
    const display = this.#display;
    let window: number | undefined = display.root;
    for (let depth = 0; window && depth < MAX_DEPTH; depth++) {
      window = display.pointer(window)?.child;
      const ping = window ? this.#ask(window) : undefined;
      if (ping) return ping;
    }
    return undefined;
  }

  /** When the answer to a ping was read, by `performance.now()`; undefined as long as there is none. */
  answered({ window, serial: own }: Ping): number | undefined {
    const ping = this.#display.atom('_NET_WM_PING');
    for (const { bytes, received } of this.#display.takeMessages()) {
      if (bytes.readUInt32LE(12) === ping) this.#answers.set(bytes.readUInt32LE(16), received);
    }
    for (const old of [...this.#answers.keys()].slice(0, -MAX_ANSWERS)) this.#answers.delete(old);
    const at = this.#answers.get(own);
    if (at !== undefined) this.#answering.add(window);
    return at;
  }

  /** Whether a window has answered, is gone, or is one that never does. */
  async #answer(ping: Ping): Promise<boolean> {
    const deadline = performance.now() + ANSWER_MS;
    // A window that is gone answers no more.
    while (this.#display.property(ping.window, 'WM_PROTOCOLS') !== undefined) {
      if (this.answered(ping) !== undefined) return true;
      if (performance.now() >= deadline) return !this.#answering.has(ping.window);
      await sleep(POLL_MS);
    }
    return true;
  }

  /** An application that answers no ping, such as xterm, has handled all once its process has nothing to do. */
  async #settled(window: number): Promise<boolean> {
    const [pid] = words(this.#display.property(window, '_NET_WM_PID'));
    const processes = pid === undefined ? [] : await processesNamed(pid);
    const deadline = performance.now() + ANSWER_MS;
    const served = (): void => this.#display.sync();
    if (processes.length > 0) return untilIdle(processes, { deadline, served });
    await sleep(SETTLE_MS);
    return true;
  }

  #ask(window: number): Ping | undefined {
    const display = this.#display;
    const ping = display.atom('_NET_WM_PING');
    if (!words(display.property(window, 'WM_PROTOCOLS')).includes(ping)) return undefined;
    const own = ++serial;
    const data = [ping, own, window];
    // A window may be gone since it was asked for its protocols.
    const sent = display.sendMessage({ window, type: 'WM_PROTOCOLS', data, to: window, mask: 0 });
    return sent ? { window, serial: own } : undefined;
  }

  /** The active window, and the one that has the focus where that is another. */
  #withKeyboard(): readonly number[] {
    const display = this.#display;
    const [active = 0] = words(display.property(display.root, '_NET_ACTIVE_WINDOW'));
    const windows = [active];
    let window: number | undefined = display.focus();
    // 0 and 1 stand for none and for whatever is under the pointer.
    for (let depth = 0; window !== undefined && window > 1 && depth < MAX_DEPTH; depth++) {
      if (window === active || window === display.root) break;
      if (display.property(window, 'WM_PROTOCOLS') !== undefined) windows.push(window);
      window = display.parent(window);
    }
    return windows.filter((one) => one !== 0);
  }
}
