import {
  type Cursor,
  ScanError,
  atEnd,
  peekWord,
  takeRegex,
  takeString,
  takeWord,
  upcoming,
} from './scan.js';
import { didYouMean } from './suggest.js';
import type { Matcher } from './types.js';

/** Reads `is "…"`, `contains "…"` or `matches /…/`, as far as `words` allows them. */
export function readMatcher(
  cursor: Cursor,
  options: { readonly wanted: string; readonly words: readonly string[] },
): Matcher {
  const { words } = options;
  if (words.includes('matches') && takeMatch(cursor, 'matches')) {
    return { op: 'matches', ...takeRegex(cursor) };
  }
  if (words.includes('contains') && takeMatch(cursor, 'contains')) return contains(cursor);
  if (words.includes('is') && takeMatch(cursor, 'is')) {
    return { op: 'is', text: takeString(cursor, 'the text') };
  }
  const hint = didYouMean(peekWord(cursor) ?? '', words);
  const message = `Expected ${options.wanted} or matches, but found ${upcoming(cursor)}.${hint}`;
  throw new ScanError(message, cursor);
}

/** Reads the quoted text that something must contain. */
export function contains(cursor: Cursor): Matcher {
  const index = atEnd(cursor) ? cursor.text.length : cursor.index;
  const text = takeString(cursor, 'the text');
  if (text === '') {
    throw new ScanError('An empty text is contained in everything. Write the text.', { index });
  }
  return { op: 'contains', text };
}

function takeMatch(cursor: Cursor, word: string): boolean {
  if (!takeWord(cursor, word)) return false;
  if (peekWord(cursor) === 'not') throw new ScanError(`Write "not" before "${word}".`, cursor);
  return true;
}
