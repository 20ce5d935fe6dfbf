import { setTimeout as delay } from 'node:timers/promises';
import type { Action } from '../desktop/types.js';
import { act, locate } from './act.js';
import { check } from './check.js';
import type { Claim } from './claim.js';
import { close } from './close.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { describeElement } from './ground.js';
import { click, drag, run, scroll, select } from './gesture.js';
import { forms, parseStep, type Instruction } from './instruction.js';
import { judgeClaim } from './judge.js';
import { launch } from './launch.js';
import { similarity } from './name.js';
import { type } from './typing.js';

/** How long what a step only does "if" may take to appear, in milliseconds. */
const appearTimeout = 1_500;
/** How long a round of a repeated step may take to show its result, in milliseconds. */
const roundTimeout = 500;
const maxRounds = 50;

/** Does what a step says, by the accessibility tree; no model, no network. */
export async function doStep(context: AgentContext, text: string): Promise<void> {
  const instructions = parseStep(text);
  if (instructions === undefined) throw notUnderstood(text);
  for (const instruction of instructions) await follow(context, instruction);
}

/** The error for a step that fits no form. */
export function notUnderstood(text: string): AgentError {
  const near = forms.toSorted((a, b) => similarity(text, b) - similarity(text, a)).slice(0, 6);
  return new AgentError(
    'not-understood',
    `the step "${text}" is not understood. Steps look like: ${near.join('; ')}. Names of several words are safest in quotes.`,
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
    case 'press': {
      const actions = instruction.chords.map((keys): Action => ({ type: 'keypress', keys }));
      await act(context, {
        title: `Press ${instruction.chords.map((keys) => keys.join('+')).join(', ')}`,
        actions,
      });
      return;
    }
    case 'menu':
      return openMenu(context, instruction.path);
    case 'wait': {
      const judged = await judgeClaim(context, instruction.claim);
      if (!judged.held) throw new AgentError('no-effect', `waited, and ${judged.found}`);
      return;
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
    case 'repeat':
      return repeat(context, instruction);
    case 'conditional':
      if (!(await isTrue(context, instruction.claim, appearTimeout))) return;
      for (const step of instruction.steps) await follow(context, step);
  }
}

async function repeat(
  context: AgentContext,
  { steps, until }: { readonly steps: readonly Instruction[]; readonly until: Claim },
): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    if (await isTrue(context, until, round === 0 ? 0 : roundTimeout)) return;
    for (const step of steps) await follow(context, step);
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
