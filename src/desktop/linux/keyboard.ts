import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import type { Display } from './display.js';
import { keysymsOfChord, keysymsOfText } from './keys.js';
import type { Key } from './layout.js';
import { lockGroup, readModifiers, restore, unlock, useXkb } from './modifiers.js';
import type { Pings } from './ping.js';
import { SpareKeys } from './spare.js';

const KEY_PRESS = 2;
const KEY_RELEASE = 3;

/** The keyboard of a display. */
export class Keyboard {
  readonly #display: Display;
  readonly #pings: Pings;
  readonly #spare: SpareKeys;
  /** Whether an application may still have keys to handle that are spare ones: at first those of a killed process. */
  #pending = true;
  /** Whether a text was typed after which nothing was waited for. */
  #typed = false;

  constructor(display: Display, pings: Pings) {
    this.#display = display;
    this.#pings = pings;
    this.#spare = new SpareKeys(display);
    useXkb(display);
  }

  /** Types a text, whatever its script, the layout of the keyboard and what is locked. */
  async type(text: string): Promise<void> {
    const keysyms = keysymsOfText(text);
    const before = this.#freeModifiers();
    let { group } = before;
    this.#typed ||= keysyms.length > 0;
    unlock(this.#display, group);
    try {
      for (let at = 0; at < keysyms.length;) {
        const { keys, usesSpare } = await this.#mapSome(keysyms.slice(at), group);
        let held: readonly number[] = [];
        for (const key of keys) {
          if (key.group !== undefined && key.group !== group) lockGroup(this.#display, (group = key.group));
          this.#hold(held, key.held);
          held = key.held;
          this.#fake(KEY_PRESS, key.keycode);
          this.#fake(KEY_RELEASE, key.keycode);
        }
        this.#hold(held, []);
        this.#display.sync();
        if (usesSpare) await this.#handled();
        at += keys.length;
      }
    } finally {
      restore(this.#display, before);
      this.#display.sync();
    }
  }

  /** Presses the keys in their order and releases them in reverse; Caps Lock counts, as for a person. */
  async press(names: readonly string[]): Promise<void> {
    const keysyms = keysymsOfChord(names);
    // Qt carries out a shortcut at once, before the keys that it has read and not delivered yet.
    if (this.#typed) await this.#pings.done();
    this.#typed = false;
    const { group, lockedGroup } = this.#freeModifiers();
    const { keys, usesSpare } = await this.#mapSome(keysyms, group);
    if (keys.length < keysyms.length) {
      throw new DesktopError(
        'invalid',
        `The keyboard has no room for the ${keysyms.length} keys ${names.join('+')}.`,
      );
    }
    const other = keys.find((key) => key.group !== undefined && key.group !== group)?.group;
    const pressed: number[] = [];
    const hold = (keycode: number): void => {
      this.#fake(KEY_PRESS, keycode);
      pressed.push(keycode);
    };
    if (other !== undefined) lockGroup(this.#display, other);
    try {
      for (const { keycode, held } of keys) {
        for (const modifier of held) if (!pressed.includes(modifier)) hold(modifier);
        hold(keycode);
      }
    } finally {
      for (const keycode of pressed.toReversed()) this.#fake(KEY_RELEASE, keycode);
      if (other !== undefined) lockGroup(this.#display, lockedGroup);
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

  /** The state of the modifiers, none of which is held by a key that something else left pressed. */
  #freeModifiers(): ReturnType<typeof readModifiers> {
    const state = readModifiers(this.#display);
    if (state.held === 0) return state;
    this.releaseKeys();
    return readModifiers(this.#display);
  }

  /** The keys of as many of the keysyms, from the first on, as can be on the keyboard at once. */
  async #mapSome(
    keysyms: readonly number[],
    group: number,
  ): Promise<{ readonly keys: readonly Key[]; readonly usesSpare: boolean }> {
    const plan = this.#spare.plan(keysyms, group);
    if (plan.overwrites && this.#pending) await this.#handled();
    if (plan.overwrites && this.#pending) {
      throw new DesktopError(
        'timeout',
        'The application does not handle what was typed; more would change the keys that it still has to read. It may hang.',
      );
    }
    const keys = plan.apply();
    // Qt 5 takes the first group for the active one when the layout changes, until it is told of another.
    if (plan.changes && group !== 0) for (const one of [0, group]) lockGroup(this.#display, one);
    this.#pending ||= plan.usesSpare;
    return { keys, usesSpare: plan.usesSpare };
  }

  /**
   * An application reads the layout when it handles a key. This waits right after typing, when the window that was typed
   * into is still the active one, so that any later change of the layout is safe.
   */
  async #handled(): Promise<void> {
    this.#pending = !(await this.#pings.handled());
  }

  /** Goes on from some modifiers to others; what several characters need is pressed once, as by a person. */
  #hold(before: readonly number[], now: readonly number[]): void {
    for (const keycode of before.toReversed()) if (!now.includes(keycode)) this.#fake(KEY_RELEASE, keycode);
    for (const keycode of now) if (!before.includes(keycode)) this.#fake(KEY_PRESS, keycode);
  }

  #fake(type: number, keycode: number): void {
    xcb.fakeInput(this.#display.connection, type, keycode, 0, 0, 0, 0, 0);
  }
}
