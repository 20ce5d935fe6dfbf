import type { Element } from '../desktop/types.js';
import type { Check } from '../spec/index.js';
import type { Claim, ClaimMatcher } from './language/claim.js';
import type { AgentContext } from './context.js';
import { drawnTexts } from './drawn.js';
import { judgeAsked } from './actions/dialog.js';
import {
  isAllWindows,
  judgeCount,
  judgeCounted,
  judgeOrder,
  judgePresence,
  judgeReading,
  judgeSame,
  judgeState,
  orAbsent,
} from './judgeElement.js';
import { matches, matchesLoosely, describeMatch, quote, shareWord } from './match.js';
import {
  judgeClipboard,
  judgeCommand,
  judgeExit,
  judgeFile,
  judgeFolder,
  judgeProcess,
  judgeRuns,
  judgeValue,
} from './probe.js';
import { describeTarget } from './language/target.js';
import { waitFor } from './wait.js';

/** How an expectation ended: what was expected, what was found, and whether it held. */
export interface Judgement {
  readonly held: boolean;
  readonly expected: string;
  readonly found: string;
}

/** Judges a sentence, waiting until it becomes true or its time is over. */
export function judgeClaim(context: AgentContext, claim: Claim): Promise<Judgement> {
  const before: Before = {};
  return eventually(context, { within: claim.within, before }, () => judgeNow(context, claim, before));
}

/** What the rounds of one expectation know of each other. */
interface Before {
  /** What a claim about a change has seen at first. */
  value?: string;
  /** Texts that are being read from the picture. */
  drawn?: Promise<readonly Element[]>;
}

async function judgeNow(context: AgentContext, claim: Claim, before: Before): Promise<Judgement> {
  const { desktop } = context;
  switch (claim.about) {
    case 'screen':
      return judgeShown(context, claim, before);
    case 'title':
      return judgeTitle(context, claim);
    case 'windows':
      return judgeWindows(context, claim, matchesLoosely);
    case 'element': {
      const elements = await desktop.elements();
      return orAbsent(describeTarget(claim.target), () => judgePresence(claim, elements));
    }
    case 'state':
      return judgeState(claim, await desktop.elements());
    case 'reading':
      return judgeReading(context, claim);
    case 'same':
      return judgeSame(context, claim, before);
    case 'count':
      return isAllWindows(claim.target)
        ? judgeCounted(claim, (await desktop.windows()).length)
        : judgeCount(claim, await desktop.elements());
    case 'order':
      return judgeOrder(claim, await desktop.elements());
    case 'file':
      return judgeFile(context, { name: 'file', path: claim.path, not: claim.not });
    case 'process':
      return claim.program === undefined
        ? judgeRuns(context, claim.not)
        : judgeProcess(context, { name: 'process', program: claim.program, not: claim.not });
    case 'asked':
      return judgeAsked(claim, await desktop.elements());
    case 'still':
      return judgeStill(context, claim.not);
    case 'exit':
      return judgeExit(context, { name: 'exit', ...claim });
    case 'folder':
      return judgeFolder(context, claim);
    case 'all':
      return judgeAll(context, claim.claims, before);
    case 'any':
      return judgeAny(context, claim.claims, before);
  }
}

async function judgeAll(context: AgentContext, claims: readonly Claim[], before: Before): Promise<Judgement> {
  let last: Judgement | undefined;
  for (const claim of claims) {
    last = await judgeNow(context, claim, before);
    if (!last.held) return last;
  }
  return last!;
}

async function judgeAny(context: AgentContext, claims: readonly Claim[], before: Before): Promise<Judgement> {
  const judged: Judgement[] = [];
  for (const claim of claims) {
    const last = await judgeNow(context, claim, before);
    if (last.held) return last;
    judged.push(last);
  }
  return {
    held: false,
    expected: judged.map(({ expected }) => expected).join(', or '),
    found: judged.map(({ found }) => found).join('; '),
  };
}

/** How long the screen stays the same to be called still, in milliseconds. */
const stillness = 500;

async function judgeStill({ desktop }: AgentContext, not: boolean): Promise<Judgement> {
  const revision = await desktop.revision();
  const changed = await desktop.waitForChange({ since: revision, timeout: stillness });
  return {
    held: changed === not,
    expected: `a screen that ${not ? 'changes' : `does not change for ${stillness} ms`}`,
    found: changed ? 'it changes' : 'it does not change',
  };
}

/** Judges a machine check other than those that compare pictures. */
export function judgeCheck(
  context: AgentContext,
  check: Exclude<Check, { name: 'screenshot' | 'image' }>,
): Promise<Judgement> {
  const before: Before = {};
  return eventually(context, { within: check.within, before }, async () => {
    switch (check.name) {
      case 'text':
        return judgeShown(context, check, before);
      case 'window':
        return judgeWindows(context, check, matches);
      case 'file':
        return judgeFile(context, check);
      case 'value':
        return judgeValue(context, check);
      case 'process':
        return judgeProcess(context, check);
      case 'exit':
        return judgeExit(context, check);
      case 'clipboard':
        return judgeClipboard(context, check);
      case 'command':
        return judgeCommand(context, check);
    }
  });
}

async function eventually(
  context: AgentContext,
  { within, before }: { readonly within: number | undefined; readonly before: Before },
  judge: () => Promise<Judgement>,
): Promise<Judgement> {
  const deadline = performance.now() + (within ?? context.timeout);
  let last: Judgement | undefined;
  const held = await waitFor(context.desktop, { deadline, interval: 100 }, async () => {
    last = await judge();
    return last.held ? last : undefined;
  });
  if (held !== undefined) return held;
  if (before.drawn === undefined) return last!;
  // What is being read was on the screen in time.
  await before.drawn;
  return judge();
}

interface Matching {
  readonly not: boolean;
  readonly match: ClaimMatcher;
}

/**
 * Reads the picture only where the tree does not decide, since that takes much longer; and what the tree comes to say
 * meanwhile is not kept waiting by it.
 */
async function judgeShown({ desktop }: AgentContext, claim: Matching, before: Before): Promise<Judgement> {
  const since = await desktop.revision();
  const elements = await desktop.elements();
  const told = judgeText(elements, claim);
  if (told.held !== claim.not) return told;
  const reading = before.drawn ?? drawnTexts(desktop, elements);
  if (reading === undefined) return told;
  // Where it fails after all was judged without it, nobody needs to know.
  reading.catch(() => {});
  before.drawn = reading;
  const changed = async (): Promise<undefined> => {
    await desktop.waitForChange({ since, timeout: 100 });
  };
  const drawn = await (claim.not ? reading : Promise.race([reading, changed()]));
  if (drawn === undefined) return told;
  delete before.drawn;
  return judgeText([...elements, ...drawn], claim);
}

function judgeText(elements: readonly Element[], { not, match }: Matching): Judgement {
  const texts = elements.flatMap(({ name, labels, text = '' }) => [name, ...labels, text]);
  // What must be gone is still there as a part of another word.
  const sought: ClaimMatcher = not && match.op === 'shows' ? { ...match, op: 'contains' } : match;
  const hit = texts.find((text) => matchesLoosely(text, sought));
  const near = [...new Set(texts)].filter((text) => text !== '' && shareWord(text, match)).slice(0, 3);
  return {
    held: (hit !== undefined) !== not,
    expected: `${not ? 'no text' : 'a text'} on the screen that ${describeMatch(sought)}`,
    found:
      hit === undefined
        ? `no text on the screen ${describeMatch(sought)}${near.length > 0 ? `; nearest: ${near.map(quote).join(', ')}` : ''}`
        : `the screen shows ${quote(hit)}`,
  };
}

async function judgeTitle(context: AgentContext, { not, match }: Matching): Promise<Judgement> {
  const windows = await context.desktop.windows();
  const window = windows.find(({ active }) => active) ?? windows.at(-1);
  const title = window?.title ?? '';
  return {
    held: window !== undefined && matches(title, match) !== not,
    expected: `a title that ${describeMatch(match, not)}`,
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
    expected: `${not ? 'no' : 'a'} window with a title that ${describeMatch(match)}`,
    found: titles.length === 0 ? 'no window is open' : `open windows: ${titles.map(quote).join(', ')}`,
  };
}
