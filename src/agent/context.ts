import type { Action, Box, Point, ReadDesktop, Screenshot } from '../desktop/types.js';
import type { Sandbox } from '../sandbox/types.js';

/** What an agent may use: a desktop, commands in the sandbox, and somebody who keeps the evidence. */
export interface AgentContext {
  readonly desktop: ReadDesktop;
  readonly sandbox: Pick<Sandbox, 'exec' | 'readFile' | 'home'>;
  readonly evidence: Evidence;
  /** Milliseconds that a step may wait for its target, and an expectation to become true. */
  readonly timeout: number;
  /** Applications that steps of this test have started, in their order; the agent adds to it. */
  readonly launched: Launched[];
  /** What steps of this test have remembered, by the name in lower case; the agent adds to it. */
  readonly remembered: Map<string, string>;
}

/** What the steps of a test that begins know of each other: nothing. */
export function newMemory(): Pick<AgentContext, 'launched' | 'remembered'> {
  return { launched: [], remembered: new Map() };
}

/** An application that a step has started. */
export interface Launched {
  readonly command: string;
  /** Its exit code once it has ended. */
  code?: number;
}

export interface Evidence {
  /** Keeps what one action did; times are milliseconds of `performance.now()`. */
  action(record: ActionRecord): Promise<void>;
}

export interface ActionRecord {
  /** The action in words, for example `Click "Save"`. */
  readonly title: string;
  readonly action?: Action;
  readonly point?: Point;
  readonly target?: Box;
  readonly before: Screenshot;
  readonly after: Screenshot;
  /** Whether the screen changed. */
  readonly effect: boolean;
  /** How the target was found and what was noticed. */
  readonly log: readonly string[];
  readonly started: number;
  /** Just before the input was sent, and just after. */
  readonly acted: number;
  readonly sent: number;
  readonly ended: number;
}
