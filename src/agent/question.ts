import { parseClaim, type Claim } from './claim.js';
import { splitKind, type Kind } from './kind.js';
import { quotedText, readSentence, type Sentence } from './sentence.js';
import type { State } from './state.js';
import { parseTarget, type Target } from './target.js';

/** A question about the screen that can be answered by looking. */
export type Question =
  | { readonly about: 'value'; readonly target: Target }
  | { readonly about: 'state'; readonly target: Target; readonly state: State; readonly not: boolean }
  | { readonly about: 'claim'; readonly claim: Claim }
  /** Of the things with a kind or a name their number or their texts, on the whole screen or inside of something. */
  | {
      readonly about: 'number' | 'list';
      readonly what: { readonly kind: Kind } | { readonly name: string };
      readonly inside?: Target;
    }
  | { readonly about: 'title' }
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
  const { words } = sentence;
  for (const read of [readTitle, readWindows, readState, readYesNo, readValue, readNumber, readList]) {
    const question = read(sentence, words);
    if (question !== undefined) return question;
  }
  return undefined;
}

type Reader = (sentence: Sentence, words: string) => Question | undefined;

const readTitle: Reader = (_, words) =>
  /^(?:what is )?the (?:window(?:['’]s)? )?title(?: of the (?:active )?window)?$/i.test(words)
    ? { about: 'title' }
    : undefined;

const readWindows: Reader = (_, words) => {
  if (/^(?:how many windows are (?:open|shown|there)|the number of (?:open )?windows)$/i.test(words))
    return { about: 'windows', give: 'number' };
  return /^(?:(?:what|which) windows are (?:open|shown|there)|the (?:titles of (?:all|the) )?(?:open )?windows)$/i.test(
    words,
  )
    ? { about: 'windows', give: 'list' }
    : undefined;
};

const states: readonly (readonly [RegExp, State, 'is' | 'is not'])[] = [
  [/^(?:checked|ticked|(?:switched |turned )?on)$/i, 'checked', 'is'],
  [/^(?:unchecked|unticked|(?:switched |turned )?off)$/i, 'checked', 'is not'],
  [/^(?:disabled|gr[ea]yed out)$/i, 'disabled', 'is'],
  [/^(?:enabled|active)$/i, 'disabled', 'is not'],
  [/^(?:expanded|unfolded)$/i, 'expanded', 'is'],
  [/^(?:collapsed|folded)$/i, 'expanded', 'is not'],
  [/^focused$/i, 'focused', 'is'],
  [/^pressed$/i, 'pressed', 'is'],
  [/^selected$/i, 'selected', 'is'],
];

const readState: Reader = (sentence, words) => {
  const [, phrase = '', negation, said = ''] =
    /^(?:is|are) (.+?) (not )?(\w+|gr[ea]yed out|(?:switched|turned) o(?:n|ff))$/i.exec(words) ?? [];
  const known = states.find(([pattern]) => pattern.test(said));
  const target = known && parseTarget(sentence, phrase);
  if (known === undefined || target === undefined) return undefined;
  const [, state, sense] = known;
  return { about: 'state', target, state, not: (sense === 'is not') !== (negation !== undefined) };
};

/** A claim turned into a question. */
const readYesNo: Reader = (sentence, words) => {
  const [, is, subject = '', predicate = ''] =
    /^(is|does) ((?:the )?(?:title|screen)|(?:the (?:text|message|window|dialog) )?⟦\d+⟧) (.+)$/i.exec(
      words,
    ) ?? [];
  if (is === undefined) return undefined;
  const said =
    is.toLowerCase() === 'is' ? `is ${predicate}` : predicate.replace(/^\w+/, (verb) => `${verb}s`);
  const claim = parseClaim(sentence, `${subject} ${said}`);
  return claim && { about: 'claim', claim };
};

const readValue: Reader = (sentence, words) => {
  const forms = [
    /^(?:what (?:is|are) )?the (?:value|text|contents?) (?:of|in) (.+)$/i,
    /^what does (.+) (?:contain|hold|show|say)$/i,
    /^what is (?:in|entered in|selected in|chosen in|shown in) (.+)$/i,
  ];
  const phrase = forms.map((form) => form.exec(words)?.[1]).find((found) => found !== undefined);
  const target = phrase === undefined ? undefined : parseTarget(sentence, phrase);
  return target && { about: 'value', target };
};

const readNumber: Reader = (sentence, words) => {
  const [, asked, told] =
    /^(?:how many (.+?)(?: (?:are|is)(?: (?:shown|visible|there|listed|on the screen))?)?|the number of (.+?))(?= (?:in|inside|of|on) |$)/i.exec(
      words,
    ) ?? [];
  const things = asked ?? told;
  if (things === undefined) return undefined;
  const rest = words.slice(words.indexOf(things) + things.length);
  return readThings(sentence, 'number', [
    things,
    rest.replace(/^ (?:are|is)(?: (?:shown|visible|there|listed|on the screen))?/i, ''),
  ]);
};

const readList: Reader = (sentence, words) => {
  const [, things, rest = ''] =
    /^(?:(?:what|which) are |list )?the (.+?)((?: (?:in|inside|of|on) .+)?)$/i.exec(words) ?? [];
  // "the tab" asks for something else than "the tabs".
  return things === undefined || singular(things) === things
    ? undefined
    : readThings(sentence, 'list', [things, rest]);
};

function readThings(
  sentence: Sentence,
  about: 'number' | 'list',
  [things, rest]: readonly [string, string],
): Question | undefined {
  const quoted = quotedText(sentence, things);
  const kind = splitKind(singular(quoted ?? things));
  if (kind?.name !== '' && quoted === undefined) return undefined;
  const what = kind?.name === '' ? { kind: kind.kind } : { name: quoted! };
  const [, phrase] = /^ (?:in|inside|of|on) (.+)$/i.exec(rest) ?? [];
  if (phrase === undefined) return rest === '' ? { about, what } : undefined;
  const inside = parseTarget(sentence, phrase);
  return inside && { about, what, inside };
}

function singular(words: string): string {
  return words.replace(/(?:(?<=x|ch|sh|s)es|ies|(?<!s|u)s)$/i, (end) =>
    end.toLowerCase() === 'ies' ? 'y' : '',
  );
}
