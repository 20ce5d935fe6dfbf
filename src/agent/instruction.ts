import { quotedText, readSentence, type Sentence } from './sentence.js';
import { parseClaim, type Claim } from './claim.js';
import { parseTarget, type Target } from './target.js';
import type { Button } from '../desktop/types.js';

/** One thing to do, read from a step; a step may hold several. */
export type Instruction =
  | { readonly do: 'launch'; readonly command: string }
  | { readonly do: 'click'; readonly target: Target; readonly button: Button; readonly count: 1 | 2 }
  | { readonly do: 'hover'; readonly target: Target }
  | { readonly do: 'type'; readonly text: string; readonly target?: Target }
  | { readonly do: 'press'; readonly chords: readonly (readonly string[])[] }
  | { readonly do: 'menu'; readonly path: readonly string[] }
  | { readonly do: 'wait'; readonly claim: Claim }
  | { readonly do: 'pause'; readonly milliseconds: number }
  | { readonly do: 'close'; readonly title?: string };

type Reader = (sentence: Sentence, words: string) => Instruction | undefined;

/** Forms of a step, shown when a step fits none of them. */
export const forms = [
  'Start mousepad',
  'Click "Save"',
  'Double-click "notes.txt"',
  'Right-click the "Downloads" item',
  'Type "hello" into "Name"',
  'Press Ctrl+S',
  'Open File > Save As…',
  'Wait until "Done" is shown',
  'Close the dialog',
] as const;

/** Reads a step; undefined when some part of it fits no form. */
export function parseStep(text: string): readonly Instruction[] | undefined {
  const sentence = readSentence(text);
  return readAll(sentence, sentence.original);
}

/** Reads the whole as one instruction, or else as several joined by `and`, `then` or a comma. */
function readAll(sentence: Sentence, words: string): readonly Instruction[] | undefined {
  const trimmed = words.trim().replace(/^(?:then|and|now|please) /i, '');
  for (const read of readers) {
    const instruction = read(sentence, trimmed);
    if (instruction !== undefined) return [instruction];
  }
  for (const joint of trimmed.matchAll(/,? (?:and then|and|then) |, |; /gi)) {
    const first = readAll(sentence, trimmed.slice(0, joint.index));
    const rest = first && readAll(sentence, trimmed.slice(joint.index + joint[0].length));
    if (rest !== undefined) return [...first!, ...rest];
  }
  return undefined;
}

/** A reader for sentences that begin with one of `verbs`; it gets what follows the verb. */
function verb(verbs: string, read: Reader): Reader {
  const pattern = new RegExp(`^(?:${verbs})(?: |$)`, 'i');
  return (sentence, words) => {
    const found = pattern.exec(words);
    return found === null ? undefined : read(sentence, words.slice(found[0].length).trim());
  };
}

const click =
  (button: Button, count: 1 | 2): Reader =>
  (sentence, words) => {
    if (joined.test(words)) return undefined;
    const target = parseTarget(sentence, words.replace(/^(?:on|at) /i, ''));
    return target && { do: 'click', target, button, count };
  };

/** Another instruction follows; a name that is not quoted cannot hold one. */
const joined =
  /(?:,| and| then) (?:then )?(?:click|press|type|enter|choose|select|open|close|wait|start|launch|hit|double|right)/i;

const readers: readonly Reader[] = [
  verb('press|hit|use', (_, words) => {
    const chords = readChords(words);
    return chords && { do: 'press', chords };
  }),
  verb('wait', readWait),
  verb('type|enter|write|input', (sentence, words) => {
    const [, what, into] = /^(⟦\d+⟧)(?: (?:in|into|to) (.+))?$/i.exec(words) ?? [];
    const content = what === undefined ? undefined : quotedText(sentence, what);
    if (content === undefined) return undefined;
    if (into === undefined) return { do: 'type', text: content };
    const target = joined.test(into) ? undefined : parseTarget(sentence, into);
    return target && { do: 'type', text: content, target };
  }),
  verb('fill(?: in)?', (sentence, words) => {
    const [, into, what] = /^(.+?) with (⟦\d+⟧)$/i.exec(words) ?? [];
    const content = what === undefined ? undefined : quotedText(sentence, what);
    const target = into === undefined ? undefined : parseTarget(sentence, into);
    return content === undefined || target === undefined ? undefined : { do: 'type', text: content, target };
  }),
  verb('open|choose|select|click|go to|pick', readMenu),
  verb('double[- ]click(?: on)?', click('left', 2)),
  verb('right[- ]click(?: on)?|open the context menu (?:of|on|for)', click('right', 1)),
  verb('middle[- ]click(?: on)?', click('middle', 1)),
  verb('click|push|tap|choose|select|pick|check|tick|activate', click('left', 1)),
  verb('press|hit', (sentence, words) =>
    /⟦|button$/i.test(words) ? click('left', 1)(sentence, words) : undefined,
  ),
  verb(
    'hover over|hover|point at|put the pointer (?:over|on)|move the (?:mouse|pointer) (?:to|over)',
    (sentence, words) => {
      const target = joined.test(words) ? undefined : parseTarget(sentence, words);
      return target && { do: 'hover', target };
    },
  ),
  verb('close|dismiss|quit', (sentence, words) => {
    if (/^(?:the |this )?(?:active |current )?(?:dialog(?:ue)?(?: box)?|window|it)$/i.test(words))
      return { do: 'close' };
    const named = words
      .replace(/^the /i, '')
      .replace(/ (?:dialog(?:ue)?|window)$/i, '')
      .replace(/^(?:dialog(?:ue)?|window) /i, '');
    if (named === '' || /\b(?:and|then)\b|,/i.test(named)) return undefined;
    return { do: 'close', title: quotedText(sentence, named) ?? named };
  }),
  verb('launch|start|run|open', (sentence, words) => {
    if (joined.test(words)) return undefined;
    const command = quotedText(sentence, words) ?? (words.includes('⟦') ? '' : words);
    const program = command.replace(/^the (?:application|program|app) /i, '');
    return /^[\w./~-]+(?: |$)/.test(program) ? { do: 'launch', command: program } : undefined;
  }),
];

/** `File > Save As…`, also with `→`, `›` or `|`; each part may be quoted. */
function readMenu(sentence: Sentence, words: string): Instruction | undefined {
  if (!/ (?:>|→|›|->|»|\|) /.test(words) || joined.test(words)) return undefined;
  const parts = words.replace(/^the menu /i, '').split(/ (?:>|→|›|->|»|\|) /);
  const path = parts.map((part) => (quotedText(sentence, part) ?? part).trim());
  return path.some((part) => part === '' || part.includes('⟦')) ? undefined : { do: 'menu', path };
}

/** `Ctrl+Shift+S`, `Alt+F4`, `Enter`, `Tab twice`, `Ctrl+A, then Delete`, `Down 3 times`. */
function readChords(words: string): readonly (readonly string[])[] | undefined {
  if (words.includes('⟦')) return undefined;
  const chords: (readonly string[])[] = [];
  for (const part of words.split(/,? (?:and then|and|then) |, /i)) {
    const [, keys, count] =
      /^(?:the )?(\S+?|\S*\+\+)(?: keys?)?(?: (once|twice|three times|\d{1,3} times))?$/i.exec(part.trim()) ??
      [];
    if (keys === undefined) return undefined;
    const chord = keys.split(/(?<=[^+])\+/).map((key) => key.trim());
    if (chord.some((key) => key === '' || !isKey(key))) return undefined;
    for (let i = 0; i < times(count); i++) chords.push(chord);
  }
  return chords;
}

const namedKey =
  /^(?:ctrl|control|shift|alt|altgr|option|meta|super|win|windows|cmd|command|enter|return|tab|esc|escape|space|spacebar|backspace|del|delete|ins|insert|home|end|page_?up|page_?down|pgup|pgdn|(?:arrow_?)?(?:up|down|left|right)|f\d{1,2}|menu|print|pause|caps_?lock)$/i;

function isKey(key: string): boolean {
  return /^.$/u.test(key) || namedKey.test(key);
}

function times(count: string | undefined): number {
  const named = { once: 1, twice: 2, 'three times': 3 }[count?.toLowerCase() ?? 'once'];
  return named ?? Number.parseInt(count ?? '1', 10);
}

function readWait(sentence: Sentence, words: string): Instruction | undefined {
  const pause = /^(?:for )?(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|sec(?:onds?)?)$/i.exec(words);
  if (pause !== null) {
    return { do: 'pause', milliseconds: Number(pause[1]) * (/^m/i.test(pause[2] ?? '') ? 1 : 1000) };
  }
  const [, what] = /^(?:until|till|for) (.+)$/i.exec(words) ?? [];
  if (what === undefined) return undefined;
  const claim = parseClaim(sentence, what) ?? parseClaim(sentence, `${what} is shown`);
  return claim && { do: 'wait', claim };
}
