import { quotedText, readSentence, type Sentence } from './sentence.js';
import type { Matcher } from '../spec/index.js';

/** A sentence about the screen that is true or false. */
export interface Claim {
  /** What is looked at: any text on the screen, the title of the active window, or all windows. */
  readonly about: 'screen' | 'title' | 'windows';
  readonly not: boolean;
  readonly match: Matcher | StartsOrEnds;
  /** How long it may take to become true, in milliseconds. */
  readonly within?: number;
}

export interface StartsOrEnds {
  readonly op: 'starts' | 'ends';
  readonly text: string;
}

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
  return parseClaim(sentence, sentence.original);
}

/** Reads a masked clause as a claim. */
export function parseClaim(sentence: Sentence, clause: string): Claim | undefined {
  const [, body, limit, unit] =
    /^(.*?)(?:,? (?:within|in at most|after at most) (\d+(?:\.\d+)?) ?(ms|s|sec|seconds?|min|minutes?))?$/i.exec(
      clause.trim(),
    ) ?? [];
  if (body === undefined) return undefined;
  const words = body.toLowerCase();
  const claim = readTitle(sentence, words) ?? readWindow(sentence, words) ?? readShown(sentence, body);
  if (claim === undefined || limit === undefined) return claim;
  return { ...claim, within: Number(limit) * milliseconds(unit ?? 's') };
}

function milliseconds(unit: string): number {
  if (unit.toLowerCase() === 'ms') return 1;
  return /^min/i.test(unit) ? 60_000 : 1000;
}

function readTitle(sentence: Sentence, words: string): Claim | undefined {
  const form =
    /^(?:the )?(?:window(?:'s|’s)? )?title (?:of the window )?(no longer |does not |doesn't |does no longer |is not |is no longer |now )?(starts?|begins?|ends?|contains?|includes?|is|equals?|shows?)?(?: with)? ?(⟦\d+⟧)$/.exec(
      words,
    );
  const text = form?.[3] === undefined ? undefined : quotedText(sentence, form[3]);
  if (form === null || text === undefined) return undefined;
  const not = /no|n't/.test((form[1] ?? '').replace('now', ''));
  const verb = form[2] ?? 'is';
  const op = /^(?:start|begin)/.test(verb)
    ? 'starts'
    : verb.startsWith('end')
      ? 'ends'
      : /^(?:contain|include|show)/.test(verb)
        ? 'contains'
        : 'is';
  return { about: 'title', not, match: { op, text } };
}

function readWindow(sentence: Sentence, words: string): Claim | undefined {
  const form =
    /^(?:the |an? )?(?:window|dialog(?:ue)?) (?:named |called |titled |with the title )?(⟦\d+⟧) (is |has )?(not |no longer |now )?(open|opened|shown|visible|there|gone|closed|appears?|opens|disappears?|closes)$/.exec(
      words,
    ) ??
    /^(?:the |an? )?(⟦\d+⟧) (?:window|dialog(?:ue)?) (is |has )?(not |no longer |now )?(open|opened|shown|visible|there|gone|closed|appears?|opens|disappears?|closes)$/.exec(
      words,
    );
  const text = form?.[1] === undefined ? undefined : quotedText(sentence, form[1]);
  if (form === null || text === undefined) return undefined;
  const gone = /gone|closed|disappear|closes/.test(form[4] ?? '');
  const negated = /not|no longer/.test(form[3] ?? '');
  return {
    about: 'windows',
    not: gone !== negated,
    match: text.includes('*') ? { op: 'like', text } : { op: 'is', text },
  };
}

function readShown(sentence: Sentence, words: string): Claim | undefined {
  const form =
    /^(?:the (?:text|message|word|words|label) )?(⟦\d+⟧) (is|are|has|was)? ?(not |no longer |now )?(shown|visible|displayed|there|on the screen|gone|hidden|appears?|appeared|disappears?|disappeared)$/i.exec(
      words,
    ) ??
    /^(?:the screen|it|the window|the dialog) ()(does not |doesn't |no longer )?(?:shows?|contains?|displays?|says?) (⟦\d+⟧)$/i.exec(
      words,
    );
  if (form === null) return undefined;
  const masked = form[1] === '' ? form[3] : form[1];
  const text = masked === undefined ? undefined : quotedText(sentence, masked);
  if (text === undefined) return undefined;
  const negation = form[1] === '' ? form[2] : form[3];
  const gone = /gone|hidden|disappear/i.test(form[4] ?? '');
  const negated = /not|n't|no longer/i.test(negation ?? '');
  return { about: 'screen', not: gone !== negated, match: { op: 'contains', text } };
}
