import { splitKind, type Kind } from './kind.js';
import { quotedText, readOnce, type Sentence } from './sentence.js';

/** What a phrase such as `the second "OK" button next to "Name"` points at. */
export interface Target {
  /** Name or text on the screen; absent when only the kind is said. */
  readonly name?: string;
  readonly kind?: Kind;
  /** 1 is the first, -1 the last, in reading order. */
  readonly ordinal?: number;
  readonly relation?: { readonly kind: Relation; readonly anchor: Target };
}

export type Relation = 'next to' | 'left of' | 'right of' | 'under' | 'above' | 'in';

const relations: readonly (readonly [RegExp, Relation])[] = [
  [/^(?:next to|beside)$/, 'next to'],
  [/left of$/, 'left of'],
  [/right of$/, 'right of'],
  [/^(?:under|below|beneath)$/, 'under'],
  [/^(?:above|over)$/, 'above'],
  [/^(?:in|inside|of|on)$/, 'in'],
];

const relationWords =
  / (next to|beside|(?:(?:to|on) the )?(?:left|right) of|under|below|beneath|above|over|(?:in|inside|of|on)(?= the | ⟦)) /gi;

export const ordinals = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** Reads a masked phrase; undefined when it names nothing, or more than a name. */
export function parseTarget(sentence: Sentence, phrase: string): Target | undefined {
  return readTarget(sentence, phrase.trim());
}

const readTarget = readOnce((sentence: Sentence, words): Target | undefined => {
  for (const found of words.matchAll(relationWords)) {
    const said = found[1]!.toLowerCase();
    const kind = relations.find(([pattern]) => pattern.test(said))![1];
    const target = parseSimple(sentence, words.slice(0, found.index));
    const anchor = target && parseTarget(sentence, words.slice(found.index + found[0].length));
    if (target !== undefined && anchor !== undefined) return { ...target, relation: { kind, anchor } };
  }
  const target = parseSimple(sentence, words);
  // Any text of the screen could be "the text".
  const isAnything = target?.kind === 'label' && target.name === undefined && target.ordinal === undefined;
  return isAnything ? undefined : target;
});

function parseSimple(sentence: Sentence, phrase: string): Target | undefined {
  const [, article = '', rest = ''] = /^(?:(the|an?) )?(.*)$/i.exec(phrase) ?? [];
  const { ordinal, words } = takeOrdinal(rest);
  const counted = ordinal === undefined ? {} : { ordinal };
  const split = splitKind(words);
  const name = readName(sentence, split?.name ?? words);
  // "a file" is any file, and not the menu that is called File.
  if (/^an?$/i.test(article) && !words.includes('⟦')) return undefined;
  if (split?.name === '') return { kind: split.kind, ...counted };
  if (name === undefined) return undefined;
  if (split !== undefined) return { name, kind: split.kind, ...counted };
  // "the file" is something that the writer has in mind; "the File" and "the file menu" are names.
  if (article !== '' && !words.includes('⟦') && /^\p{Ll}/u.test(words)) return undefined;
  return { name, ...counted };
}

/** The name that a phrase without article and kind is; one without quotes has to look like a name. */
function readName(sentence: Sentence, words: string): string | undefined {
  const quoted = quotedText(sentence, words);
  if (quoted !== undefined) return quoted.trim() === '' ? undefined : quoted;
  return isPlainName(words) ? words : undefined;
}

/** Words that say that the sentence goes on, or that no name is meant. */
const noName = new Set(
  (
    'the a an it then but if when while until unless after before without using twice once again times so that ' +
    'which is are be'
  ).split(' '),
);

/** Words that hold a name together when a capital follows: "Find and Replace", "Go to Line". */
const joints = new Set(['and', 'or', 'to', 'by', 'from', 'into', 'with']);

const vague =
  /^(?:this|that|these|those|there|here|every(?:thing|where)?|some(?:thing|where)?|any(?:thing|where)?|nothing|all|each|both|others?|another|them|one|right|wrong|on|at)$/;

/** Whether words without quotes are safely one name; a wrong guess is worse than none. */
export function isPlainName(words: string): boolean {
  if (words === '' || /^['‘’]|["“”„«»`⟦⟧\uFFFD]|[,;:.…] ./.test(words)) return false;
  const parts = words.split(' ');
  if (parts.length > 6 || vague.test(parts[0]!) || (parts.length === 1 && ordinals.includes(words)))
    return false;
  return parts.every(
    (part, index) => !noName.has(part) && (!joints.has(part) || /^\p{Lu}/u.test(parts[index + 1] ?? '')),
  );
}

function takeOrdinal(phrase: string): { readonly ordinal?: number; readonly words: string } {
  const [, first = '', words] = /^(\S+) (.+)$/.exec(phrase) ?? [];
  if (words === undefined) return { words: phrase };
  const said = first.toLowerCase();
  const digits = /^([1-9]\d{0,2})(?:st|nd|rd|th)$/.exec(said)?.[1];
  const ordinal = said === 'last' ? -1 : digits === undefined ? ordinals.indexOf(said) + 1 : Number(digits);
  return ordinal === 0 ? { words: phrase } : { ordinal, words };
}

/** The target in words, for logs and errors. */
export function describeTarget({ name, kind, ordinal, relation }: Target): string {
  return [
    ordinal === undefined ? '' : ordinal < 0 ? 'last' : (ordinals[ordinal - 1] ?? `${ordinal}th`),
    name === undefined ? '' : `"${name}"`,
    kind ?? '',
    relation === undefined ? '' : `${relation.kind} ${describeTarget(relation.anchor)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
