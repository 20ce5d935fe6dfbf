import type { Element } from '../desktop/types.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { ground, groundCheckable, groundField } from './ground.js';
import { judgeClaim } from './judge.js';
import { kinds } from './kind.js';
import { quote } from './match.js';
import { likeness, similarity } from './name.js';
import { parseQuestion, questionForms, type Question } from './question.js';
import { fit, type Answer, type AnswerOf, type AnswerSchema } from './schema.js';
import { hasState, textOf, type State } from './state.js';
import type { Target } from './target.js';
import { Tree } from './tree.js';
import { insist } from './wait.js';

/**
 * Answers a question about the screen, by the accessibility tree; no model, no network. What the question is about
 * is waited for. Throws an `AgentError`: `not-understood` for a question of no known form, `invalid-answer` for
 * an answer that is not as the schema wants, and those of a step whose target is not found.
 */
export async function ask<Schema extends AnswerSchema>(
  context: AgentContext,
  text: string,
  schema: Schema,
): Promise<AnswerOf<Schema>> {
  const question = parseQuestion(text);
  // With a model it would be the model's.
  if (question === undefined) throw notUnderstood(text);
  const answer = await answerOf(context, question);
  const fitted = await fit(answer, schema);
  if ('value' in fitted) return fitted.value as AnswerOf<Schema>;
  const said = typeof answer === 'string' ? quote(answer) : JSON.stringify(answer);
  throw new AgentError('invalid-answer', `the answer to "${text}" is ${said}, but ${fitted.problem}`);
}

function notUnderstood(text: string): AgentError {
  const near = questionForms.toSorted((a, b) => similarity(text, b) - similarity(text, a)).slice(0, 6);
  return new AgentError(
    'not-understood',
    `the question "${text}" is not understood. Questions look like: ${near.join('; ')}. Names of several words are safest in quotes.`,
  );
}

async function answerOf(context: AgentContext, question: Question): Promise<Answer> {
  const { desktop, timeout } = context;
  const look = <Value>(read: (elements: readonly Element[]) => Value): Promise<Value> =>
    insist(desktop, { timeout }, async () => read(await desktop.elements()));
  switch (question.about) {
    case 'value':
      return look((elements) => readValue(question.target, elements));
    case 'state':
      return look((elements) => {
        const element = groundFor(question.state, question.target, elements);
        return hasState(element, question.state) !== question.not;
      });
    case 'claim':
      return (await judgeClaim(context, { within: 0, ...question.claim })).held;
    case 'number':
      return look((elements) => things(question, elements).length);
    case 'list':
      return look((elements) => things(question, elements).map((each) => textOf(each, elements)));
    case 'title': {
      const windows = await desktop.windows();
      return (windows.find(({ active }) => active) ?? windows.at(-1))?.title ?? '';
    }
    case 'windows': {
      const titles = (await desktop.windows()).map(({ title }) => title);
      return question.give === 'number' ? titles.length : titles;
    }
  }
}

function groundFor(state: State, target: Target, elements: readonly Element[]): Element {
  return (state === 'checked' ? groundCheckable : ground)(target, elements).element;
}

/** Of several things with a name the field is meant. */
function readValue(target: Target, elements: readonly Element[]): string {
  try {
    return textOf(groundField(target, elements).element, elements);
  } catch (error) {
    if (!(error instanceof AgentError && error.code === 'not-found')) throw error;
    return textOf(ground(target, elements).element, elements);
  }
}

/** The elements with a kind or a name; each once, though what it consists of has its name. */
function things(
  { what, inside }: Extract<Question, { about: 'number' | 'list' }>,
  elements: readonly Element[],
): readonly Element[] {
  const tree = new Tree(elements);
  const scope = inside && ground(inside, elements).element;
  const around = scope === undefined ? elements : tree.below(scope);
  if ('kind' in what) {
    const roles: readonly string[] = kinds[what.kind];
    return around.filter(({ role }) => roles.includes(role));
  }
  for (const [, matches] of likeness(what.name)) {
    const found = around.filter((each) => [each.name, each.text ?? ''].some(matches));
    if (found.length > 0) return found.filter((inner) => !found.some((outer) => tree.isBelow(inner, outer)));
  }
  return [];
}
