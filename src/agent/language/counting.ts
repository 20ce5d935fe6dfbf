import type { Claim, Direction } from './claim.js';
import { parseCounted } from './reading.js';
import { quotedText, type Sentence } from './sentence.js';
import { parseTarget } from './target.js';

const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const amount = `(?:(exactly|at least|at most|more than|fewer than|less than|only) )?(\\d+|${numbers.join('|')}|zero)`;

/** `"Files" has 3 rows`, `there are at least 2 buttons in the dialog`, `3 items are shown in "Files"`, `"OK" is shown twice`. */
export function readCount(sentence: Sentence, words: string): Claim | undefined {
  const [, inside, isNot, how, count, what] =
    new RegExp(`^(.+?) (?:has|shows|contains|lists) (not )?${amount} (.+)$`, 'i').exec(words) ?? [];
  if (what !== undefined) {
    const anchor = parseTarget(sentence, inside!);
    const target = parseCounted(sentence, what.replace(/ in it$/i, ''));
    if (anchor === undefined || target === undefined || target.relation !== undefined) return undefined;
    return {
      about: 'count',
      not: isNot !== undefined,
      target: { ...target, relation: { kind: 'in', anchor } },
      ...range(how, count!),
    };
  }
  const [, notThere, bound, number, counted] =
    new RegExp(`^there (?:are|is) (not )?${amount} (.+?)(?: (?:shown|visible|open))?$`, 'i').exec(words) ??
    new RegExp(
      `^()${amount} (.+?) (?:are|is) (?:shown|visible|displayed|listed|open|there)( in .+)?$`,
      'i',
    ).exec(words) ??
    [];
  if (counted !== undefined) {
    const place =
      / (?:are|is) (?:shown|visible|displayed|listed|open|there)( in .+)$/i.exec(words)?.[1] ?? '';
    const target = parseCounted(sentence, counted + place);
    return (
      target && {
        about: 'count',
        not: notThere !== undefined && notThere !== '',
        target,
        ...range(bound, number!),
      }
    );
  }
  const [, subject, negation, times, times2] =
    /^(.+?) (?:is|appears|occurs)( not)?(?: shown| visible| displayed)? (?:(once|twice)|(?:exactly )?(\d+) times)(?: on the screen)?$/i.exec(
      words,
    ) ?? [];
  const target = subject === undefined ? undefined : parseTarget(sentence, subject);
  const exactly = times === undefined ? Number(times2) : times.toLowerCase() === 'once' ? 1 : 2;
  return target && { about: 'count', not: negation !== undefined, target, least: exactly, most: exactly };
}

function range(how: string | undefined, count: string): { readonly least: number; readonly most: number } {
  const word = numbers.indexOf(count.toLowerCase());
  const number = /^\d/.test(count) ? Number(count) : Math.max(0, word);
  switch (how?.toLowerCase()) {
    case 'at least':
      return { least: number, most: Infinity };
    case 'more than':
      return { least: number + 1, most: Infinity };
    case 'at most':
      return { least: 0, most: number };
    case 'fewer than':
    case 'less than':
      return { least: 0, most: number - 1 };
    default:
      return { least: number, most: number };
  }
}

const directions: readonly (readonly [RegExp, Direction])[] = [
  [/^(?:above|over)$/i, 'above'],
  [/^(?:under|below|beneath)$/i, 'under'],
  [/^left of$/i, 'left of'],
  [/^right of$/i, 'right of'],
  [/^next to|beside$/i, 'next to'],
  [/^before$/i, 'before'],
];

/** `"A" is above "B"`, `"A" comes before "B"`, `the order is "A", "B", "C"`, `"A", "B" and "C" are in this order`. */
export function readOrder(sentence: Sentence, words: string): Claim | undefined {
  const list =
    /^(?:the )?order(?: of .+?)? is:? (⟦\d+⟧(?:(?:,|,? and|,? then) ⟦\d+⟧)+)$/i.exec(words)?.[1] ??
    /^(⟦\d+⟧(?:(?:,|,? and|,? then) ⟦\d+⟧)+) (?:are|appear|come|stand)(?: shown| listed)? in (?:this|that) order$/i.exec(
      words,
    )?.[1];
  if (list !== undefined) {
    const targets = [...list.matchAll(/⟦\d+⟧/g)].map(([masked]) => ({ name: quotedText(sentence, masked)! }));
    return { about: 'order', not: false, targets, direction: 'before' };
  }
  const [, one, negation, where, other] =
    /^(.+?) (?:is|are|comes?|stands?|appears?|lies)( not)?(?: shown| listed)? (above|over|under|below|beneath|(?:(?:to|on) the )?(?:left|right) of|next to|beside|before|after) (.+)$/i.exec(
      words,
    ) ?? [];
  if (where === undefined) return undefined;
  const targets = [parseTarget(sentence, one!), parseTarget(sentence, other!)];
  const [first, second] = targets;
  if (first === undefined || second === undefined) return undefined;
  const not = negation !== undefined;
  if (/^after$/i.test(where)) return { about: 'order', not, targets: [second, first], direction: 'before' };
  const direction = directions.find(([pattern]) => pattern.test(where.replace(/^(?:to|on) the /i, '')))?.[1];
  return direction && { about: 'order', not, targets: [first, second], direction };
}

/** `the exit code is 0`, `the program exits with code 1`. */
export function readExit(_: Sentence, words: string): Claim | undefined {
  const code =
    /^(?:the )?exit (?:code|status) is (\d{1,3})$/i.exec(words)?.[1] ??
    /^(?:the )?(?:application|app|program) (?:has )?(?:exit(?:s|ed)|end(?:s|ed)|finish(?:es|ed)) with (?:(?:the )?(?:exit )?code )?(\d{1,3})$/i.exec(
      words,
    )?.[1];
  return code === undefined ? undefined : { about: 'exit', not: false, code: Number(code) };
}
