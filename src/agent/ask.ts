import type { Claim } from './language/claim.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { matching } from './ground.js';
import { judgeClaim } from './judge.js';
import { quote } from './match.js';
import { similarity } from './language/name.js';
import { parseQuestion, questionForms, type Question } from './question.js';
import { read } from './read.js';
import { fit, type Answer, type AnswerOf, type AnswerSchema } from './schema.js';
import { textOf } from './state.js';
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
  switch (question.about) {
    case 'reading': {
      const { reading } = question;
      const found = await insist(desktop, { timeout }, () => read(context, reading));
      return reading.of === 'count' ? Number(found) : found;
    }
    case 'claim':
      return insist(desktop, { timeout }, () => isTrue(context, question.claim));
    case 'list': {
      const { target } = question;
      return insist(desktop, { timeout }, async () => {
        const elements = await desktop.elements();
        return matching(target, elements).map((each) => textOf(each, elements));
      });
    }
    case 'windows': {
      const titles = (await desktop.windows()).map(({ title }) => title);
      return question.give === 'number' ? titles.length : titles;
    }
  }
}

/** A claim about what is not there is true neither way. */
async function isTrue(context: AgentContext, claim: Claim): Promise<boolean> {
  const judged = await judgeClaim(context, { ...claim, within: 0 });
  if (judged.held || claim.about === 'all') return judged.held;
  const denied = await judgeClaim(context, { ...claim, not: !claim.not, within: 0 });
  if (denied.held) return false;
  throw new AgentError('not-found', judged.found);
}
