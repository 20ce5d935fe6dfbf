import type { ClaimMatcher, State } from './claim.js';
import { quotedText, type Sentence } from './sentence.js';

/** What a predicate such as `is no longer checked` says. */
export type Predicate =
  /** There, or gone. */
  | { readonly says: 'presence'; readonly not: boolean; readonly word: 'shown' | 'open' | 'exists' | 'runs' }
  | { readonly says: 'state'; readonly not: boolean; readonly state: State }
  | { readonly says: 'text'; readonly not: boolean; readonly match: ClaimMatcher }
  /** The same as, or other than, what was remembered; without a name, at the start of the step. */
  | { readonly says: 'same'; readonly not: boolean; readonly as?: string };

interface Form<Meaning> {
  readonly words: RegExp;
  readonly means: Meaning;
}

const presences: readonly Form<{
  readonly word: Extract<Predicate, { says: 'presence' }>['word'];
  readonly gone?: true;
}>[] = [
  { words: /^(?:shown|visible|displayed|on (?:the )?screen|showing|seen)$/, means: { word: 'shown' } },
  { words: /^(?:there|present|appear(?:s|ed)?)$/, means: { word: 'shown' } },
  {
    words:
      /^(?:gone(?: away)?|goes away|hidden|absent|invisible|missing|disappear(?:s|ed)?|vanish(?:es|ed)?)$/,
    means: { word: 'shown', gone: true },
  },
  { words: /^(?:open|opened|opens)$/, means: { word: 'open' } },
  { words: /^(?:closed|closes)$/, means: { word: 'open', gone: true } },
  { words: /^(?:exists?|created|saved|written)$/, means: { word: 'exists' } },
  { words: /^(?:deleted|removed)$/, means: { word: 'exists', gone: true } },
  { words: /^(?:running|runs|started|alive)$/, means: { word: 'runs' } },
  {
    words: /^(?:end(?:s|ed)|exit(?:s|ed)|quits?|finish(?:es|ed)|terminate[sd]|stop(?:s|ped))$/,
    means: { word: 'runs', gone: true },
  },
];

const stateForms: readonly Form<{ readonly state: State; readonly opposite?: true }>[] = [
  { words: /^(?:enabled|available|clickable)$/, means: { state: 'enabled' } },
  {
    words: /^(?:disabled|gr[ea]yed out|gr[ea]y|unavailable|insensitive)$/,
    means: { state: 'enabled', opposite: true },
  },
  { words: /^(?:checked|ticked|on|switched on|turned on|pressed|marked)$/, means: { state: 'checked' } },
  {
    words: /^(?:unchecked|unticked|off|switched off|turned off|unmarked|released)$/,
    means: { state: 'checked', opposite: true },
  },
  { words: /^(?:selected|chosen|highlighted|current|active)$/, means: { state: 'selected' } },
  { words: /^(?:unselected|deselected)$/, means: { state: 'selected', opposite: true } },
  { words: /^(?:focus+ed|(?:in|has) (?:the )?(?:keyboard )?focus)$/, means: { state: 'focused' } },
  { words: /^(?:expanded|unfolded)$/, means: { state: 'expanded' } },
  { words: /^(?:collapsed|folded)$/, means: { state: 'expanded', opposite: true } },
  { words: /^(?:editable|writable)$/, means: { state: 'editable' } },
  { words: /^(?:read[- ]only|locked)$/, means: { state: 'editable', opposite: true } },
  { words: /^(?:empty|blank)$/, means: { state: 'empty' } },
];

const textForms: readonly Form<Exclude<ClaimMatcher['op'], 'like' | 'matches'>>[] = [
  { words: /^(?:starts?|begins?) with$/, means: 'starts' },
  { words: /^ends? with$/, means: 'ends' },
  { words: /^(?:contains?|includes?|mentions?)$/, means: 'contains' },
  { words: /^(?:shows?|says?|displays?)$/, means: 'shows' },
  {
    words:
      /^(?:is|are|equals?|reads?|holds?|has|have|is (?:set|equal) to|stands at|is at|has been set to)(?: (?:the )?(?:value|text|entry|selection))?(?: of)?$/,
    means: 'is',
  },
];

/** Takes a negation and small words out of a predicate in lower case. */
function takeNegation(predicate: string): { readonly not: boolean; readonly rest: string } {
  const words = predicate
    .replaceAll(/n['’]t\b/g, ' not')
    .replaceAll(/\b(?:now|still|again|already|currently|also) ?/g, '');
  const [, before = '', negation, after = ''] =
    /^((?:is|are|was|were|has|have|had|does|do|did|can|must|should) )?(not|no longer)(?: (?:be|been))? (.+)$/.exec(
      words.trim(),
    ) ?? [];
  if (negation === undefined) return { not: false, rest: words.trim() };
  return { not: true, rest: `${/^(?:is|are|was|were) $/.test(before) ? before : ''}${after}` };
}

/** The words about a text in the form for the third person: `contain` of "does not contain" fits as well. */
function textOf(sentence: Sentence, rest: string): ClaimMatcher | undefined {
  const [, verb = '', masked = ''] = /^(.+?):? (⟦\d+⟧|-?\d+(?:[.,]\d+)?(?: ?%)?)$/.exec(rest) ?? [];
  const text =
    quotedText(sentence, masked) ?? (/^-?\d/.test(masked) ? masked.replace(/ ?%$/, '') : undefined);
  const op = textForms.find(({ words }) => words.test(verb))?.means;
  return text === undefined || op === undefined ? undefined : { op, text };
}

/** Reads the predicate of a sentence; undefined for words that are none. */
export function parsePredicate(sentence: Sentence, said: string): Predicate | undefined {
  const { not, rest } = takeNegation(said.trim().toLowerCase());
  const match = textOf(sentence, rest);
  if (match !== undefined) return { says: 'text', not, match };
  const same = readSame(sentence, rest);
  if (same !== undefined) return { ...same, not: same.not !== not };
  const word = rest.replace(
    /^(?:(?:is|are|was|were|has|have|had|gets?|becomes?|does|do)(?: been)? )+(?!(?:the )?(?:keyboard )?focus$)/,
    '',
  );
  const presence = presences.find(({ words }) => words.test(word))?.means;
  if (presence !== undefined)
    return { says: 'presence', not: not !== (presence.gone === true), word: presence.word };
  const state = stateForms.find(({ words }) => words.test(word) || words.test(rest))?.means;
  return state && { says: 'state', not: not !== (state.opposite === true), state: state.state };
}

/** `has the value before`, `is the same as total`, `has another value than total`, `is unchanged`, `has changed`. */
function readSame(sentence: Sentence, rest: string): Extract<Predicate, { says: 'same' }> | undefined {
  for (const { words, means } of sameForms) {
    const found = words.exec(rest);
    if (found === null) continue;
    const said = found[1]?.trim() ?? '';
    const as = quotedText(sentence, said) ?? said;
    return { says: 'same', not: means === 'other', ...(as === '' ? {} : { as }) };
  }
  return undefined;
}

const name = String.raw`(⟦\d+⟧|[\p{L}\d_-]+)`;
const form = (words: string): RegExp => new RegExp(`^${words}$`, 'u');

const sameForms: readonly Form<'same' | 'other'>[] = [
  {
    words: form(
      `(?:has|have) the (?:same )?(?:value|text|content|count)(?: as)?(?: the)?(?: remembered)? ${name}`,
    ),
    means: 'same',
  },
  {
    words: form(
      `(?:is|are|equals?|has) (?:the )?(?:same|equal|unchanged)(?: value| text)?(?: (?:as|to|since))(?: the)?(?: remembered)? ${name}`,
    ),
    means: 'same',
  },
  { words: form(`(?:is|are|equals?) the remembered(?: value)? ${name}`), means: 'same' },
  {
    words: form(
      `(?:has|have) (?:another|a (?:different|new)) (?:value|text|content|count)(?: (?:than|from)(?: the)?(?: remembered)? ${name})?`,
    ),
    means: 'other',
  },
  {
    words: form(`(?:differs?|is different|is other)(?: (?:than|from)(?: the)?(?: remembered)? ${name})`),
    means: 'other',
  },
  { words: form(`(?:has changed|changed|changes)(?: since ${name})?`), means: 'other' },
  { words: form('(?:is|are|stays|remains) (?:the same|unchanged)'), means: 'same' },
];
