/**
 * Why the agent could not do what a sentence says. Callers branch on the code, never on the message.
 *
 * - `not-understood`: the sentence fits nothing the local agent can read
 * - `not-found`: nothing on the screen is what the sentence names
 * - `ambiguous`: several things on the screen are equally what the sentence names
 * - `not-actionable`: the target was found, and did not become visible, enabled and still in time
 * - `no-effect`: the action was done, and what it should bring about did not happen
 * - `not-held`: what a step says to see is not so
 * - `not-installed`: the command to start is not there
 * - `invalid-answer`: a question was answered, and the answer is not as its schema wants
 * - `application`: the application could not be started or ended by itself
 */
export type AgentErrorCode =
  | 'not-understood'
  | 'not-found'
  | 'ambiguous'
  | 'not-actionable'
  | 'no-effect'
  | 'not-held'
  | 'not-installed'
  | 'invalid-answer'
  | 'application';

/** A step that could not be done, or an expectation that does not hold. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = `AgentError [${code}]`;
  }
}
