import * as xkb from '../../native/linux/xkb.js';
import type { Display } from './display.js';

const HEADER = 40;
export const SHIFT_MASK = 1;

/** What one key of the keyboard gives. */
export interface KeyOfMap {
  readonly keycode: number;
  /** Keysyms of each group of the layout, by level. */
  readonly groups: readonly (readonly number[])[];
  /** The level of a group with these modifiers held. */
  readonly level: (group: number, modifiers: number) => number;
  /** The modifiers that it sets while it is held. */
  readonly modifiers: number;
}

interface Type {
  readonly mask: number;
  readonly levels: readonly { readonly modifiers: number; readonly level: number }[];
}

/** Asks for the keys of the keyboard, with all groups and levels of its layout. */
export function readKeymap(display: Display): readonly KeyOfMap[] {
  const none = Array.from({ length: 15 }, () => 0);
  const parts = xkb.KEY_TYPES | xkb.KEY_SYMS | xkb.MODIFIER_MAP;
  const cookie = xkb.getMap(display.connection, xkb.CORE_KEYBOARD, parts, 0, ...none);
  return display.require(cookie, 'tell the layout of the keyboard', parseKeymap);
}

/** Reads the reply of GetMap (XKB protocol, 16.4) with its types, keysyms and modifiers. */
export function parseKeymap(reply: Buffer): readonly KeyOfMap[] {
  let at = HEADER;
  const types: Type[] = [];
  for (let i = 0; i < (reply[15] ?? 0); i++) {
    const entries = reply[at + 5] ?? 0;
    const levels = Array.from({ length: entries }, (_, entry) => at + 8 + entry * 8)
      .filter((from) => reply[from] === 1)
      .map((from) => ({ modifiers: reply[from + 1] ?? 0, level: reply[from + 2] ?? 0 }));
    types.push({ mask: reply[at] ?? 0, levels });
    at += 8 + entries * (reply[at + 6] === 1 ? 12 : 8);
  }
  const first = reply[17] ?? 0;
  const keys: { readonly groups: number[][]; readonly types: Type[] }[] = [];
  for (let i = 0; i < (reply[20] ?? 0); i++) {
    const width = reply[at + 5] ?? 0;
    const groups = (reply[at + 4] ?? 0) & 0xf;
    const sym = (group: number, level: number): number =>
      reply.readUInt32LE(at + 8 + (group * width + level) * 4);
    keys.push({
      groups: Array.from({ length: groups }, (_, group) =>
        Array.from({ length: width }, (__, level) => sym(group, level)),
      ),
      types: [...reply.subarray(at, at + groups)].map((index) => types[index] ?? { mask: 0, levels: [] }),
    });
    at += 8 + reply.readUInt16LE(at + 6) * 4;
  }
  const modifiers = new Map<number, number>();
  for (let i = 0; i < (reply[33] ?? 0); i++)
    modifiers.set(reply[at + 2 * i] ?? 0, reply[at + 2 * i + 1] ?? 0);
  return keys.map((key, i) => ({
    keycode: first + i,
    groups: key.groups,
    modifiers: modifiers.get(first + i) ?? 0,
    level: (group, held) => {
      const { mask, levels } = key.types[group] ?? { mask: 0, levels: [] };
      return levels.find((one) => one.modifiers === (held & mask))?.level ?? 0;
    },
  }));
}
