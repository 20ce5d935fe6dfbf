import type { WindowChange } from '../../desktop/types.js';
import { parseChange, parseClaim, type Claim } from './claim.js';
import type { Direction, Instruction } from './instruction.js';
import { quotedText, type Sentence } from './sentence.js';
import { parseTarget, type Target } from './target.js';

/** `down`, `up 3 times`, `down twice in "Notes"`, `to "Last chapter"`, `to the bottom of "Notes"`, `"X" into view`. */
export function readScroll(sentence: Sentence, words: string): Instruction | undefined {
  return readScrollBy(sentence, words) ?? readScrollTo(sentence, words);
}

function readScrollBy(sentence: Sentence, said: string): Instruction | undefined {
  // "The list down" is down in the list, and a bit is three notches.
  const words = said
    .replace(/^(?!to |up |down |left |right )(.+) (up|down|left|right)$/i, '$2 in $1')
    .replace(/ a (?:bit|little)\b/i, ' 3 times');
  const [, way = '', count, where] =
    /^(up|down|left|right)(?: (?:by )?(once|twice|\d{1,3} (?:times?|notches|lines)))?(?: (?:in|on|over|inside) (.+))?$/i.exec(
      words,
    ) ?? [];
  if (way === '') return undefined;
  const direction = way.toLowerCase() as Direction;
  const notches = { once: 1, twice: 2 }[count?.toLowerCase() ?? 'once'] ?? Number.parseInt(count ?? '', 10);
  if (where === undefined) return notches > 0 ? { do: 'scroll', direction, notches } : undefined;
  const target = parseTarget(sentence, where);
  return target && notches > 0 ? { do: 'scroll', direction, notches, target } : undefined;
}

const ends: Readonly<Record<string, Direction>> = {
  end: 'down',
  bottom: 'down',
  top: 'up',
  beginning: 'up',
  start: 'up',
};

function readScrollTo(sentence: Sentence, words: string): Instruction | undefined {
  const [, end, area] =
    /^(?:the page )?(?:(?:all the way )?(?:down|up|back) )?(?:all the way )?to the (?:very )?(end|bottom|top|beginning|start)(?: (?:of|in) (.+))?$/i.exec(
      words,
    ) ?? [];
  if (end !== undefined) {
    const target = area === undefined ? undefined : parseArea(sentence, area);
    if (area !== undefined && target === undefined && !/^the (?:page|window|list|document)$/i.test(area))
      return undefined;
    return {
      do: 'scrollToEnd',
      direction: ends[end.toLowerCase()]!,
      ...(target === undefined ? {} : { target }),
    };
  }
  const [, what, where] =
    /^(?:down |up )?to (.+?)(?: (?:in|inside) (.+))?$/i.exec(words) ??
    /^(.+?)(?: (?:in|inside) (.+))? into view$/i.exec(words) ??
    [];
  const target = what === undefined ? undefined : parseTarget(sentence, what);
  const inside = where === undefined ? undefined : parseTarget(sentence, where);
  if (target === undefined || (where !== undefined && inside === undefined)) return undefined;
  return { do: 'reveal', target, ...(inside === undefined ? {} : { inside }) };
}

function parseArea(sentence: Sentence, area: string): Target | undefined {
  return /^the (?:page|window|document)$/i.test(area) ? undefined : parseTarget(sentence, area);
}

/** `Bring "Notes" to the front`. */
function readFront(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = ''] = /^bring (.+) to the (?:front|foreground)$/i.exec(words) ?? [];
  return what === '' ? undefined : readWindow(sentence, `activate ${what}`);
}

const changes: readonly (readonly [RegExp, WindowChange])[] = [
  [/^(?:maximi[sz]e|make full[- ]?screen)$/i, 'maximise'],
  [/^minimi[sz]e$/i, 'minimise'],
  [/^(?:restore|unmaximi[sz]e|unminimi[sz]e)$/i, 'restore'],
  [/^(?:switch to|activate|focus|bring to the front|raise|go to)$/i, 'activate'],
];

/** `Maximise the window "Preferences"`, `Switch to the "Notes" window`, `Minimise it`. */
export function readWindow(sentence: Sentence, words: string): Instruction | undefined {
  if (/^bring /i.test(words)) return readFront(sentence, words);
  const [, verb = '', what = ''] =
    /^(maximi[sz]e|minimi[sz]e|restore|unmaximi[sz]e|unminimi[sz]e|switch to|activate|focus|raise|go to) (.+)$/i.exec(
      words,
    ) ?? [];
  const change = changes.find(([pattern]) => pattern.test(verb))?.[1];
  if (change === undefined) return undefined;
  if (/^(?:it|(?:the |this )?(?:active |current )?(?:window|dialog))$/i.test(what))
    return change === 'activate' ? undefined : { do: 'window', change };
  const { name, kind, ordinal, relation } = parseTarget(sentence, what) ?? {};
  if (name === undefined || ordinal !== undefined || relation !== undefined) return undefined;
  const isWindow =
    kind === 'window' ||
    kind === 'dialog' ||
    (kind === undefined && quotedText(sentence, what) !== undefined);
  return isWindow ? { do: 'window', change, title: name } : undefined;
}

/** `until "Done" is shown`, `for "Busy" to disappear`, `until "Status" changes`, `2 s`. */
export function readWait(sentence: Sentence, words: string): Instruction | undefined {
  const pause = /^(?:for )?(\d+(?:\.\d+)?|a) ?(ms|milliseconds?|s|sec(?:onds?)?|min(?:utes?)?)$/i.exec(words);
  if (pause !== null) {
    const unit = pause[2]!.toLowerCase();
    const scale = unit.startsWith('min') ? 60_000 : unit.startsWith('m') ? 1 : 1_000;
    return { do: 'pause', milliseconds: Number(pause[1] === 'a' ? 1 : pause[1]) * scale };
  }
  const [, limit, until, what] =
    /^(?:(?:up to|at most) (.+?) )?(?:(until|till)|for) (.+)$/i.exec(words) ?? [];
  if (what === undefined || (limit !== undefined && until === undefined)) return undefined;
  const clause = `${thirdPerson(what)}${limit === undefined ? '' : ` within ${limit}`}`;
  const claim = parseClaim(sentence, clause) ?? parseChange(sentence, clause) ?? parseThing(sentence, clause);
  return claim && { do: 'wait', claim };
}

/** `the dialog` of "wait for the dialog". */
function parseThing(sentence: Sentence, clause: string): Claim | undefined {
  const target = parseTarget(sentence, clause);
  return target?.kind === undefined ? undefined : { about: 'element', not: false, target };
}

/** `"Saved" to be shown` as a sentence of its own. */
export function thirdPerson(clause: string): string {
  const forms: Readonly<Record<string, string>> = { end: 'ended', finish: 'finished', vanish: 'vanishes' };
  return clause
    .replace(
      / to (appear|disappear|open|close|exist|change|end|finish|vanish)\b/i,
      (_, verb: string) => ` ${forms[verb.toLowerCase()] ?? `${verb}s`}`,
    )
    .replace(/ to (?:be|become|get) /i, ' is ')
    .replace(/ to have /i, ' has ')
    .replace(/ to (contain|show|say)\b/i, ' $1s');
}
