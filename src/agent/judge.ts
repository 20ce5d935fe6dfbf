import type { Element } from '../desktop/types.js';
import type { Check } from '../spec/index.js';
import type { Claim, ClaimMatcher } from './claim.js';
import type { AgentContext } from './context.js';
import { escape, normalise } from './name.js';
import { waitFor } from './wait.js';

/** How an expectation ended: what was expected, what was found, and whether it held. */
export interface Judgement {
  readonly held: boolean;
  readonly expected: string;
  readonly found: string;
}

/** Judges a sentence, waiting until it becomes true or its time is over. */
export function judgeClaim(context: AgentContext, claim: Claim): Promise<Judgement> {
  return eventually(context, claim.within, async () => {
    switch (claim.about) {
      case 'screen':
        return judgeText(await context.desktop.elements(), claim);
      case 'title':
        return judgeTitle(context, claim);
      case 'windows':
        return judgeWindows(context, claim, matchesLoosely);
    }
  });
}

/** Judges a machine check other than `screenshot`. */
export function judgeCheck(
  context: AgentContext,
  check: Exclude<Check, { name: 'screenshot' }>,
): Promise<Judgement> {
  return eventually(context, check.within, async () => {
    switch (check.name) {
      case 'text':
        return judgeText(await context.desktop.elements(), check);
      case 'window':
        return judgeWindows(context, check, matches);
      case 'file':
        return judgeFile(context, check);
    }
  });
}

async function eventually(
  context: AgentContext,
  within: number | undefined,
  judge: () => Promise<Judgement>,
): Promise<Judgement> {
  const deadline = performance.now() + (within ?? context.timeout);
  let last: Judgement | undefined;
  const held = await waitFor(context.desktop, { deadline, interval: 100 }, async () => {
    last = await judge();
    return last.held ? last : undefined;
  });
  return held ?? last!;
}

interface Matching {
  readonly not: boolean;
  readonly match: ClaimMatcher;
}

function judgeText(elements: readonly Element[], { not, match }: Matching): Judgement {
  const texts = elements.flatMap(({ name, labels, text = '' }) => [name, ...labels, text]);
  // What must be gone is still there as a part of another word.
  const sought: ClaimMatcher = not && match.op === 'shows' ? { ...match, op: 'contains' } : match;
  const hit = texts.find((text) => matchesLoosely(text, sought));
  const near = [...new Set(texts)].filter((text) => text !== '' && shareWord(text, match)).slice(0, 3);
  return {
    held: (hit !== undefined) !== not,
    expected: `${not ? 'no text' : 'a text'} on the screen that ${describe(sought)}`,
    found:
      hit === undefined
        ? `no text on the screen ${describe(sought)}${near.length > 0 ? `; nearest: ${near.map(quote).join(', ')}` : ''}`
        : `the screen shows ${quote(hit)}`,
  };
}

async function judgeTitle(context: AgentContext, { not, match }: Matching): Promise<Judgement> {
  const windows = await context.desktop.windows();
  const window = windows.find(({ active }) => active) ?? windows.at(-1);
  const title = window?.title ?? '';
  return {
    held: window !== undefined && matches(title, match) !== not,
    expected: `a title that ${describe(match, not)}`,
    found: window === undefined ? 'no window is open' : `the title is ${quote(title)}`,
  };
}

async function judgeWindows(
  context: AgentContext,
  { not, match }: Matching,
  fits: typeof matches,
): Promise<Judgement> {
  const titles = (await context.desktop.windows()).map(({ title }) => title);
  const hit = titles.find((title) => fits(title, match));
  return {
    held: (hit !== undefined) !== not,
    expected: `${not ? 'no' : 'a'} window with a title that ${describe(match)}`,
    found: titles.length === 0 ? 'no window is open' : `open windows: ${titles.map(quote).join(', ')}`,
  };
}

async function judgeFile(context: AgentContext, check: Extract<Check, { name: 'file' }>): Promise<Judgement> {
  const { path, not, match } = check;
  const content = (await context.sandbox.readFile(path))?.toString('utf8');
  if (match === undefined) {
    return {
      held: (content !== undefined) !== not,
      expected: `${path} ${not ? 'does not exist' : 'exists'}`,
      found: content === undefined ? `${path} does not exist` : `${path} exists`,
    };
  }
  return {
    // A file that is not there contains nothing, and still is not what either form expects.
    held: content !== undefined && matches(content, match) !== not,
    expected: `${path} ${describe(match, not)}`,
    found: content === undefined ? `${path} does not exist` : `${path} has ${quote(content)}`,
  };
}

function matches(text: string, match: ClaimMatcher): boolean {
  switch (match.op) {
    case 'is':
      return text === match.text;
    case 'contains':
      return text.includes(match.text);
    case 'shows':
      return shown(match.text).test(text);
    case 'starts':
      return text.startsWith(match.text);
    case 'ends':
      return text.endsWith(match.text);
    case 'like':
      return like(match.text).test(text);
    case 'matches':
      return new RegExp(match.pattern, match.flags).test(text);
  }
}

/** As people compare: case, mnemonics and an ellipsis at the end make no difference. */
function matchesLoosely(text: string, match: ClaimMatcher): boolean {
  return matches(text, match) || matches(normalise(text), normalised(match));
}

/** `*` stands for any run of characters. */
function like(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 's');
}

/** Begins where a word begins, and no number goes on behind it; endings such as a plural may. */
function shown(text: string): RegExp {
  const before = /^[\p{L}\p{N}]/u.test(text) ? String.raw`(?<![\p{L}\p{N}]|\d[.,])` : '';
  const after = /\d$/.test(text) ? String.raw`(?![.,]?\d)` : '';
  return new RegExp(`${before}${escape(text)}${after}`, 'u');
}

function normalised(match: ClaimMatcher): ClaimMatcher {
  return match.op === 'matches' ? match : { ...match, text: normalise(match.text) };
}

function shareWord(text: string, match: ClaimMatcher): boolean {
  if (match.op === 'matches') return false;
  const words = new Set(normalise(match.text).split(' '));
  return normalise(text)
    .split(' ')
    .some((word) => word.length > 2 && words.has(word));
}

/** The comparison in words, after "a title that" and the like. */
function describe(match: ClaimMatcher, not = false): string {
  if (match.op === 'matches') return `${not ? 'does not match' : 'matches'} /${match.pattern}/${match.flags}`;
  const [affirmed, denied] = verbs[match.op];
  return `${not ? denied : affirmed} ${quote(match.text)}`;
}

const verbs = {
  is: ['is', 'is not'],
  like: ['is like', 'is not like'],
  contains: ['contains', 'does not contain'],
  shows: ['shows', 'does not show'],
  starts: ['starts with', 'does not start with'],
  ends: ['ends with', 'does not end with'],
} as const;

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
