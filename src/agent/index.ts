export { ask } from './ask.js';
export { parseExpectation, type Claim } from './language/claim.js';
export { newMemory, type ActionRecord, type AgentContext, type Evidence } from './context.js';
export { describeEnded } from './actions/ended.js';
export { AgentError, type AgentErrorCode } from './error.js';
export { findMask } from './ground.js';
export { similarity } from './language/name.js';
export { namesKept, namesUsed, namesUsedBy, notRemembered } from './language/memory.js';
export { parseStep } from './language/step.js';
export { judgeCheck, judgeClaim, type Judgement } from './judge.js';
export { doStep, notJudgeable, notUnderstood } from './local.js';
export {
  createLocators,
  Locator,
  type ActionOptions,
  type ClickOptions,
  type FilterOptions,
  type Locators,
  type TextOptions,
} from './locator.js';
export type { LocatorHost } from './locatorActions.js';
export {
  describeAbsence,
  describeExcess,
  matchAll,
  matchOne,
  spaced,
  textMatches,
  type Query,
  type RoleOptions,
  type TextPattern,
} from './query.js';
export type { Role } from './role.js';
export type { AnswerOf, AnswerSchema, StandardSchema } from './schema.js';
export { judgeFile, judgeProcess } from './probe.js';
export { valueOf } from './read.js';
export { hasState, textOf } from './state.js';
export { waitFor } from './wait.js';
export { phrases, type Phrase } from './phrase.js';
export { describePlace, preview, type Preview } from './preview.js';
