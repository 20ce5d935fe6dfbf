import type { Claim } from './claim.js';
import { AgentError } from '../error.js';
import type { Instruction } from './instruction.js';

/** The names that instructions remember something under. */
export function namesKept(instructions: readonly Instruction[]): readonly string[] {
  return instructions.flatMap((instruction) => {
    if (instruction.do === 'remember') return [instruction.as];
    return 'steps' in instruction ? namesKept(instruction.steps) : [];
  });
}

/** The names that a claim compares with. */
export function namesUsed(claim: Claim): readonly string[] {
  if (claim.about === 'all' || claim.about === 'any') return claim.claims.flatMap(namesUsed);
  return claim.about === 'same' && claim.as !== undefined ? [claim.as] : [];
}

/** The names that the claims of instructions compare with. */
export function namesUsedBy(instructions: readonly Instruction[]): readonly string[] {
  return instructions.flatMap((instruction) => {
    switch (instruction.do) {
      case 'wait':
      case 'expect':
        return namesUsed(instruction.claim);
      case 'conditional':
        return [...namesUsed(instruction.claim), ...namesUsedBy(instruction.steps)];
      case 'repeat':
        return [...namesUsed(instruction.until), ...namesUsedBy(instruction.steps)];
      case 'times':
        return namesUsedBy(instruction.steps);
      default:
        return [];
    }
  });
}

/** The error for a name under which nothing is remembered; `known` are those under which something is. */
export function notRemembered(name: string, known: Iterable<string>): AgentError {
  const list = [...known].join(', ') || 'nothing';
  return new AgentError(
    'not-understood',
    `nothing was remembered as "${name}" (remembered: ${list}). Write a step before, such as: Remember the value of "Size" as ${name}`,
  );
}
