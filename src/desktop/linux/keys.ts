// Source of the numbers: <X11/keysymdef.h>.
import { keysymToUtf32 } from '../../native/linux/xkbcommon.js';
import { DesktopError } from '../error.js';

export const KEYSYM = { shift: 0xffe1, altGr: 0xfe03, return: 0xff0d, tab: 0xff09 } as const;
/** Keysyms of single scripts lie between those of Latin-1 and those of keys that are no characters. */
const SCRIPTS = { from: 0x100, to: 0xfd00 } as const;

/** Names without spaces, hyphens and underscores, in upper case. */
const NAMED: Readonly<Record<string, number>> = {
  ENTER: 0xff0d,
  RETURN: 0xff0d,
  ESC: 0xff1b,
  ESCAPE: 0xff1b,
  TAB: 0xff09,
  SPACE: 0x20,
  SPACEBAR: 0x20,
  BACKSPACE: 0xff08,
  DEL: 0xffff,
  DELETE: 0xffff,
  INS: 0xff63,
  INSERT: 0xff63,
  HOME: 0xff50,
  END: 0xff57,
  PAGEUP: 0xff55,
  PGUP: 0xff55,
  PAGEDOWN: 0xff56,
  PGDN: 0xff56,
  LEFT: 0xff51,
  ARROWLEFT: 0xff51,
  UP: 0xff52,
  ARROWUP: 0xff52,
  RIGHT: 0xff53,
  ARROWRIGHT: 0xff53,
  DOWN: 0xff54,
  ARROWDOWN: 0xff54,
  CTRL: 0xffe3,
  CONTROL: 0xffe3,
  SHIFT: 0xffe1,
  ALT: 0xffe9,
  OPTION: 0xffe9,
  ALTGR: 0xfe03,
  CMD: 0xffeb,
  COMMAND: 0xffeb,
  SUPER: 0xffeb,
  META: 0xffeb,
  WIN: 0xffeb,
  WINDOWS: 0xffeb,
  CAPSLOCK: 0xffe5,
  NUMLOCK: 0xff7f,
  SCROLLLOCK: 0xff14,
  PRINT: 0xff61,
  PRINTSCREEN: 0xff61,
  PAUSE: 0xff13,
  MENU: 0xff67,
  CONTEXTMENU: 0xff67,
  PLUS: 0x2b,
  MINUS: 0x2d,
};

const F1 = 0xffbe;

/** The keysyms of a text, one per character; a line end in any form is Return. */
export function keysymsOfText(text: string): number[] {
  return Array.from(text.replaceAll(/\r\n?/g, '\n'), (character) => {
    if (character === '\n') return KEYSYM.return;
    if (character === '\t') return KEYSYM.tab;
    return keysymOfCharacter(character);
  });
}

/** The keysyms of the keys of a chord, in their order. A letter of a chord stands for its key: Ctrl+S is typed without Shift. */
export function keysymsOfChord(keys: readonly string[]): number[] {
  return keys.map((key) => {
    if (isCharacter(key)) return keysymOfCharacter(keys.length > 1 ? lowerCase(key) : key);
    const name = key.toUpperCase().replaceAll(/[\s_-]/g, '');
    const f = /^F([1-9]|1\d|2[0-4])$/.exec(name);
    const keysym = f ? F1 + Number(f[1]) - 1 : Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (keysym !== undefined) return keysym;
    throw new DesktopError(
      'invalid',
      `Unknown key ${JSON.stringify(key)}. Keys are single characters or names such as Enter, Escape, Ctrl, Alt, Shift, Super, PageDown, ArrowLeft, F5; one key per list entry.`,
    );
  });
}

function lowerCase(letter: string): string {
  const lower = letter.toLowerCase();
  return isCharacter(lower) ? lower : letter;
}

/** Whether a string is one code point, which is what a keysym stands for. */
function isCharacter(text: string): boolean {
  return /^.$/su.test(text);
}

/** The character of a keysym that an older standard has for it, for example Cyrillic_a; undefined for all others. */
export function characterOf(keysym: number): string | undefined {
  if (keysym < SCRIPTS.from || keysym >= SCRIPTS.to) return undefined;
  const code = keysymToUtf32?.(keysym) ?? 0;
  return code === 0 ? undefined : String.fromCodePoint(code);
}

/** Latin-1 has its own keysyms; all other characters are 0x01000000 plus their code point. */
export function keysymOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  const printable = (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && (code < 0xd800 || code > 0xdfff));
  if (!printable) {
    throw new DesktopError(
      'invalid',
      `Cannot type the character U+${code.toString(16).toUpperCase().padStart(4, '0')}; control characters are pressed as keys.`,
    );
  }
  return code < 0x100 ? code : 0x1000000 + code;
}
