import type { ClaimMatcher } from './language/claim.js';
import { escape, normalise } from './language/name.js';

/** Whether a text is as the comparison says, to the letter. */
export function matches(text: string, match: ClaimMatcher): boolean {
  switch (match.op) {
    case 'is':
      return text === match.text;
    case 'contains':
      return text.includes(match.text);
    case 'shows':
      return shown(match.text).test(text);
    case 'starts':
      return text.startsWith(match.text);
    case 'ends':
      return text.endsWith(match.text);
    case 'like':
      return like(match.text).test(text);
    case 'matches':
      return new RegExp(match.pattern, match.flags).test(text);
  }
}

/** As people compare: case, mnemonics and an ellipsis at the end make no difference. */
export function matchesLoosely(text: string, match: ClaimMatcher): boolean {
  return matches(text, match) || matches(normalise(text), normalised(match));
}

/** `*` stands for any run of characters. */
function like(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 's');
}

/** Begins where a word begins, and no number goes on behind it; endings such as a plural may. */
function shown(text: string): RegExp {
  const before = /^[\p{L}\p{N}]/u.test(text) ? String.raw`(?<![\p{L}\p{N}]|\d[.,])` : '';
  const after = /\d$/.test(text) ? String.raw`(?![.,]?\d)` : '';
  return new RegExp(`${before}${escape(text)}${after}`, 'u');
}

function normalised(match: ClaimMatcher): ClaimMatcher {
  return match.op === 'matches' ? match : { ...match, text: normalise(match.text) };
}

/** Whether a text has a longer word of the comparison, so that it may be what was meant. */
export function shareWord(text: string, match: ClaimMatcher): boolean {
  if (match.op === 'matches') return false;
  const words = new Set(normalise(match.text).split(' '));
  return normalise(text)
    .split(' ')
    .some((word) => word.length > 2 && words.has(word));
}

/** The comparison in words, after "a title that" and the like. */
export function describeMatch(match: ClaimMatcher, not = false): string {
  if (match.op === 'matches') return `${not ? 'does not match' : 'matches'} /${match.pattern}/${match.flags}`;
  const [affirmed, denied] = verbs[match.op];
  return `${not ? denied : affirmed} ${quote(match.text)}`;
}

const verbs = {
  is: ['is', 'is not'],
  like: ['is like', 'is not like'],
  contains: ['contains', 'does not contain'],
  shows: ['shows', 'does not show'],
  starts: ['starts with', 'does not start with'],
  ends: ['ends with', 'does not end with'],
} as const;

/** A text in quotes, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
