// Source: <xkbcommon/xkbcommon.h> (libxkbcommon 1.5).
import { load } from '../koffi.js';

/** The code point of a keysym, 0 where it is no character; undefined where the library is not installed. */
export const keysymToUtf32: ((keysym: number) => number) | undefined = loadFunction();

function loadFunction(): ((keysym: number) => number) | undefined {
  try {
    return load('libxkbcommon.so.0').func('uint32_t xkb_keysym_to_utf32(uint32_t keysym)');
  } catch {
    return undefined;
  }
}
