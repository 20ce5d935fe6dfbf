import { quotedText, type Sentence } from './sentence.js';
import { parseTarget, type Target } from './target.js';

/** Something that can be read as a text: to be compared, or remembered and compared later. */
export type Reading =
  /** What a field holds, a list has chosen, a slider stands at, a label or an area says. */
  | { readonly of: 'value'; readonly target: Target }
  /** How many elements that are showing the target means. */
  | { readonly of: 'count'; readonly target: Target }
  | { readonly of: 'file'; readonly path: string }
  /** The title of the active window. */
  | { readonly of: 'title' }
  | { readonly of: 'clipboard' }
  /** The picture as a whole, which is only ever the same or another. */
  | { readonly of: 'screen' };

/** Reads a masked phrase such as `the value of "Size"`, `the title` or `the number of items in "Files"`. */
export function parseReading(sentence: Sentence, phrase: string): Reading | undefined {
  const words = phrase.trim();
  if (
    /^(?:the )?(?:(?:active )?window(?:['’]s)? )?title(?: bar)?(?: of the (?:active )?window)?$/i.test(words)
  )
    return { of: 'title' };
  if (/^(?:the )?(?:text |content |contents )?(?:on |of )?(?:the )?clipboard$/i.test(words))
    return { of: 'clipboard' };
  if (/^(?:the )?screen$/i.test(words)) return { of: 'screen' };
  const path = parsePath(sentence, words.replace(/^(?:the )?(?:content|contents|text) of /i, ''));
  if (path !== undefined) return { of: 'file', path };
  const counted = /^(?:the number of|how many) (.+)$/i
    .exec(words)?.[1]
    ?.replace(/ (?:are|is)(?: shown| listed)?(?= (?:in|on) )/i, '');
  if (counted !== undefined) {
    const target = parseCounted(sentence, counted);
    return target && { of: 'count', target };
  }
  const valued =
    /^(?:the )?(?:current |selected |chosen )?(?:value|text|content|contents|selection|entry|setting) (?:of|in|for) (.+)$/i.exec(
      words,
    )?.[1] ?? /^what (.+) (?:says|shows|holds|contains|displays)$/i.exec(words)?.[1];
  const target = parseTarget(sentence, valued ?? words);
  return target && { of: 'value', target };
}

/** `the file ⟦n⟧`, a path without quotes, or a quoted one that begins as paths do. */
export function parsePath(sentence: Sentence, words: string): string | undefined {
  const [, noun, said = ''] = /^((?:the |an? )?(?:new )?file (?:named |called )?)?(\S+)$/i.exec(words) ?? [];
  const text = quotedText(sentence, said);
  const path = text ?? (/⟦/.test(said) ? '' : said);
  const looksLikePath = /^(?:~\/|\/|\.\/).|^[\w.-]+\/./.test(path);
  const named = noun !== undefined && path.trim() !== '' && (text !== undefined || /[./]/.test(path));
  if (!named && !looksLikePath) return undefined;
  return /^(?:~\/|\/)/.test(path) ? path : `~/${path.replace(/^\.\//, '')}`;
}

/** Plural nouns of kinds, and what follows them: `items`, `rows in "Files"`, `"Done" labels`. */
export function parseCounted(sentence: Sentence, words: string): Target | undefined {
  const singular = words
    .replace(/^(?:the |all |visible |shown )+/i, '')
    .replace(/\b(check box|combo box|text box|search box|box)es\b/i, '$1')
    .replace(/\bentries\b/i, 'list entry')
    .replace(
      /\b(item|row|cell|button|field|menu|tab|link|label|dialog|window|icon|radio button|list|tree|table|column|option|heading|slider|switch)s\b/i,
      '$1',
    );
  return parseTarget(sentence, singular);
}

/** A reading in words. */
export function describeReading(reading: Reading, describe: (target: Target) => string): string {
  switch (reading.of) {
    case 'value':
      return describe(reading.target);
    case 'count':
      return `the number of ${describe(reading.target)}`;
    case 'file':
      return reading.path;
    case 'title':
      return 'the title';
    case 'clipboard':
      return 'the clipboard';
    case 'screen':
      return 'the screen';
  }
}
