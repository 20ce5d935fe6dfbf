import { quotedText, type Sentence } from './sentence.js';

/** What a phrase such as `the second "OK" button next to "Name"` points at. */
export interface Target {
  /** Name or text on the screen; absent when only the kind is said. */
  readonly name?: string;
  readonly kind?: Kind;
  /** 1 is the first, -1 the last, in reading order. */
  readonly ordinal?: number;
  readonly relation?: { readonly kind: Relation; readonly anchor: Target };
}

export type Relation = 'next to' | 'under' | 'above' | 'in';

/** Kinds of elements as people name them, with the AT-SPI roles that they stand for. */
export const kinds = {
  button: ['push button', 'button', 'toggle button'],
  'check box': ['check box', 'check menu item', 'toggle button', 'switch'],
  'radio button': ['radio button', 'radio menu item'],
  field: [
    'text',
    'entry',
    'password text',
    'spin button',
    'combo box',
    'editbar',
    'document text',
    'terminal',
  ],
  'combo box': ['combo box'],
  menu: ['menu'],
  'menu item': ['menu item', 'check menu item', 'radio menu item', 'menu'],
  tab: ['page tab'],
  item: ['list item', 'tree item', 'table cell', 'icon', 'menu item'],
  link: ['link'],
  label: ['label', 'static', 'heading', 'paragraph'],
  'status bar': ['status bar', 'statusbar'],
  'tool bar': ['tool bar'],
  dialog: ['dialog', 'alert', 'file chooser', 'color chooser'],
  window: ['frame', 'window', 'dialog', 'alert'],
} as const satisfies Record<string, readonly string[]>;

export type Kind = keyof typeof kinds;

const kindWords: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:push ?|tool(?:bar)? ?)?button$/, 'button'],
  [/^check ?box$|^checkbox$|^toggle$|^switch$/, 'check box'],
  [/^radio ?button$|^radio$|^option$/, 'radio button'],
  [
    /^(?:text |input |entry |search |edit )?(?:field|box)$|^entry$|^input$|^text area$|^editor$|^document$/,
    'field',
  ],
  [/^combo ?box$|^drop-?down(?: list)?$|^selector$/, 'combo box'],
  [/^menu$/, 'menu'],
  [/^menu (?:item|entry)$/, 'menu item'],
  [/^(?:page )?tab$/, 'tab'],
  [/^(?:list |tree )?(?:item|entry|row)$|^cell$|^icon$/, 'item'],
  [/^link$/, 'link'],
  [/^status ?bar$/, 'status bar'],
  [/^tool ?bar$/, 'tool bar'],
  [/^label$|^text$|^heading$|^message$/, 'label'],
  [/^dialog(?:ue)?(?: box)?$/, 'dialog'],
  [/^window$/, 'window'],
];

const ordinals = [
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

const relations: readonly (readonly [RegExp, Relation])[] = [
  [/ (?:next to|beside|right of|to the right of) /, 'next to'],
  [/ (?:under|below|beneath) /, 'under'],
  [/ (?:above|over) /, 'above'],
  [/ (?:in|inside|of|on) (?=the |⟦)/, 'in'],
];

/** Reads a masked phrase; undefined when it names nothing. */
export function parseTarget(sentence: Sentence, phrase: string): Target | undefined {
  const words = phrase.trim();
  for (const [pattern, kind] of relations) {
    const split = pattern.exec(words.toLowerCase());
    if (split === null || split.index === 0) continue;
    const anchor = parseTarget(sentence, words.slice(split.index + split[0].length));
    const target = parseTarget(sentence, words.slice(0, split.index));
    if (anchor !== undefined && target !== undefined) return { ...target, relation: { kind, anchor } };
  }
  return parseSimple(sentence, words);
}

function parseSimple(sentence: Sentence, phrase: string): Target | undefined {
  let words = phrase.replace(/^(?:the|an?) /i, '');
  const ordinal = readOrdinal(words);
  if (ordinal !== undefined) words = words.slice(words.indexOf(' ') + 1);
  const counted = ordinal === undefined ? {} : { ordinal };
  const whole = quotedText(sentence, words);
  if (whole !== undefined) return whole === '' ? undefined : { name: whole, ...counted };
  for (const [pattern, kind] of kindWords) {
    const found = splitKind(words, pattern);
    if (found === undefined) continue;
    if (found === '') return { kind, ...counted };
    return { name: quotedText(sentence, found) ?? found, kind, ...counted };
  }
  return words === '' || words.includes('⟦') ? undefined : { name: words, ...counted };
}

/** The name in `NAME button` or `button [named|called|labelled] NAME`; undefined when the kind is not there. */
function splitKind(words: string, pattern: RegExp): string | undefined {
  const parts = words.split(' ');
  for (let size = Math.min(3, parts.length); size >= 1; size--) {
    if (pattern.test(parts.slice(-size).join(' ').toLowerCase())) return parts.slice(0, -size).join(' ');
    if (pattern.test(parts.slice(0, size).join(' ').toLowerCase())) {
      const rest = parts
        .slice(size)
        .join(' ')
        .replace(/^(?:named|called|labell?ed|titled|for) /i, '');
      if (/^⟦\d+⟧$/.test(rest)) return rest;
    }
  }
  return undefined;
}

function readOrdinal(words: string): number | undefined {
  const first = words.split(' ')[0]?.toLowerCase() ?? '';
  if (!words.includes(' ')) return undefined;
  if (first === 'last') return -1;
  const index = ordinals.indexOf(first);
  if (index >= 0) return index + 1;
  const digits = /^(\d{1,3})(?:st|nd|rd|th)$/.exec(first)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The target in words, for logs and errors. */
export function describeTarget(target: Target): string {
  const ordinal =
    target.ordinal === undefined
      ? ''
      : target.ordinal < 0
        ? 'last '
        : `${ordinals[target.ordinal - 1] ?? `${target.ordinal}th`} `;
  const name = target.name === undefined ? '' : `"${target.name}"`;
  const own = [name, target.kind ?? ''].filter((part) => part !== '').join(' ');
  return target.relation === undefined
    ? `${ordinal}${own}`
    : `${ordinal}${own} ${target.relation.kind} ${describeTarget(target.relation.anchor)}`;
}
