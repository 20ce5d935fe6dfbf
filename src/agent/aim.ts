import type { Element } from '../desktop/types.js';
import { choosers, foldable, settable } from './actions/choose.js';
import { ground, groundCheckable, groundField, groundKind } from './ground.js';
import type { Instruction } from './language/instruction.js';
import type { Target } from './language/target.js';

/** What an instruction looks for first; undefined where it looks for nothing. */
export function wantedBy(instruction: Instruction): Target | undefined {
  switch (instruction.do) {
    case 'menu':
      return { name: instruction.path[0]!, kind: 'menu' };
    case 'drag':
      return instruction.from;
    case 'repeat':
    case 'times':
      return instruction.steps[0] && wantedBy(instruction.steps[0]);
    default:
      return 'target' in instruction ? instruction.target : undefined;
  }
}

/** The element that an instruction would act on first; throws as the step itself would where that cannot be told. */
export function targetOf(instruction: Instruction, elements: readonly Element[]): Element | undefined {
  const [first] = instruction.do === 'repeat' || instruction.do === 'times' ? instruction.steps : [];
  if (first !== undefined) return targetOf(first, elements);
  const target = wantedBy(instruction);
  return target && grounder(instruction)(target, elements).element;
}

function grounder({ do: what }: Instruction): typeof ground {
  const ofKinds =
    (kinds: typeof choosers): typeof ground =>
    (target, elements) =>
      groundKind(kinds, target, elements);
  switch (what) {
    case 'check':
      return groundCheckable;
    case 'type':
      return groundField;
    case 'select':
      return ofKinds(choosers);
    case 'set':
      return ofKinds(settable);
    case 'expand':
      return ofKinds(foldable);
    default:
      return ground;
  }
}
