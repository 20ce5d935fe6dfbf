import { quotedText, readSentence, type Sentence } from './sentence.js';
import type { Matcher } from '../spec/index.js';

/** A sentence about the screen that is true or false. */
export interface Claim {
  /** What is looked at: any text on the screen, the title of the active window, or all windows. */
  readonly about: 'screen' | 'title' | 'windows';
  readonly not: boolean;
  readonly match: ClaimMatcher;
  /** How long it may take to become true, in milliseconds. */
  readonly within?: number;
}

/** `shows` is what a person means: not `12 items` where `2 items` is said, nor `unsaved` for `saved`. */
export type ClaimMatcher = Matcher | { readonly op: 'starts' | 'ends' | 'shows'; readonly text: string };

/** Forms of an expectation, shown when a sentence fits none of them. */
export const claimForms = [
  '"Saved" is shown',
  '"Error" is not shown',
  'the title contains "notes.txt"',
  'the title no longer starts with "*"',
  'the window "Preferences" is open',
] as const;

/** Reads an expectation written as a sentence; undefined when it fits no form. */
export function parseExpectation(text: string): Claim | undefined {
  const sentence = readSentence(text);
  return parseClaim(sentence, sentence.words);
}

/** Reads a masked clause as a claim. */
export function parseClaim(sentence: Sentence, clause: string): Claim | undefined {
  const [, words = '', limit, unit] =
    /^(.*?)(?:,? (?:within|in at most|after at most) (\d+(?:\.\d+)?) ?(ms|milliseconds?|s|sec|seconds?|min|minutes?))?$/i.exec(
      clause.trim(),
    ) ?? [];
  const claim = readTitle(sentence, words) ?? readWindow(sentence, words) ?? readShown(sentence, words);
  if (claim === undefined || limit === undefined) return claim;
  return { ...claim, within: Number(limit) * milliseconds(unit!.toLowerCase()) };
}

function milliseconds(unit: string): number {
  if (unit.startsWith('min')) return 60_000;
  return unit.startsWith('m') ? 1 : 1_000;
}

const titleVerbs: readonly (readonly [RegExp, 'is' | 'contains' | 'starts' | 'ends'])[] = [
  [/^(?:starts?|begins?) with$/i, 'starts'],
  [/^ends? with$/i, 'ends'],
  [/^(?:contains?|includes?|shows?)$/i, 'contains'],
  [/^(?:is|equals?)$/i, 'is'],
];

function readTitle(sentence: Sentence, words: string): Claim | undefined {
  const [, subject, said = '', masked = ''] =
    /^((?:the )?(?:window(?:['’]s)? )?title(?: of the window)?) (.+) (⟦\d+⟧)$/i.exec(words) ?? [];
  const text = quotedText(sentence, masked);
  if (subject === undefined || text === undefined) return undefined;
  const negation =
    /^(?:no longer |does not |does no longer |doesn['’]t )|^(?:is (?:not|no longer)|isn['’]t)$/i;
  const not = negation.test(said);
  const verb = said.replace(negation, '').replace(/^now | now$/i, '') || 'is';
  const op = titleVerbs.find(([pattern]) => pattern.test(verb))?.[1];
  return op && { about: 'title', not, match: { op, text } };
}

const states = {
  shown:
    /^(?:shown|visible|displayed|there|on the screen|appears?|appeared|gone|hidden|disappears?|disappeared)$/i,
  open: /^(?:open|opened|opens|shown|visible|there|appears?|appeared|gone|closed|closes|disappears?|disappeared)$/i,
};

/** Whether a predicate such as `is no longer shown` says that something is absent; undefined for other words. */
function readAbsence(predicate: string, known: RegExp): boolean | undefined {
  const [, negation, state = ''] =
    /^(?:(?:is|are|was|has|does) )?(?:(not|no longer) |now )?(.+)$/i.exec(
      predicate.replace(/n['’]t /i, ' not '),
    ) ?? [];
  if (!known.test(state)) return undefined;
  return /gone|hidden|close|disappear/i.test(state) !== (negation !== undefined);
}

function readWindow(sentence: Sentence, words: string): Claim | undefined {
  const noun = '(?:window|dialog(?:ue)?)';
  const called = '(?:named |called |titled |with the title )?';
  const form = new RegExp(`^(?:the |an? )?(?:${noun} ${called}(⟦\\d+⟧)|(⟦\\d+⟧) ${noun}) (.+)$`, 'i').exec(
    words,
  );
  const text = quotedText(sentence, form?.[1] ?? form?.[2] ?? '');
  const not = readAbsence(form?.[3] ?? '', states.open);
  if (text === undefined || not === undefined) return undefined;
  return { about: 'windows', not, match: { op: text.includes('*') ? 'like' : 'is', text } };
}

function readShown(sentence: Sentence, words: string): Claim | undefined {
  const [, subject, predicate] =
    /^(?:the (?:text|message|words?|label) )?(⟦\d+⟧)(?: (.+))?$/i.exec(words) ?? [];
  const [, negation, object] =
    /^the screen (does not |doesn['’]t |no longer )?(?:shows?|contains?|displays?|says?) (⟦\d+⟧)$/i.exec(
      words,
    ) ?? [];
  const text = quotedText(sentence, subject ?? object ?? '');
  const not =
    object === undefined
      ? predicate === undefined
        ? false
        : readAbsence(predicate, states.shown)
      : negation !== undefined;
  if (text === undefined || text.trim() === '' || not === undefined) return undefined;
  return { about: 'screen', not, match: { op: 'shows', text } };
}
