import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Display } from './display.js';
import { KEYSYM, keysymsOfChord, keysymsOfText } from './keys.js';
import { readLayout, SpareKeys, type Key } from './layout.js';
import { inputHandled } from './ping.js';

const KEY_PRESS = 2;
const KEY_RELEASE = 3;
const LOCK_MASK = 2;

/** The keyboard of a display. */
export class Keyboard {
  readonly #display: Display;
  readonly #spare: SpareKeys;
  /** Whether an application may still have keys to handle that are spare ones: at first those of a killed process. */
  #pending = true;

  constructor(display: Display) {
    this.#display = display;
    this.#spare = new SpareKeys(display);
  }

  /** Types a text, whatever its script and whatever the layout of the keyboard. */
  async type(text: string): Promise<void> {
    const keysyms = keysymsOfText(text);
    const capsLock = this.#capsLock();
    if (capsLock) this.#tap(capsLock);
    try {
      for (let at = 0; at < keysyms.length;) {
        const { keys, usesSpare } = await this.#mapSome(keysyms.slice(at));
        for (const key of keys) this.#tap(key);
        this.#display.sync();
        if (usesSpare) await this.#handled();
        at += keys.length;
      }
    } finally {
      if (capsLock) this.#tap(capsLock);
      this.#display.sync();
    }
  }

  /** Presses the keys in their order and releases them in reverse. */
  async press(names: readonly string[]): Promise<void> {
    const keysyms = keysymsOfChord(names);
    const { keys, usesSpare } = await this.#mapSome(keysyms);
    if (keys.length < keysyms.length) {
      throw new DesktopError(
        'invalid',
        `The keyboard has no room for the ${keysyms.length} keys ${names.join('+')}.`,
      );
    }
    const held: number[] = [];
    const hold = (keycode: number): void => {
      this.#fake(KEY_PRESS, keycode);
      held.push(keycode);
    };
    try {
      for (const { keycode, shift } of keys) {
        if (shift && !held.includes(shift)) hold(shift);
        hold(keycode);
      }
    } finally {
      for (const keycode of held.toReversed()) this.#fake(KEY_RELEASE, keycode);
      this.#display.sync();
    }
    if (usesSpare) await this.#handled();
  }

  /** Releases the keys that are held down, for example by a process that was killed in mid-chord. */
  releaseKeys(): void {
    const down = this.#display.require(
      xcb.queryKeymap(this.#display.connection),
      'tell which keys are down',
      (reply) => [...reply.subarray(8, 40)],
    );
    down.forEach((byte, index) => {
      for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) this.#fake(KEY_RELEASE, index * 8 + bit);
    });
    this.#display.sync();
  }

  /** Takes the characters back that were put on spare keys, unless an application may still have to read them. */
  close(): void {
    if (!this.#pending) this.#spare.clear();
  }

  /** The keys of as many of the keysyms, from the first on, as can be on the keyboard at once. */
  async #mapSome(
    keysyms: readonly number[],
  ): Promise<{ readonly keys: readonly Key[]; readonly usesSpare: boolean }> {
    const plan = this.#spare.plan(keysyms);
    if (plan.overwrites && this.#pending) await this.#handled();
    const keys = plan.apply();
    this.#pending ||= plan.usesSpare;
    return { keys, usesSpare: plan.usesSpare };
  }

  /**
   * An application reads the layout when it handles a key. This waits right after typing, when the window that was typed
   * into is still the active one, so that any later change of the layout is safe.
   */
  async #handled(): Promise<void> {
    await inputHandled(this.#display);
    this.#pending = false;
  }

  #capsLock(): Key | undefined {
    const cookie = xcb.queryPointer(this.#display.connection, this.#display.root);
    const mask = this.#display.require(cookie, 'tell the state of the modifiers', (reply) =>
      reply.readUInt16LE(24),
    );
    return mask & LOCK_MASK ? readLayout(this.#display).keys.get(KEYSYM.capsLock) : undefined;
  }

  #tap({ keycode, shift }: Key): void {
    if (shift) this.#fake(KEY_PRESS, shift);
    this.#fake(KEY_PRESS, keycode);
    this.#fake(KEY_RELEASE, keycode);
    if (shift) this.#fake(KEY_RELEASE, shift);
  }

  #fake(type: number, keycode: number): void {
    xcb.fakeInput(this.#display.connection, type, keycode, 0, 0, 0, 0, 0);
  }
}
