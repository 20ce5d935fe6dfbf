export { claimForms, parseExpectation, type Claim } from './claim.js';
export type { ActionRecord, AgentContext, Evidence } from './context.js';
export { AgentError, type AgentErrorCode } from './error.js';
export { findMask } from './ground.js';
export { parseStep } from './instruction.js';
export { judgeCheck, judgeClaim, type Judgement } from './judge.js';
export { doStep, notUnderstood } from './local.js';
export { phrases, type Phrase } from './phrase.js';
export { describePlace, preview, type Preview } from './preview.js';
