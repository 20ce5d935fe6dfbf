import { didYouMean } from './suggest.js';
import { parseDuration } from './duration.js';
import type { SpecErrorCode } from './error.js';

/** A place in a line that is being read. */
export interface Cursor {
  readonly text: string;
  index: number;
}

/** Why a line cannot be read, and where in it. */
export class ScanError extends Error {
  readonly index: number;
  readonly code: SpecErrorCode;

  constructor(message: string, options: { readonly index: number; readonly code?: SpecErrorCode }) {
    super(message);
    this.index = options.index;
    this.code = options.code ?? 'bad-check';
  }
}

/** Skips white space and tells whether the line ends there. */
export function atEnd(cursor: Cursor): boolean {
  cursor.index += /^\s*/.exec(cursor.text.slice(cursor.index))?.[0].length ?? 0;
  return cursor.index >= cursor.text.length;
}

/** What comes next, for an error message. */
export function upcoming(cursor: Cursor): string {
  if (atEnd(cursor)) return 'the end';
  const rest = cursor.text.slice(cursor.index);
  return `"${/^[\w-]+|^\S+/.exec(rest)?.[0] ?? rest}"`;
}

export function peekWord(cursor: Cursor): string | undefined {
  return atEnd(cursor) ? undefined : /^[A-Za-z]+(?=\s|$)/.exec(cursor.text.slice(cursor.index))?.[0];
}

export function takeWord(cursor: Cursor, word: string): boolean {
  if (peekWord(cursor) !== word) return false;
  cursor.index += word.length;
  return true;
}

const closingQuotes = { '"': '"', '“': '”' } as const;

export function atString(cursor: Cursor): boolean {
  return !atEnd(cursor) && (cursor.text[cursor.index] ?? '') in closingQuotes;
}

/** Reads `"…"` or `“…”`, in which `\"`, `\\` and `\n` are escapes. */
export function takeString(cursor: Cursor, wanted: string): string {
  if (!atString(cursor)) {
    throw new ScanError(`Expected ${wanted} in double quotes, but found ${upcoming(cursor)}.`, cursor);
  }
  const start = cursor.index;
  const closing = closingQuotes[cursor.text[start] as keyof typeof closingQuotes];
  let value = '';
  for (let index = start + 1; index < cursor.text.length; index++) {
    const character = cursor.text[index] ?? '';
    if (character === closing) {
      cursor.index = index + 1;
      requireGap(cursor);
      return value;
    }
    if (character === '\\') value += unescape(cursor.text, index++);
    else value += character;
  }
  throw new ScanError(`The quoted text is not closed. Write ${closing} at its end.`, { index: start });
}

function unescape(text: string, index: number): string {
  const escaped = text[index + 1] ?? '';
  if (escaped === 'n') return '\n';
  if (escaped !== '' && '"“”\\'.includes(escaped)) return escaped;
  throw new ScanError(`Unknown escape "\\${escaped}". Write \\\\ for a backslash; also \\" and \\n exist.`, {
    index,
  });
}

/** Reads `/pattern/flags`. */
export function takeRegex(cursor: Cursor): { readonly pattern: string; readonly flags: string } {
  const start = atEnd(cursor) ? cursor.text.length : cursor.index;
  const match = /^\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+)\/([A-Za-z]*)/.exec(cursor.text.slice(start));
  if (!match) {
    throw new ScanError(`Expected a regular expression such as /1\\.\\d+/i, but found ${upcoming(cursor)}.`, {
      index: start,
    });
  }
  const [whole, pattern = '', flags = ''] = match;
  if (!/^[imsuv]*$/.test(flags)) {
    const index = start + whole.length - flags.length;
    throw new ScanError(`Unknown flags "${flags}". Only i, m, s, u and v are allowed.`, { index });
  }
  try {
    RegExp(pattern, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScanError(`${reason}. Correct it, or compare with a quoted text.`, { index: start });
  }
  cursor.index = start + whole.length;
  requireGap(cursor);
  return { pattern, flags };
}

/** Reads an ending `within 30 s` into milliseconds, and whatever follows as an error. */
export function takeWithin(cursor: Cursor): number | undefined {
  let milliseconds: number | undefined;
  if (takeWord(cursor, 'within')) {
    const found = atEnd(cursor) ? '' : cursor.text.slice(cursor.index);
    const match = /^\d+(?:\.\d+)?\s*[A-Za-z]*(?=\s|$)/.exec(found)?.[0] ?? '';
    milliseconds = parseDuration(match);
    if (milliseconds === undefined) {
      const shown = match || upcoming(cursor).replaceAll('"', '');
      const message = `"${shown}" is not a time. Write for example within 30 s, within 500 ms or within 2 min.`;
      throw new ScanError(message, cursor);
    }
    cursor.index += match.length;
  }
  if (atEnd(cursor)) return milliseconds;
  if (peekWord(cursor) === 'at') {
    throw new ScanError('"at step N" is not supported yet. Put the check under that step.', {
      index: cursor.index,
      code: 'unsupported',
    });
  }
  const word = peekWord(cursor);
  const hint = word === undefined || milliseconds !== undefined ? '' : didYouMean(word, ['within']);
  throw new ScanError(`Unexpected ${upcoming(cursor)} after the check.${hint || ' Remove it.'}`, cursor);
}

function requireGap(cursor: Cursor): void {
  const next = cursor.text[cursor.index];
  if (next !== undefined && !/\s/.test(next)) {
    throw new ScanError(`Put a space before "${cursor.text.slice(cursor.index)}".`, cursor);
  }
}
