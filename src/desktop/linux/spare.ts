import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import { words, type Display } from './display.js';
import { readLayout, type Key, type Layout } from './layout.js';

/** Remembers on the root window what we put on which key, for a process that follows a killed one. */
const RECORD = '_CODEX_TEST_SPARE_KEYS';
const CARDINAL = 6;
const REPLACE = 0;

/** Characters to be put on spare keys, two on each. */
export interface Plan {
  /** Whether keys are given other characters than they have. */
  readonly overwrites: boolean;
  /** Whether any of the keysyms is on a spare key. */
  readonly usesSpare: boolean;
  /** Whether the keyboard has to be changed. */
  readonly changes: boolean;
  /** Changes the keyboard; returns the keys of the keysyms planned for, from the first on. */
  apply(): readonly Key[];
}

type Slot = readonly [keycode: number, first: number, second: number];

/** The keys that the layout leaves empty, used for characters it does not have. */
export class SpareKeys {
  readonly #display: Display;

  constructor(display: Display) {
    this.#display = display;
  }

  /** Plans for as many of the keysyms, from the first on, as can be on the keyboard at once; `group` is preferred. */
  plan(keysyms: readonly number[], group: number): Plan {
    const layout = readLayout(this.#display);
    const ours = this.#ours(layout);
    const slots = [...layout.empty, ...ours.map(([keycode]) => keycode)];

    const find = (keysym: number): Key | undefined => layout.find(keysym, group);
    const { count, missing, kept } = choose(keysyms, { find, slots });
    const free = slots.filter((keycode) => !kept.has(keycode));
    const changes = pairs(missing).map(([a, b], i): Slot => [free[i] ?? 0, a, b]);
    const changed = new Set(changes.map(([keycode]) => keycode));
    return {
      overwrites: ours.some(([keycode]) => changed.has(keycode)),
      usesSpare: kept.size > 0 || missing.length > 0,
      changes: changes.length > 0,
      apply: () => {
        const keep = ours.filter(([keycode]) => !changed.has(keycode));
        if (changes.length > 0) this.#change(changes, [...keep, ...changes]);
        const now = changes.length > 0 ? readLayout(this.#display) : layout;
        return keysyms.slice(0, count).map((keysym) => now.find(keysym, group) ?? notOnKeyboard(keysym));
      },
    };
  }

  clear(): void {
    const ours = this.#ours(readLayout(this.#display));
    if (ours.length === 0) return;
    this.#change(
      ours.map(([keycode]): Slot => [keycode, 0, 0]),
      [],
    );
  }

  /** The recorded slots that still hold what we put there. */
  #ours({ simple }: Layout): Slot[] {
    const record = words(this.#display.property(this.#display.root, RECORD));
    const slots: Slot[] = [];
    for (let i = 0; i + 2 < record.length; i += 3) {
      const [keycode = 0, first = 0, second = 0] = record.slice(i, i + 3);
      const pair = simple.get(keycode);
      if (first !== 0 && pair?.[0] === first && pair[1] === second) slots.push([keycode, first, second]);
    }
    return slots;
  }

  #change(changes: readonly Slot[], record: readonly Slot[]): void {
    const { connection, root } = this.#display;
    const numbers = Buffer.from(Uint32Array.from(record.flat()).buffer);
    const name = this.#display.atom(RECORD);
    xcb.changeProperty(connection, REPLACE, root, name, CARDINAL, 32, record.length * 3, numbers);
    for (const [keycode, ...pair] of changes) {
      xcb.changeKeyboardMapping(connection, 1, keycode, 2, Buffer.from(Uint32Array.from(pair).buffer));
    }
    this.#display.sync();
  }
}

function choose(
  keysyms: readonly number[],
  { find, slots }: { readonly find: (keysym: number) => Key | undefined; readonly slots: readonly number[] },
): { readonly count: number; readonly missing: readonly number[]; readonly kept: ReadonlySet<number> } {
  const spare = new Set(slots);
  const missing = new Set<number>();
  const kept = new Set<number>();
  let count = 0;
  for (const keysym of keysyms) {
    const key = find(keysym);
    const room = spare.size - kept.size - Math.ceil(missing.size / 2);
    if (key && spare.has(key.keycode) && !kept.has(key.keycode)) {
      if (room < 1) break;
      kept.add(key.keycode);
    } else if (!key && !missing.has(keysym)) {
      if (room < 1 && missing.size % 2 === 0) break;
      missing.add(keysym);
    }
    count++;
  }
  if (count === 0 && keysyms[0] !== undefined) notOnKeyboard(keysyms[0]);
  return { count, missing: [...missing], kept };
}

function pairs(keysyms: readonly number[]): [number, number][] {
  const result: [number, number][] = [];
  for (let i = 0; i < keysyms.length; i += 2) {
    const first = keysyms[i] ?? 0;
    result.push([first, keysyms[i + 1] ?? first]);
  }
  return result;
}

function notOnKeyboard(keysym: number): never {
  throw new DesktopError(
    'failed',
    `The keyboard has no key for keysym 0x${keysym.toString(16)} and no spare one to put it on.`,
  );
}
