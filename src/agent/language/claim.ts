import { parseCounted, parsePath, parseReading, type Reading } from './reading.js';
import { isTooLong, quotedText, readOnce, readSentence, type Sentence } from './sentence.js';
import { parsePredicate, type Predicate } from './predicate.js';
import { parseTarget, type Relation, type Target } from './target.js';
import type { Matcher } from '../../spec/index.js';

/** A sentence about the screen that is true or false. */
export type Claim = ClaimSubject & {
  readonly not: boolean;
  /** How long it may take to become true, in milliseconds. */
  readonly within?: number;
};

export type ClaimSubject =
  /** Any text on the screen, the title of the active window, or the titles of all windows. */
  | { readonly about: 'screen' | 'title' | 'windows'; readonly match: ClaimMatcher }
  /** Whether an element is showing. */
  | { readonly about: 'element'; readonly target: Target }
  | { readonly about: 'state'; readonly target: Target; readonly state: State }
  | { readonly about: 'reading'; readonly reading: Reading; readonly match: ClaimMatcher }
  /** Whether it is as remembered; without a name, as it was when the claim was first judged. */
  | { readonly about: 'same'; readonly reading: Reading; readonly as?: string }
  | { readonly about: 'count'; readonly target: Target; readonly least: number; readonly most: number }
  /** The targets follow each other in this direction. */
  | { readonly about: 'order'; readonly targets: readonly Target[]; readonly direction: Direction }
  | { readonly about: 'file'; readonly path: string }
  /** Whether a program runs; without a name, the application that was started last. */
  | { readonly about: 'process'; readonly program?: string }
  /** Whether a dialog asks something, about a topic such as `overwrite`. */
  | { readonly about: 'asked'; readonly topic?: string }
  /** The screen does not change for half a second. */
  | { readonly about: 'still' }
  /** The exit code of the application that was started last. */
  | { readonly about: 'exit'; readonly code: number }
  | { readonly about: 'folder'; readonly path: string }
  | { readonly about: 'all' | 'any'; readonly claims: readonly Claim[] };

export type State = 'enabled' | 'checked' | 'selected' | 'focused' | 'expanded' | 'editable' | 'empty';
/** `before` is in reading order. */
export type Direction = Exclude<Relation, 'in' | 'next to'> | 'before' | 'next to';

/** `shows` is what a person means: not `12 items` where `2 items` is said, nor `unsaved` for `saved`. */
export type ClaimMatcher = Matcher | { readonly op: 'starts' | 'ends' | 'shows'; readonly text: string };

/** Forms of an expectation, shown when a sentence fits none of them. */
export const claimForms = [
  '"Saved" is shown',
  '"Error" is not shown',
  'the title contains "notes.txt"',
  'the title no longer starts with "*"',
  'the window "Preferences" is open',
  'the "Save" button is disabled',
  '"Match case" is checked',
  '"Name" contains "Ada"',
  '"Size" still has the value before',
  '"Files" has 3 rows',
  '"Apples" is above "Pears"',
  'the file ~/notes.txt contains "done"',
  'the application has ended',
] as const;

/** Reads an expectation written as a sentence; undefined when it fits no form. */
export function parseExpectation(text: string): Claim | undefined {
  const sentence = readSentence(text);
  return isTooLong(sentence) ? undefined : parseClaim(sentence, sentence.words);
}

/** Reads a masked clause as a claim, or as several joined by `and`. */
export function parseClaim(sentence: Sentence, clause: string): Claim | undefined {
  return readClaim(sentence, clause.trim());
}

const readClaim = readOnce((sentence, clause): Claim | undefined => {
  const [, words = '', limit, unit] =
    /^(.*?)(?:,? (?:within|in at most|at most|after at most|for at most|up to|for up to) (\d+(?:\.\d+)?) ?(ms|milliseconds?|s|sec|seconds?|min|minutes?))?$/i.exec(
      clause,
    ) ?? [];
  const claim = parseWhole(sentence, words) ?? parseJoined(sentence, words);
  if (claim === undefined || isBaseless(claim)) return undefined;
  if (limit === undefined) return claim;
  return { ...claim, within: Number(limit) * milliseconds(unit!.toLowerCase()) };
});

/** Reads a masked clause about what is yet to change, or to become still. */
export function parseChange(sentence: Sentence, clause: string): Claim | undefined {
  if (
    /^(?:the screen|everything|nothing) (?:is still|stops changing|no longer changes|settles|has settled|is stable|changes any ?more)$/i.test(
      clause,
    )
  )
    return { about: 'still', not: false };
  return parseWhole(sentence, clause);
}

/** A change since nobody says when. */
function isBaseless(claim: Claim): boolean {
  return claim.about === 'same' && claim.as === undefined;
}

function milliseconds(unit: string): number {
  if (unit.startsWith('min')) return 60_000;
  return unit.startsWith('m') ? 1 : 1_000;
}

function parseJoined(sentence: Sentence, words: string): Claim | undefined {
  for (const joint of words.matchAll(/,? (?:and|but) (?:that )?|[;,] /gi)) {
    const said = words.slice(0, joint.index);
    const first = parseWhole(sentence, said);
    const more = words.slice(joint.index + joint[0].length);
    // "is not "A" but "B"" takes back the negation.
    const rest =
      first &&
      (isList(more)
        ? /but/i.test(joint[0])
          ? undefined
          : parseMore(sentence, said, more)
        : parseClaim(sentence, more));
    if (first === undefined || rest === undefined) continue;
    return { about: 'all', not: false, claims: [first, ...(rest.about === 'all' ? rest.claims : [rest])] };
  }
  return undefined;
}

function isList(words: string): boolean {
  return /^⟦\d+⟧(?:(?:,|,? and) ⟦\d+⟧)*$/i.test(words);
}

/** `"B"` of `"Name" contains "A" and "B"`: what is but a text goes on with what was said of the one before. */
function parseMore(sentence: Sentence, said: string, more: string): Claim | undefined {
  const [, head] = /^(.*)⟦\d+⟧$/.exec(said) ?? [];
  if (head === undefined) return undefined;
  return all([...more.matchAll(/⟦\d+⟧/g)].map(([text]) => parseWhole(sentence, `${head}${text}`)));
}

/** `"A" and "B" are checked`, `the "A", "B" and "C" buttons are disabled`. */
function readTogether(sentence: Sentence, words: string): Claim | undefined {
  const [, names, kind = '', predicate = ''] =
    new RegExp(
      `^(?:the )?(⟦\\d+⟧(?:(?:,|,? and) ⟦\\d+⟧)+)( (?:button|field|tab|item|row|link|label|option|menu|cell|checkbox|check box)(?=e?s )|)(?:e?s)? ((?:are|have|do|were) .+)$`,
      'i',
    ).exec(words) ?? [];
  if (names === undefined) return undefined;
  const article = kind === '' ? '' : 'the ';
  return all(
    [...names.matchAll(/⟦\d+⟧/g)].map(([name]) =>
      parseWhole(sentence, `${article}${name}${kind} ${predicate}`),
    ),
  );
}

function all(claims: readonly (Claim | undefined)[]): Claim | undefined {
  return claims.includes(undefined) ? undefined : { about: 'all', not: false, claims: claims as Claim[] };
}

const parseWhole = readOnce((sentence, said): Claim | undefined => {
  const words = said
    .replace(/^(?:that|then|now) /i, '')
    .replace(/^(?:i|you|we|one) (?:can |should )?see (?:the text )?(?=⟦)/i, 'the screen shows ')
    .replace(/^(?:the )?(?:application|app|program|display) (?=(?:shows?|displays?|says?) ⟦)/i, 'the screen ')
    .replace(/^(?:the )?(?:web ?)?page (?=(?:now )?(?:shows?|displays?|says?|contains?) ⟦)/i, 'the screen ')
    .replace(
      /^(?:an?|the) (message|text|question|warning|error)(?: message)? (?:saying|that says|reading) (?=⟦)/i,
      'the $1 ',
    )
    .replace(/^(?:the )?(?:active )?window is (titled|called|named) (?=⟦)/i, 'the title is ')
    .replace(/ can(not| not| no longer|['’]t)? be (?:clicked|pressed|used)$/i, (_, no?: string) =>
      no === undefined ? ' is enabled' : ' is not enabled',
    )
    .replace(/^both (?=⟦)/i, '')
    .replace(/^(?:the )?(?:keyboard )?(?:focus|cursor) is (?:on|in) (.+)$/i, '$1 has the focus')
    .replace(/ in (?:the |your )?home(?: folder| directory)?$/i, '')
    .replace(/(?<=⟦\d+⟧) (exists) in .+$/i, ' $1');
  for (const read of readers) {
    const claim = read(sentence, words);
    if (claim !== undefined) return claim;
  }
  return undefined;
});

type Reader = (sentence: Sentence, words: string) => Claim | undefined;

const readers: readonly Reader[] = [
  readAlternative,
  readExistence,
  readCount,
  readOrder,
  readTogether,
  readExit,
  readPlaced,
  readSubject,
  (sentence, words) => {
    const text = quotedText(sentence, words);
    return text === undefined ? undefined : shows(text, false);
  },
];

/** `"A" or "B" is shown`, `either …`, `neither "A" nor "B" is shown`. */
function readAlternative(sentence: Sentence, words: string): Claim | undefined {
  const [, neither, one, other, predicate] =
    /^(?:(neither)|either)? ?(⟦\d+⟧) n?or (⟦\d+⟧) (.+)$/i.exec(words) ?? [];
  if (predicate === undefined) return undefined;
  const claims = [one!, other!].map((name) => parseWhole(sentence, `${name} ${predicate}`));
  const [first, second] = claims;
  if (first === undefined || second === undefined) return undefined;
  if (neither === undefined) return { about: 'any', not: false, claims: [first, second] };
  return {
    about: 'all',
    not: false,
    claims: [first, second].map((claim) => ({ ...claim, not: !claim.not })),
  };
}

/** `the exit code is 0`, `the program exits with code 1`. */
function readExit(_: Sentence, words: string): Claim | undefined {
  const code =
    /^(?:the )?exit (?:code|status) is (\d{1,3})$/i.exec(words)?.[1] ??
    /^(?:the )?(?:application|app|program) (?:has )?(?:exit(?:s|ed)|end(?:s|ed)|finish(?:es|ed)) with (?:(?:the )?(?:exit )?code )?(\d{1,3})$/i.exec(
      words,
    )?.[1];
  return code === undefined ? undefined : { about: 'exit', not: false, code: Number(code) };
}

/** `"plum" is in the list`, `"Saved" is shown in the status bar`, `"plum" is selected in the tree`. */
function readPlaced(sentence: Sentence, words: string): Claim | undefined {
  const [, subject, negation, where] =
    /^(.+?) (?:is|are) (not )?(?:listed |shown )?((?:in|inside|on) .+)$/i.exec(words) ?? [];
  const placed = where === undefined ? undefined : parseTarget(sentence, `${subject} ${where}`);
  if (placed?.relation !== undefined && placed.name !== undefined)
    return { about: 'element', not: negation !== undefined, target: placed };
  const [, said, place] = /^(.+?) ((?:in|inside|on) (?:the .+|⟦\d+⟧))$/i.exec(words) ?? [];
  if (place === undefined || / (?:focus|screen)$/i.test(place)) return undefined;
  const claim = parseWhole(sentence, said!);
  const target =
    claim?.about === 'screen' && claim.match.op === 'shows' ? { name: claim.match.text } : targetIn(claim);
  const anchor = parseTarget(sentence, place.replace(/^(?:in|inside|on) /i, ''));
  if (claim === undefined || target === undefined || target.relation !== undefined || anchor === undefined)
    return undefined;
  const scoped: Target = { ...target, relation: { kind: 'in', anchor } };
  if (claim.about === 'screen') return { about: 'element', not: claim.not, target: scoped };
  return { ...claim, target: scoped } as Claim;
}

function targetIn(claim: Claim | undefined): Target | undefined {
  return claim?.about === 'element' || claim?.about === 'state' ? claim.target : undefined;
}

function shows(text: string, not: boolean): Claim | undefined {
  return text.trim() === '' ? undefined : { about: 'screen', not, match: { op: 'shows', text } };
}

/** `no dialog is open`, `there is a "Save" button`, `the screen shows ⟦n⟧`. */
function readExistence(sentence: Sentence, words: string): Claim | undefined {
  const [, negation, object] =
    /^(?:the )?screen (does not |doesn['’]t |no longer )?(?:shows?|contains?|displays?|says?) (⟦\d+⟧)$/i.exec(
      words,
    ) ?? [];
  if (object !== undefined) return shows(quotedText(sentence, object) ?? '', negation !== undefined);
  const [, no, what = ''] =
    /^there (?:is|are|exists?) (not |no longer |no |not any )?(?:an? |any |one )?(.+?)(?: (?:open|shown|visible|there))?$/i.exec(
      words,
    ) ??
    /^(no) (.+?) (?:is|are) (?:open|shown|visible|displayed|there)$/i.exec(words) ??
    [];
  if (what === '' || /^(?:\d|exactly|at (?:least|most)|more|fewer)/i.test(what)) return undefined;
  const text = quotedText(sentence, what.replace(/^(?:text|message|words?|label) /i, ''));
  const not = no !== undefined;
  if (text !== undefined) return shows(text, not);
  const target = parseTarget(sentence, what.replace(/ at all$/i, ''));
  return target?.kind === undefined ? undefined : { about: 'element', not, target };
}

const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const amount = `(?:(exactly|at least|at most|more than|fewer than|less than|only) )?(\\d+|${numbers.join('|')}|zero)`;

/** `"Files" has 3 rows`, `there are at least 2 buttons in the dialog`, `3 items are shown in "Files"`, `"OK" is shown twice`. */
function readCount(sentence: Sentence, words: string): Claim | undefined {
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
function readOrder(sentence: Sentence, words: string): Claim | undefined {
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

/** Tries where the subject may end, so that a name without quotes may hold words of predicates. */
function readSubject(sentence: Sentence, words: string): Claim | undefined {
  for (const space of words.matchAll(/ /g)) {
    const predicate = parsePredicate(sentence, words.slice(space.index + 1));
    const claim = predicate && combine(sentence, words.slice(0, space.index), predicate);
    if (claim !== undefined) return claim;
  }
  return undefined;
}

function combine(sentence: Sentence, subject: string, predicate: Predicate): Claim | undefined {
  const { not } = predicate;
  switch (predicate.says) {
    case 'presence':
      return readPresence(sentence, subject, predicate);
    case 'state': {
      const path = predicate.state === 'empty' ? parsePath(sentence, subject) : undefined;
      const reading: Reading | undefined = path === undefined ? undefined : { of: 'file', path };
      if (reading !== undefined || /clipboard$/i.test(subject))
        return {
          about: 'reading',
          not,
          reading: reading ?? { of: 'clipboard' },
          match: { op: 'is', text: '' },
        };
      const target = parseTarget(sentence, subject);
      return target && { about: 'state', not, target, state: predicate.state };
    }
    case 'text': {
      const reading = parseReading(sentence, subject);
      if (reading?.of === 'title') {
        // A title shows what it contains, to the letter.
        const { match } = predicate;
        return { about: 'title', not, match: match.op === 'shows' ? { ...match, op: 'contains' } : match };
      }
      return reading && { about: 'reading', not, reading, match: predicate.match };
    }
    case 'same': {
      const reading = parseReading(sentence, subject);
      const { as } = predicate;
      return reading && { about: 'same', not, reading, ...(as === undefined ? {} : { as }) };
    }
  }
}

function readPresence(
  sentence: Sentence,
  subject: string,
  { not, word }: Extract<Predicate, { says: 'presence' }>,
): Claim | undefined {
  if (/^(?:the |your )?(?:application|app|program)$/i.test(subject))
    return word === 'shown' ? undefined : { about: 'process', not };
  const program =
    quotedText(sentence, subject) ?? subject.replace(/^the (?:program|process|application) /i, '');
  if (word === 'runs' && /^[\w.+-]+$/.test(program)) return { about: 'process', not, program };
  const folder = /^(?:the |an? )?(?:new )?(?:folder|directory) /i.test(subject);
  const plain = word === 'exists' && /^[\w-]+\.\w+$/.test(subject) ? `file ${subject}` : subject;
  const path = parsePath(
    sentence,
    plain
      .replace(/(?:folder|directory) /i, 'file ')
      .replace(/ in (?:the |your )?home(?: folder| directory)?$/i, ''),
  );
  if (folder && path !== undefined) return { about: 'folder', not, path };
  if (
    path !== undefined &&
    (word === 'exists' || word === 'shown') &&
    (word === 'exists' || !subject.startsWith('⟦'))
  )
    return { about: 'file', not, path };
  if (word === 'exists' || word === 'runs') return undefined;
  const window = windowTitle(sentence, subject);
  if (window !== undefined) {
    return { about: 'windows', not, match: { op: window.includes('*') ? 'like' : 'is', text: window } };
  }
  const text = quotedText(
    sentence,
    subject.replace(/^(?:the )?(?:text|message|words?|label|question|warning|error|heading) /i, ''),
  );
  if (text !== undefined) {
    if (word === 'open')
      return { about: 'windows', not, match: { op: text.includes('*') ? 'like' : 'is', text } };
    return shows(text, not);
  }
  const target = parseTarget(sentence, subject.replace(/^(?:an?|any) /i, 'the '));
  return target?.kind === undefined ? undefined : { about: 'element', not, target };
}

/** Of `the window ⟦n⟧`, `a dialog titled ⟦n⟧`, `the ⟦n⟧ dialog`. */
function windowTitle(sentence: Sentence, subject: string): string | undefined {
  const noun = '(?:window|dialog(?:ue)?(?: box)?)';
  const called = '(?:named |called |titled |with the title )?';
  const form = new RegExp(`^(?:the |an? )?(?:${noun} ${called}(⟦\\d+⟧)|(⟦\\d+⟧) ${noun})$`, 'i').exec(
    subject,
  );
  return quotedText(sentence, form?.[1] ?? form?.[2] ?? '');
}
