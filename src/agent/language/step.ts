import { parseClaim } from './claim.js';
import type { Instruction } from './instruction.js';
import { isTooLong, quotedText, readOnce, readSentence, type Sentence } from './sentence.js';
import { parseTarget, type Target } from './target.js';
import { readVerb } from './verbs.js';

/** Reads a step; undefined when some part of it fits no form, or could mean something else. */
export function parseStep(text: string): readonly Instruction[] | undefined {
  const sentence = readSentence(text);
  if (isTooLong(sentence)) return undefined;
  return readAll(sentence, sentence.words.replaceAll(/\b(six|seven|eight|nine|ten)(?= times\b)/gi, digits));
}

function digits(word: string): string {
  return String(['six', 'seven', 'eight', 'nine', 'ten'].indexOf(word.toLowerCase()) + 6);
}

/** Reads the whole as one instruction, or else as several joined by `and`, `then`, a comma or a full stop. */
const readAll = readOnce((sentence, words): readonly Instruction[] | undefined => {
  const trimmed = words
    .trim()
    .replace(/^(?:(?:and then|then|and|now|next|finally|first|please|again),? )+/i, '')
    .replace(/,? (?:please|again)$/i, '');
  const whole = readOne(sentence, trimmed);
  if (whole !== undefined) return [whole];
  for (const joint of [...trimmed.matchAll(jointWords)].slice(0, maxJoints)) {
    // "Cut and Paste" is a name; what goes on goes on in small letters.
    if (/^ and $/i.test(joint[0]) && /^\p{Lu}/u.test(trimmed.slice(joint.index + 5))) continue;
    const first = readOne(sentence, trimmed.slice(0, joint.index));
    const said =
      first && continued(trimmed.slice(0, joint.index), trimmed.slice(joint.index + joint[0].length));
    const rest =
      said === undefined
        ? undefined
        : (readAll(sentence, said) ?? readNamed(sentence, trimmed.slice(0, joint.index), said));
    if (first !== undefined && rest !== undefined) return [first, ...rest];
  }
  return undefined;
});

const jointWords = /,? (?:and then|and|then) |[,;] |(?<=[^.])\. /gi;

/** One instruction holds no more, as `Press A, B, C and D` does; so long prose is given up soon. */
const maxJoints = 12;

/** `"B"` of `Click "A" and "B"`: what is but a name goes on with the verb of what came before. */
function continued(first: string, rest: string): string {
  const verb =
    /^(?:(?:left|right|middle|double)[- ])?(?:click|check|tick|uncheck|untick|hover)(?: (?:on|over))? /i.exec(
      first,
    )?.[0];
  const typed = /^(?:type|enter|write) /i.exec(first)?.[0];
  if (typed !== undefined && /^⟦\d+⟧ (?:in|into) /.test(rest)) return `${typed}${rest}`;
  return verb !== undefined && /^(?:the )?⟦/.test(rest) ? `${verb}${rest}` : rest;
}

/** `Save As...` of `Click File, then Save As...`. */
function readNamed(sentence: Sentence, first: string, rest: string): readonly Instruction[] | undefined {
  const verb = /^(?:(?:left|right|middle|double)[- ])?click(?: on)? /i.exec(first)?.[0];
  return verb !== undefined && /^\p{Lu}/u.test(rest) ? readAll(sentence, `${verb}${rest}`) : undefined;
}

function readOne(sentence: Sentence, words: string): Instruction | undefined {
  return (
    readRepeat(sentence, words) ??
    readTimes(sentence, words) ??
    readConditional(sentence, words) ??
    readScoped(sentence, words) ??
    readVerb(sentence, words)
  );
}

/** Steps that are one thing to do, or nothing. */
function group(steps: readonly Instruction[] | undefined): readonly Instruction[] | undefined {
  return steps?.length === 0 ? undefined : steps;
}

/** `Click "Next" until "Finish" is shown`; "wait until" is a wait. */
function readRepeat(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', clause = ''] = /^(?!wait )(?:keep )?(.+?),? until (.+)$/i.exec(words) ?? [];
  const until =
    clause === ''
      ? undefined
      : parseClaim(sentence, clause.replace(/ (?:is|comes) in(?:to)? view$/i, ' is shown'));
  const steps =
    until &&
    group(readAll(sentence, imperative(what.replace(/^repeat:? /i, '').replace(/^scroll$/i, 'scroll down'))));
  return steps && until && { do: 'repeat', steps, until };
}

/** `pressing Tab` of "keep pressing Tab". */
function imperative(what: string): string {
  return what.replace(/^(click|press|scroll)ing /i, '$1 ');
}

/** `Click "Next" 3 times`, `Click "Next" twice`, `Repeat 3 times: press Tab`; keys and the wheel count by themselves. */
function readTimes(sentence: Sentence, words: string): Instruction | undefined {
  const [, what, said] =
    /^(?!press |hit |scroll |use )(.+?) (twice|(?:\d{1,3}|two|three|four|five) times)$/i.exec(words) ?? [];
  const [, before, after] =
    /^(?:repeat|do(?: this)?) (twice|(?:\d{1,3}|two|three|four|five) times)[:,]? (.+)$/i.exec(words) ?? [];
  const count = countOf((said ?? before ?? '').toLowerCase());
  const steps = count === undefined ? undefined : group(readAll(sentence, what ?? after ?? ''));
  // "Verify … twice" counts what is seen, and is no repetition.
  const acts = steps?.every((step) => !['expect', 'wait', 'remember', 'pause', 'launch'].includes(step.do));
  return steps && acts && count !== undefined ? { do: 'times', steps, count } : undefined;
}

function countOf(said: string): number | undefined {
  const word = said.replace(/ times$/, '');
  const index = ['twice', 'two', 'three', 'four', 'five'].indexOf(word);
  const count = index < 0 ? Number(word || Number.NaN) : [2, 2, 3, 4, 5][index]!;
  return count >= 1 ? count : undefined;
}

/** `If "Overwrite?" is shown, click "Yes"`, `If asked to overwrite, confirm`, `When a dialog appears, close it`. */
function readConditional(sentence: Sentence, words: string): Instruction | undefined {
  const [, clause = '', what = ''] =
    /^(?:if|when|in case|should) (.+?)(?:, then|,| then) (.+)$/i.exec(words) ?? [];
  if (clause === '') return undefined;
  const claim = readAsked(sentence, clause) ?? parseClaim(sentence, clause);
  const steps = claim && group(readAll(sentence, about(claim, what)));
  return steps && claim && { do: 'conditional', claim, steps };
}

/** `asked to overwrite`, `it asks whether to save`, `prompted`. */
function readAsked(
  sentence: Sentence,
  clause: string,
): Extract<Instruction, { do: 'conditional' }>['claim'] | undefined {
  const asked =
    /^(?:you (?:are|get) |it |the (?:application|program|app) )?(?:asked|asks|prompted|prompts)(?: (?:you )?(?:if|whether|to|for|about|with))*(?: (.+))?$/i.exec(
      clause,
    );
  if (asked === null) return undefined;
  const masked = asked[1];
  const topic =
    masked === undefined
      ? undefined
      : (quotedText(sentence, masked) ?? masked.replace(/^(?:you )?(?:want|wish|really)(?: to)? /i, ''));
  if (topic?.includes('⟦') === true) return undefined;
  return { about: 'asked', not: false, ...(topic === undefined ? {} : { topic }) };
}

/** What an answer without words of its own is about. */
function about(claim: Extract<Instruction, { do: 'conditional' }>['claim'], what: string): string {
  const it = claim.about === 'asked' ? 'it' : 'the dialog';
  return what.replace(/^(confirm|accept|agree|decline|refuse|cancel|deny)$/i, `$1 ${it}`);
}

/** `In the "Find" dialog, click "Replace"`: where all that follows is done. */
function readScoped(sentence: Sentence, words: string): Instruction | undefined {
  const [, where = '', what = ''] = /^(?:in|on|within|inside|from|under|at) (.+?), (.+)$/i.exec(words) ?? [];
  const scope = where === '' ? undefined : parseTarget(sentence, where);
  const steps = scope && group(readAll(sentence, what));
  const scoped = scope && steps?.map((step) => within(scope, step));
  if (scoped === undefined || scoped.includes(undefined)) return undefined;
  const [only] = scoped;
  return scoped.length === 1 ? only : { do: 'times', steps: scoped as Instruction[], count: 1 };
}

function within(scope: Target, step: Instruction): Instruction | undefined {
  const scoped = (target: Target): Target => ({
    ...target,
    relation:
      target.relation === undefined
        ? { kind: 'in', anchor: scope }
        : { ...target.relation, anchor: scoped(target.relation.anchor) },
  });
  switch (step.do) {
    case 'click':
      if (scope.kind === 'menu' && scope.name !== undefined && step.target.name !== undefined)
        return { do: 'menu', path: [scope.name, step.target.name] };
      return { ...step, target: scoped(step.target) };
    case 'check':
    case 'hover':
    case 'set':
    case 'expand':
      return { ...step, target: scoped(step.target) };
    case 'select':
      return { ...step, target: scoped(step.target) };
    case 'type':
      return { ...step, target: step.target === undefined ? scope : scoped(step.target) };
    case 'press':
    case 'scroll':
      return step.target === undefined ? { ...step, target: scope } : undefined;
    case 'chooseFile':
    case 'answer':
      return step;
    default:
      return undefined;
  }
}
