import { setTimeout as delay } from 'node:timers/promises';
import type { Action } from '../desktop/types.js';
import { act, locate } from './actions/act.js';
import { check } from './actions/check.js';
import { claimForms, type Claim } from './language/claim.js';
import { close } from './actions/close.js';
import type { AgentContext } from './context.js';
import { sayEnded } from './actions/ended.js';
import { AgentError } from './error.js';
import { describeElement } from './ground.js';
import { chooseFile } from './actions/chooser.js';
import { expand, openElement, select, set } from './actions/choose.js';
import { answer } from './actions/dialog.js';
import { click, drag, press, run, scroll } from './actions/gesture.js';
import { forms, type Instruction } from './language/instruction.js';
import { parseStep } from './language/step.js';
import { judgeClaim } from './judge.js';
import { launch } from './actions/launch.js';
import { similarity } from './language/name.js';
import { note } from './actions/note.js';
import { read } from './read.js';
import { describeReading } from './language/reading.js';
import { reveal, scrollToEnd } from './actions/reveal.js';
import { copy } from './actions/clipboard.js';
import { describeTarget } from './language/target.js';
import { type } from './actions/typing.js';
import { insist } from './wait.js';
import { changeWindow } from './actions/window.js';

/** How long what a step only does "if" may take to appear, in milliseconds. */
const appearTimeout = 1_500;
/** How long a round of a repeated step may take to show its result, in milliseconds. */
const roundTimeout = 500;
const maxRounds = 50;

/** Does what a step says, by the accessibility tree; no model, no network. */
export async function doStep(context: AgentContext, text: string): Promise<void> {
  const instructions = parseStep(text);
  if (instructions === undefined) throw notUnderstood(text);
  for (const instruction of instructions) await follow(context, instruction).catch(sayEnded(context));
}

/** The error for a step that fits no form. */
export function notUnderstood(text: string): AgentError {
  const near = forms.toSorted((a, b) => similarity(text, b) - similarity(text, a)).slice(0, 6);
  return new AgentError(
    'not-understood',
    `the step "${text}" is not understood. Steps look like: ${near.join('; ')}. Names of several words are safest in quotes.`,
  );
}

/** The error for an expectation that fits no form, with those that come nearest. */
export function notJudgeable(text: string): AgentError {
  const near = claimForms.toSorted((a, b) => similarity(text, b) - similarity(text, a)).slice(0, 6);
  return new AgentError(
    'not-understood',
    `the expectation "${text}" is not understood, so it cannot be judged. Expectations look like: ${near.join('; ')}; ` +
      'or a machine check as a code span, for example `text: "Saved"`.',
  );
}

async function follow(context: AgentContext, instruction: Instruction): Promise<void> {
  switch (instruction.do) {
    case 'launch':
      return launch(context, instruction.command);
    case 'click':
      return click(context, instruction.target, instruction);
    case 'hover': {
      const grounded = await locate(context, instruction.target);
      const actions: readonly Action[] = [{ type: 'move', ...grounded.point }];
      await act(context, { title: `Hover over ${describeElement(grounded.element)}`, actions, grounded });
      return;
    }
    case 'type':
      return type(context, instruction);
    case 'check':
      return check(context, instruction);
    case 'press':
      return press(context, instruction);
    case 'menu':
      return openMenu(context, instruction.path);
    case 'wait': {
      const judged = await judgeClaim(context, instruction.claim);
      if (!judged.held) throw new AgentError('no-effect', `waited, and ${judged.found}`);
      return;
    }
    case 'expect': {
      const judged = await judgeClaim(context, instruction.claim);
      if (judged.held) return note(context, { title: `See that ${judged.expected}`, log: [judged.found] });
      throw new AgentError('not-held', `expected: ${judged.expected}\nfound: ${judged.found}`);
    }
    case 'pause':
      await delay(instruction.milliseconds);
      return;
    case 'close':
      return close(context, instruction);
    case 'select':
      return select(context, instruction);
    case 'scroll':
      return scroll(context, instruction);
    case 'drag':
      return drag(context, instruction);
    case 'run':
      return run(context, instruction.command);
    case 'open':
      if ((await openElement(context, instruction.what)) === 'none') await launch(context, instruction.what);
      return;
    case 'set':
      return set(context, instruction);
    case 'expand':
      return expand(context, instruction);
    case 'reveal':
      return reveal(context, instruction);
    case 'scrollToEnd':
      return scrollToEnd(context, instruction);
    case 'window':
      return changeWindow(context, instruction);
    case 'answer':
      return answer(context, instruction.how, instruction.topic);
    case 'chooseFile':
      return chooseFile(context, instruction);
    case 'copy':
      return copy(context, instruction.text);
    case 'remember':
      return remember(context, instruction);
    case 'look':
      return note(context, { title: instruction.name ?? 'Look at the screen', log: [] });
    case 'times':
      for (let round = 0; round < instruction.count; round++)
        for (const step of instruction.steps) await follow(context, step);
      return;
    case 'repeat':
      return repeat(context, instruction);
    case 'conditional':
      if (!(await isTrue(context, instruction.claim, appearTimeout))) return;
      for (const step of instruction.steps) await follow(context, onTopic(step, instruction.claim));
  }
}

/** An answer is to the question that was asked. */
function onTopic(step: Instruction, claim: Claim): Instruction {
  const topic = claim.about === 'asked' ? claim.topic : undefined;
  return step.do === 'answer' && topic !== undefined ? { ...step, topic } : step;
}

/** Keeps what is read, which may take a moment to be there. */
async function remember(
  context: AgentContext,
  { reading, as }: Extract<Instruction, { do: 'remember' }>,
): Promise<void> {
  const { desktop, timeout, remembered } = context;
  const value = await insist(desktop, { timeout }, () => read(context, reading));
  remembered.set(as, value);
  const title = `Remember ${describeReading(reading, describeTarget)} as ${as}`;
  await note(context, { title, log: [`it is ${JSON.stringify(value.slice(0, 500))}`] });
}

async function repeat(
  context: AgentContext,
  { steps, until }: { readonly steps: readonly Instruction[]; readonly until: Claim },
): Promise<void> {
  const scrolls = steps.every((step) => step.do === 'scroll');
  for (let round = 0; round < maxRounds; round++) {
    if (await isTrue(context, until, round === 0 ? 0 : roundTimeout)) return;
    const revision = await context.desktop.revision();
    for (const step of steps) await follow(context, step);
    // What is scrolled to its end shows nothing new however often it is tried.
    const ended = scrolls && (await context.desktop.revision()) === revision;
    if (ended && !(await isTrue(context, until, roundTimeout)))
      throw new AgentError(
        'no-effect',
        `scrolled to the end, and ${(await judgeClaim(context, { ...until, within: 0 })).found}`,
      );
  }
  const judged = await judgeClaim(context, until);
  if (!judged.held) throw new AgentError('no-effect', `repeated ${maxRounds} times, and ${judged.found}`);
}

async function isTrue(context: AgentContext, claim: Claim, within: number): Promise<boolean> {
  return (await judgeClaim(context, { within, ...claim })).held;
}

/** Opens one menu after the other with real clicks. */
async function openMenu(context: AgentContext, path: readonly string[]): Promise<void> {
  for (const [depth, name] of path.entries()) {
    await click(context, { name, kind: depth === 0 ? 'menu' : 'menu item' }, { button: 'left', count: 1 });
  }
}
