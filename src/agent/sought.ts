import type { Element } from '../desktop/types.js';
import type { Found } from './ground.js';
import { describeTarget, type Target } from './language/target.js';

/** Looks for an element by itself, where no sentence names a target. */
export interface Finder {
  /** What is looked for, as it is called in logs and errors. */
  readonly description: string;
  /** The one element meant; throws an `AgentError` where there is none, or more than one. */
  readonly find: (elements: readonly Element[]) => Found;
}

/** What an action is done to. */
export type Sought = Target | Finder;

/** Whether it finds its element by itself. */
export function isFinder(sought: Sought): sought is Finder {
  return 'find' in sought;
}

/** What is looked for in words, for logs and errors. */
export function describeSought(sought: Sought): string {
  return isFinder(sought) ? sought.description : describeTarget(sought);
}
