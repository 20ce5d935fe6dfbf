import { readSentence, quotedText, type Sentence } from './sentence.js';
import { parseClaim, type Claim } from './claim.js';
import { readChords } from './keys.js';
import { isPlainName, parseTarget, type Target } from './target.js';
import type { Button } from '../desktop/types.js';

/** One thing to do, read from a step; a step may hold several. */
export type Instruction =
  | { readonly do: 'launch'; readonly command: string }
  | { readonly do: 'click'; readonly target: Target; readonly button: Button; readonly count: 1 | 2 }
  /** Clicks only where the box is not yet as wanted. */
  | { readonly do: 'check'; readonly target: Target; readonly checked: boolean }
  | { readonly do: 'hover'; readonly target: Target }
  /** Replaces the content of the target, or adds to its end; an empty text clears it. */
  | { readonly do: 'type'; readonly text: string; readonly target?: Target; readonly append?: true }
  /** Chooses an entry of a combo box. */
  | { readonly do: 'select'; readonly option: string; readonly target: Target }
  /** Wheel notches over the target, or where the pointer is. */
  | {
      readonly do: 'scroll';
      readonly direction: Direction;
      readonly notches: number;
      readonly target?: Target;
    }
  | { readonly do: 'drag'; readonly from: Target; readonly to: Target }
  | { readonly do: 'run'; readonly command: string }
  /** Does the steps as often as it takes to make the claim true. */
  | { readonly do: 'repeat'; readonly steps: readonly Instruction[]; readonly until: Claim }
  /** Does the steps only where the claim is true, or soon becomes it. */
  | { readonly do: 'conditional'; readonly claim: Claim; readonly steps: readonly Instruction[] }
  | { readonly do: 'press'; readonly chords: readonly (readonly string[])[] }
  | { readonly do: 'menu'; readonly path: readonly string[] }
  | { readonly do: 'wait'; readonly claim: Claim }
  | { readonly do: 'pause'; readonly milliseconds: number }
  /** Without a title, the active window. */
  | { readonly do: 'close'; readonly what: 'window' | 'dialog'; readonly title?: string };

export type Direction = 'up' | 'down' | 'left' | 'right';

type Reader = (sentence: Sentence, words: string) => Instruction | undefined;

/** Forms of a step, shown when a step fits none of them. */
export const forms = [
  'Start mousepad',
  'Click "Save"',
  'Double-click "notes.txt"',
  'Right-click the "Downloads" item',
  'Check "Match case"',
  'Type "hello" into "Name"',
  'Press Ctrl+S',
  'Open File > Save As…',
  'Wait until "Done" is shown',
  'Close the dialog',
  'Append "!" to "Name"',
  'Select "North" from "Tab position"',
  'Scroll down 3 times in "Notes"',
  'Drag "notes.txt" to "Trash"',
  'Click "Next" until "Finish" is shown',
  'If "Overwrite" is shown, click "Replace"',
  'Run the command "touch done.txt"',
] as const;

/** Reads a step; undefined when some part of it fits no form, or could mean something else. */
export function parseStep(text: string): readonly Instruction[] | undefined {
  const sentence = readSentence(text);
  return readAll(sentence, sentence.words);
}

/** Reads the whole as one instruction, or else as several joined by `and`, `then`, a comma or a full stop. */
function readAll(sentence: Sentence, words: string): readonly Instruction[] | undefined {
  const trimmed = words.trim().replace(/^(?:(?:and then|then|and|now|please),? )+/i, '');
  const whole = readOne(sentence, trimmed);
  if (whole !== undefined) return [whole];
  for (const joint of [...trimmed.matchAll(jointWords)].slice(0, maxJoints)) {
    const first = readOne(sentence, trimmed.slice(0, joint.index));
    const rest = first && readAll(sentence, trimmed.slice(joint.index + joint[0].length));
    if (first !== undefined && rest !== undefined) return [first, ...rest];
  }
  return undefined;
}

const jointWords = /,? (?:and then|and|then) |[,;] |(?<=[^.])\. /gi;

/** One instruction holds no more, as `Press A, B, C and D` does; so long prose is given up soon. */
const maxJoints = 12;

function readOne(sentence: Sentence, words: string): Instruction | undefined {
  const compound = readRepeat(sentence, words) ?? readConditional(sentence, words);
  if (compound !== undefined) return compound;
  for (const read of readers) {
    const instruction = read(sentence, words);
    if (instruction !== undefined) return instruction;
  }
  return undefined;
}

/** Another instruction follows; a name that is not quoted cannot hold one. */
const joined =
  /(?:[,;.]| and| then) (?:then )?(?:activate|add|append|check|choose|clear|click|close|dismiss|double|drag|empty|enter|fill|hit|hover|input|launch|move|open|pick|point|press|push|put|quit|right|run|scroll|select|start|tap|tick|type|uncheck|untick|use|wait|write)(?: |-|$)/i;

/** A reader for sentences that begin with one of `verbs`; it gets what follows the verb. */
function verb(verbs: string, read: Reader): Reader {
  const pattern = new RegExp(`^(?:${verbs})(?: |$)`, 'i');
  return (sentence, words) => {
    const found = pattern.exec(words);
    return found === null ? undefined : read(sentence, words.slice(found[0].length).trim());
  };
}

function readTarget(sentence: Sentence, words: string): Target | undefined {
  return joined.test(words) ? undefined : parseTarget(sentence, words);
}

const click =
  (button: Button, count: 1 | 2): Reader =>
  (sentence, words) => {
    const target = readTarget(sentence, words.replace(/^(?:on|at) /i, ''));
    // The middle of a window is whatever happens to be there.
    if (target === undefined || target.kind === 'window' || target.kind === 'dialog') return undefined;
    return { do: 'click', target, button, count };
  };

/** "Check the result" asks to look, and not to click; so the name is quoted or the kind said. */
const check =
  (checked: boolean): Reader =>
  (sentence, words) => {
    const target = readTarget(sentence, words);
    const meant = words.includes('⟦') || /^(?:check box|radio button|menu item)$/.test(target?.kind ?? '');
    return target !== undefined && meant ? { do: 'check', target, checked } : undefined;
  };

const readers: readonly Reader[] = [
  verb('press|hit|use', (_, words) => {
    const chords = readChords(words);
    return chords && { do: 'press', chords };
  }),
  verb('press|hit', (sentence, words) => {
    const instruction = click('left', 1)(sentence, words);
    if (instruction?.do !== 'click') return undefined;
    const { name, kind } = instruction.target;
    // "Press Enter in …" is no click at something called Enter.
    return kind === 'button' || sentence.quoted.includes(name ?? '') ? instruction : undefined;
  }),
  verb('wait', readWait),
  verb('type|enter|write|input', readType),
  verb('append|add', (sentence, words) => {
    const [, what = '', to = ''] = /^(⟦\d+⟧) to (.+)$/i.exec(words) ?? [];
    const text = quotedText(sentence, what);
    const target = readTarget(sentence, to);
    return text === undefined || text === '' || target === undefined
      ? undefined
      : { do: 'type', text, target, append: true };
  }),
  verb('select|choose|pick', (sentence, words) => {
    const [, what = '', from = ''] = /^(?:the (?:option|entry|item) )?(⟦\d+⟧) from (.+)$/i.exec(words) ?? [];
    const option = quotedText(sentence, what);
    const target = readTarget(sentence, from);
    return option === undefined || option.trim() === '' || target === undefined
      ? undefined
      : { do: 'select', option, target };
  }),
  verb('scroll', readScroll),
  verb('drag', (sentence, words) => {
    const [, what = '', where = ''] = /^(.+?) (?:on)?to (.+)$/i.exec(words) ?? [];
    const [from, to] = [readTarget(sentence, what), readTarget(sentence, where)];
    return from === undefined || to === undefined ? undefined : { do: 'drag', from, to };
  }),
  verb('run the command|execute', (sentence, words) => {
    const command = quotedText(sentence, words);
    return command === undefined || command.trim() === '' ? undefined : { do: 'run', command };
  }),
  verb('fill(?: in)?', (sentence, words) => {
    const [, into = '', what = ''] = /^(.+?) with (⟦\d+⟧)$/i.exec(words) ?? [];
    const text = quotedText(sentence, what);
    const target = readTarget(sentence, into);
    return text === undefined || target === undefined ? undefined : { do: 'type', text, target };
  }),
  verb('clear|empty', (sentence, words) => {
    const target = readTarget(sentence, words);
    const meant = target !== undefined && (words.includes('⟦') || target.kind === 'field');
    return meant && target.kind !== 'check box' ? { do: 'type', text: '', target } : undefined;
  }),
  verb('open|choose|select|click|go to|pick', readMenu),
  verb('right[- ]click(?: on)?|open the context menu (?:of|on|for)', click('right', 1)),
  verb('open(?! the context menu)', (sentence, words) => {
    const instruction = click('left', 1)(sentence, words);
    const kind = instruction?.do === 'click' ? instruction.target.kind : undefined;
    return kind === 'menu' || kind === 'combo box' ? instruction : undefined;
  }),
  verb('double[- ]click(?: on)?', click('left', 2)),
  verb('middle[- ]click(?: on)?', click('middle', 1)),
  verb('check|tick', check(true)),
  verb('uncheck|untick', check(false)),
  verb('click|push|tap|choose|select|pick|activate', click('left', 1)),
  verb('hover over|hover|point at|(?:put|move) the (?:mouse|pointer) (?:over|on|to)', (sentence, words) => {
    const target = readTarget(sentence, words);
    return target && { do: 'hover', target };
  }),
  verb('close|dismiss|quit', readClose),
  verb('launch|start|run', readLaunch),
];

/** `Click "Next" until "Finish" is shown`; "wait until" is a wait. */
function readRepeat(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', clause = ''] = /^(?!wait )(.+?),? until (.+)$/i.exec(words) ?? [];
  const until = clause === '' ? undefined : parseClaim(sentence, clause);
  const steps = until && readAll(sentence, what);
  return steps && { do: 'repeat', steps, until };
}

/** `If "Overwrite?" is shown, click "Yes"`. */
function readConditional(sentence: Sentence, words: string): Instruction | undefined {
  const [, clause = '', what = ''] = /^if (.+?)(?:, then|,| then) (.+)$/i.exec(words) ?? [];
  const claim = clause === '' ? undefined : parseClaim(sentence, clause);
  const steps = claim && readAll(sentence, what);
  return steps && { do: 'conditional', claim, steps };
}

/** `down`, `up 3 times`, `down twice in "Notes"`. */
function readScroll(sentence: Sentence, words: string): Instruction | undefined {
  const [, said = '', count, where] =
    /^(up|down|left|right)(?: (once|twice|\d{1,3} times?))?(?: (?:in|on|over|inside) (.+))?$/i.exec(words) ??
    [];
  if (said === '') return undefined;
  const direction = said.toLowerCase() as Direction;
  const notches = { once: 1, twice: 2 }[count?.toLowerCase() ?? 'once'] ?? Number.parseInt(count ?? '', 10);
  if (where === undefined) return notches > 0 ? { do: 'scroll', direction, notches } : undefined;
  const target = readTarget(sentence, where);
  return target && notches > 0 ? { do: 'scroll', direction, notches, target } : undefined;
}

function readType(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', into] = /^(⟦\d+⟧)(?: (?:in|into|to) (.+))?$/i.exec(words) ?? [];
  const text = quotedText(sentence, what);
  if (text === undefined || (into === undefined && text === '')) return undefined;
  if (into === undefined) return { do: 'type', text };
  const target = readTarget(sentence, into);
  return target && { do: 'type', text, target };
}

/** `File > Save As…`, also with `→`, `›` or `|`; each part may be quoted. */
function readMenu(sentence: Sentence, words: string): Instruction | undefined {
  if (joined.test(words)) return undefined;
  const parts = words.replace(/^the (?:menu )?/i, '').split(/ ?(?:->|>|→|›|») ?| \| /);
  if (parts.length < 2) return undefined;
  const path = parts.map((part, depth) => {
    const name = depth === 0 ? part.replace(/^menu | menu$/i, '') : part;
    return quotedText(sentence, name) ?? (isPlainName(name) ? name : '');
  });
  return path.some((name) => name.trim() === '') ? undefined : { do: 'menu', path };
}

function readClose(sentence: Sentence, words: string): Instruction | undefined {
  const [, noun] =
    /^(?:(?:the |this )?(?:active |current )?(dialog(?:ue)?(?: box)?|window)|it)$/i.exec(words) ?? [];
  if (noun !== undefined || /^it$/i.test(words)) {
    return { do: 'close', what: /^dialog/i.test(noun ?? '') ? 'dialog' : 'window' };
  }
  const { name, kind = 'window', ordinal, relation } = readTarget(sentence, words) ?? {};
  if (name === undefined || ordinal !== undefined || relation !== undefined) return undefined;
  return kind === 'window' || kind === 'dialog' ? { do: 'close', what: kind, title: name } : undefined;
}

/** Without quotes a command is one word, and further ones that are files or options beyond doubt. */
function readLaunch(sentence: Sentence, words: string): Instruction | undefined {
  const said = words.replace(/^(?:the )?(?:application|program|app|command) /i, '');
  const quoted = quotedText(sentence, said);
  const plain = /^(?!(?:the|an?|it|this|that|over|again|up)\b)[\w./~+-]+(?: \S*[./~=-]\S*)*$/i.test(said);
  const command = quoted ?? (plain && !said.includes('⟦') && !/[,;] /.test(said) ? said : '');
  return command.trim() === '' ? undefined : { do: 'launch', command };
}

function readWait(sentence: Sentence, words: string): Instruction | undefined {
  const pause = /^(?:for )?(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|sec(?:onds?)?|min(?:utes?)?)$/i.exec(words);
  if (pause !== null) {
    const unit = pause[2]!.toLowerCase();
    const scale = unit.startsWith('min') ? 60_000 : unit.startsWith('m') ? 1 : 1_000;
    return { do: 'pause', milliseconds: Number(pause[1]) * scale };
  }
  const [, what] = /^(?:until|till|for) (.+)$/i.exec(words) ?? [];
  if (what === undefined) return undefined;
  const clause = what.replace(/ to (appear|disappear|open|close)\b/i, ' $1s').replace(/ to be /i, ' is ');
  const claim = parseClaim(sentence, clause);
  return claim && { do: 'wait', claim };
}
