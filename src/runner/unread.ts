import {
  type AgentError,
  notJudgeable,
  namesKept,
  namesUsed,
  namesUsedBy,
  notRemembered,
  notUnderstood,
  parseExpectation,
  parseStep,
} from '../agent/index.js';
import type { Expectation, Position, SpecTest, Step } from '../spec/index.js';

/** A sentence of a test that nobody here can read or judge; with a model it would be the model's. */
export interface Unread {
  readonly kind: 'step' | 'expectation';
  readonly text: string;
  /** The spec that the sentence stands in, when it is another one. */
  readonly file?: string;
  readonly position: Position;
  readonly error: AgentError;
}

/** The sentences of a test that cannot be read, in the order in which they would be carried out. */
export function unreadSentences({
  steps,
  expectations,
}: Pick<SpecTest, 'steps' | 'expectations'>): readonly Unread[] {
  const kept = new Set<string>();
  return [
    ...steps.flatMap((step) => [
      ...unreadStep(step, kept),
      ...step.expectations.flatMap((expectation) => unreadExpectation(expectation, kept)),
    ]),
    ...expectations.flatMap((expectation) => unreadExpectation(expectation, kept)),
  ];
}

function unreadStep(step: Step, kept: Set<string>): readonly Unread[] {
  if (step.text === '') return [];
  const at = { ...step, kind: 'step' } as const;
  const instructions = parseStep(step.text);
  if (instructions === undefined) return [{ ...at, error: notUnderstood(step.text) }];
  for (const name of namesKept(instructions)) kept.add(name);
  return unknownNames(namesUsedBy(instructions), kept).map((error) => ({ ...at, error }));
}

function unreadExpectation(expectation: Expectation, kept: ReadonlySet<string>): readonly Unread[] {
  if (expectation.kind !== 'prose') return [];
  const { text } = expectation;
  const at = { ...expectation, kind: 'expectation' } as const;
  const claim = parseExpectation(text);
  if (claim !== undefined) return unknownNames(namesUsed(claim), kept).map((error) => ({ ...at, error }));
  return [{ ...at, error: notJudgeable(text) }];
}

function unknownNames(names: readonly string[], kept: ReadonlySet<string>): readonly AgentError[] {
  return names.filter((name) => !kept.has(name)).map((name) => notRemembered(name, kept));
}
