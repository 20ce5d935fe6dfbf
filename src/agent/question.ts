import { parseClaim, type Claim } from './language/claim.js';
import { splitKind } from './language/kind.js';
import { parseCounted, parseReading, type Reading } from './language/reading.js';
import { isTooLong, readSentence, type Sentence } from './language/sentence.js';
import type { Target } from './language/target.js';

/** A question about the screen that can be answered by looking. */
export type Question =
  | { readonly about: 'reading'; readonly reading: Exclude<Reading, { of: 'screen' }> }
  | { readonly about: 'claim'; readonly claim: Claim }
  /** The texts of all elements that the target means. */
  | { readonly about: 'list'; readonly target: Target }
  | { readonly about: 'windows'; readonly give: 'number' | 'list' };

/** Forms of a question, shown when one fits none of them. */
export const questionForms = [
  'the value of "Tab width"',
  'What does the status bar show?',
  'Is "Match case" checked?',
  'Is the "Save" button enabled?',
  'Is "Saved" shown?',
  'How many list items are shown in "Files"?',
  'the tabs in the "Preferences" dialog',
  'the title',
  'Which windows are open?',
] as const;

/** Reads a question; undefined when it fits no form. */
export function parseQuestion(text: string): Question | undefined {
  const sentence = readSentence(text.trim().replace(/\s*\?$/, ''));
  if (isTooLong(sentence)) return undefined;
  for (const read of [readWindows, readYesNo, readNumber, readList, readValue]) {
    const question = read(sentence, sentence.words);
    if (question !== undefined) return question;
  }
  return undefined;
}

type Reader = (sentence: Sentence, words: string) => Question | undefined;

const readWindows: Reader = (_, words) => {
  if (/^(?:how many windows are (?:open|shown|there)|the number of (?:open )?windows)$/i.test(words))
    return { about: 'windows', give: 'number' };
  const all =
    /^(?:(?:what|which) windows are (?:open|shown|there)|the (?:titles of (?:all |the )*)?(?:open )?windows)$/i;
  return all.test(words) ? { about: 'windows', give: 'list' } : undefined;
};

/** A claim turned into a question: the verb stands before what it is about, which ends anywhere. */
const readYesNo: Reader = (sentence, words) => {
  const [, verb = '', rest = ''] = /^(is|are|does|do|has|have) (.+)$/i.exec(words) ?? [];
  const said = rest.split(' ');
  for (let size = said.length - 1; size > 0; size--) {
    const subject = said.slice(0, size).join(' ');
    const predicate = said.slice(size).join(' ');
    const finite = /^do/i.test(verb)
      ? predicate.replace(/^(?!not )\w+/, (word) => `${word}s`)
      : `${verb.toLowerCase()} ${predicate}`;
    const claim = parseClaim(sentence, `${subject} ${finite}`);
    if (claim !== undefined) return { about: 'claim', claim };
  }
  return undefined;
};

const readNumber: Reader = (sentence, words) => {
  const [, asked, told] = /^(?:how many (.+)|(?:what is )?the number of (.+))$/i.exec(words) ?? [];
  if (asked === undefined && told === undefined) return undefined;
  const things =
    told ?? asked!.replace(/ (?:are|is)(?: (?:shown|visible|there|listed|on the screen))?(?= |$)/i, '');
  const target = parseCounted(sentence, unquoted(sentence, things));
  // "errors" are no kind of thing on the screen.
  if (target === undefined || (target.kind === undefined && !things.startsWith('⟦'))) return undefined;
  return { about: 'reading', reading: { of: 'count', target } };
};

const readList: Reader = (sentence, words) => {
  const said = /^(?:(?:what|which) are |list )?the (.+)$/i.exec(words)?.[1];
  const things = said === undefined ? '' : unquoted(sentence, said);
  const target = parseCounted(sentence, things);
  // "the tab" asks for something else than "the tabs".
  const isOne = splitKind(things.split(/ (?:in|inside|of|on) /i)[0]!) !== undefined;
  return target === undefined || target.kind === undefined || isOne ? undefined : { about: 'list', target };
};

const readValue: Reader = (sentence, words) => {
  const asked = words
    .replace(/^what (?:is|are) (?=the )/i, '')
    .replace(/^what does (.+) (?:contain|hold|show|say|display)$/i, 'the value of $1')
    .replace(/^what is (?:in|entered in|selected in|chosen in|shown in) (.+)$/i, 'the value of $1');
  const isQuestion = asked !== words || /^the /i.test(words);
  const reading = isQuestion ? parseReading(sentence, asked) : undefined;
  return reading === undefined || reading.of === 'screen' ? undefined : { about: 'reading', reading };
};

/** Things are counted by their kind also where that stands in quotes: `How many "list item" are there?`. */
function unquoted(sentence: Sentence, things: string): string {
  return things.replace(/^⟦(\d+)⟧/, (masked, index: string) => {
    const quoted = sentence.quoted[Number(index)] ?? '';
    return splitKind(quoted)?.name === '' ? quoted : masked;
  });
}
