import type { Display } from './display.js';
import { readKeymap, SHIFT_MASK, type KeyOfMap } from './keymap.js';
import { characterOf, keysymOfCharacter, KEYSYM } from './keys.js';

/** How a character or a named key is pressed. */
export interface Key {
  readonly keycode: number;
  /** Keycodes of Shift and AltGr where they have to be held. */
  readonly held: readonly number[];
  /** The group of the layout that it is in; undefined where every group has it. */
  readonly group?: number;
}

export interface Layout {
  /** The key of a keysym, in a group where there is one in it, else in another. */
  find(keysym: number, group: number): Key | undefined;
  /** Of each key that has no more than them, the keysyms without and with Shift. */
  readonly simple: ReadonlyMap<number, readonly [number, number]>;
  /** Keys without any keysym. */
  readonly empty: readonly number[];
}

/** Reads which keysym is on which key, in all groups, with and without Shift and AltGr. */
export function readLayout(display: Display): Layout {
  return toLayout(readKeymap(display));
}

export function toLayout(keymap: readonly KeyOfMap[]): Layout {
  const ways = waysToHold(keymap);
  const keys = new Map<number, Key[]>();
  for (const { held, mask } of ways) {
    for (const { keycode, groups, level } of keymap) {
      groups.forEach((levels, group) => {
        const keysym = levels[level(group, mask)] ?? 0;
        // A level that these modifiers do not change was there without them.
        if (keysym === 0 || (mask !== 0 && level(group, mask) === level(group, 0))) return;
        const key = { keycode, held, ...(groups.length > 1 ? { group } : {}) };
        for (const name of new Set([keysym, canonical(keysym)])) {
          const known = keys.get(name);
          if (known) known.push(key);
          else keys.set(name, [key]);
        }
      });
    }
  }
  const symbols = (key: KeyOfMap): number[] => key.groups.flat().filter((keysym) => keysym !== 0);
  return {
    find: (keysym, group) => {
      const found = keys.get(keysym);
      return found?.find((key) => key.group === undefined || key.group === group) ?? found?.[0];
    },
    simple: new Map(
      keymap.flatMap(({ keycode, groups }) => {
        const [levels = [], ...others] = groups;
        const [plain = 0, shifted = 0, ...more] = levels;
        return others.length > 0 || more.some((keysym) => keysym !== 0)
          ? []
          : [[keycode, [plain, shifted]] as const];
      }),
    ),
    empty: keymap.filter((key) => symbols(key).length === 0).map(({ keycode }) => keycode),
  };
}

/** Combinations of Shift and AltGr, the simplest first. */
function waysToHold(
  keymap: readonly KeyOfMap[],
): readonly { readonly held: readonly number[]; readonly mask: number }[] {
  const having = (keysym: number): KeyOfMap | undefined => {
    const all = keymap.filter(
      ({ groups }) => groups.length > 0 && groups.every(([first]) => first === keysym),
    );
    // The keyboards of today have AltGr right of the space bar; a key that none has stands for it as well.
    return all.findLast(({ modifiers }) => modifiers !== 0);
  };
  const [shift, altGr] = [keymap.find(({ groups }) => groups[0]?.[0] === KEYSYM.shift), having(KEYSYM.altGr)];
  const none = { held: [], mask: 0 };
  const shifted = shift && { held: [shift.keycode], mask: SHIFT_MASK };
  const third = altGr && { held: [altGr.keycode], mask: altGr.modifiers };
  const fourth = shifted &&
    third && { held: [...shifted.held, ...third.held], mask: shifted.mask | third.mask };
  return [none, shifted, third, fourth].filter((way) => way !== undefined);
}

/** The keysym of the character that a keysym of an older script stands for. */
function canonical(keysym: number): number {
  const character = characterOf(keysym);
  return character === undefined ? keysym : keysymOfCharacter(character);
}
