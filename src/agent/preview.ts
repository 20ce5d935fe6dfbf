import type { Element } from '../desktop/types.js';
import type { Claim } from './language/claim.js';
import { AgentError } from './error.js';
import { describeElement, matching, nearest } from './ground.js';
import { describeMatch } from './match.js';
import { similarity } from './language/name.js';
import type { Instruction } from './language/instruction.js';
import { targetOf, wantedBy } from './aim.js';
import { parseStep } from './language/step.js';
import { describeTarget, type Target } from './language/target.js';

/** What a step would do, without doing it. */
export interface Preview {
  /** One line for each action that it is read as; empty when it is not understood. */
  readonly reads: readonly string[];
  /** What the first action would act on now. */
  readonly target?: Element;
  /** What else its words may mean, the likeliest first. */
  readonly candidates: readonly Element[];
  /** Why the target cannot be told. */
  readonly problem?: string;
}

/** Reads a step and looks for its first target on the screen as it is. */
export function preview(step: string, elements: readonly Element[]): Preview {
  const instructions = parseStep(step);
  const first = instructions?.[0];
  if (instructions === undefined || first === undefined) return { reads: [], candidates: [] };
  const reads = instructions.map(describeInstruction);
  try {
    const target = targetOf(first, elements);
    return {
      reads,
      ...(target === undefined ? {} : { target }),
      candidates: others(first, elements, target),
    };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { reads, candidates: others(first, elements), problem: error.message };
  }
}

function others(instruction: Instruction, elements: readonly Element[], found?: Element): readonly Element[] {
  const target = wantedBy(instruction);
  if (target === undefined) return [];
  const all = new Set([...same(target, elements), ...nearest(target, elements)]);
  const rest = [...all].filter((element) => element !== found);
  const like = rest.filter((element) => isLike(target, element));
  return (like.length > 0 || found !== undefined ? like : rest).slice(0, 5);
}

function isLike({ name }: Target, element: Element): boolean {
  if (name === undefined) return true;
  return [element.name, ...element.labels].some((other) => similarity(name, other) > 0.3);
}

function same(target: Target, elements: readonly Element[]): readonly Element[] {
  try {
    return matching(target, elements);
  } catch (error) {
    if (error instanceof AgentError) return [];
    throw error;
  }
}

/** An element with where it is, for a person who looks for it. */
export function describePlace(element: Element): string {
  const { x, y, width, height } = element.box;
  return `${describeElement(element).replaceAll(/\s+/g, ' ')} at ${x},${y} ${width}×${height} of ${element.app}`;
}

/** An instruction in words, such as `click "Save" button`. */
function describeInstruction(instruction: Instruction): string {
  const { do: what, ...rest } = instruction;
  const parts = Object.entries(rest).map(([name, value]) => describePart(name, value as unknown));
  return [what, ...parts.filter((part) => part !== '')].join(' ');
}

function describePart(name: string, value: unknown): string {
  if (name === 'target' || name === 'from' || name === 'to') {
    const said = describeTarget(value as Target);
    return name === 'target' ? said : `${name} ${said}`;
  }
  if (name === 'claim' || name === 'until')
    return `${name === 'until' ? 'until ' : ''}${describeClaim(value as Claim)}`;
  if (name === 'steps') return `(${(value as readonly Instruction[]).map(describeInstruction).join(', ')})`;
  if (name === 'path') return (value as readonly string[]).join(' > ');
  if (name === 'chords')
    return (value as readonly (readonly string[])[]).map((keys) => keys.join('+')).join(', ');
  if (name === 'button') return value === 'left' ? '' : `with the ${String(value)} button`;
  if (name === 'count') return value === 2 ? 'twice' : '';
  return `${name} ${JSON.stringify(value)}`;
}

/** A claim in words that are short rather than a sentence. */
function describeClaim(claim: Claim): string {
  if (claim.about === 'all') return claim.claims.map(describeClaim).join(' and ');
  const match = 'match' in claim ? describeMatch(claim.match) : '';
  const target = 'target' in claim ? describeTarget(claim.target) : '';
  return [claim.not ? 'not' : '', claim.about, target, match].filter((part) => part !== '').join(' ');
}
