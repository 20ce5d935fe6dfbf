/**
 * What went wrong around a sandbox. Callers branch on the code, never on the message.
 *
 * - `unsupported`: the level, network or platform asked for cannot be enforced here; nothing was degraded
 * - `missing`: a system package that the sandbox needs is not installed
 * - `no-broker`: the broker is not running or cannot be reached
 * - `no-rights`: the broker may not create namespaces or mounts on this machine
 * - `no-account`: every account of the range is taken
 * - `bad-message`: a message to the broker does not fit its protocol
 * - `not-found`: the sandbox does not exist or belongs to another client
 * - `provision`: a part of the sandbox did not start
 * - `setup-failed`: the packages or the command of a setup did not work out; nothing of them is kept
 * - `leak`: a sandbox of this machine reaches what it must not; nothing is run
 * - `died`: the sandbox ended while it was in use
 * - `leftover`: something of a sandbox survived its removal
 */
export type SandboxErrorCode =
  | 'unsupported'
  | 'missing'
  | 'no-broker'
  | 'no-rights'
  | 'no-account'
  | 'bad-message'
  | 'not-found'
  | 'provision'
  | 'setup-failed'
  | 'leak'
  | 'died'
  | 'leftover';

/** A failure of the sandbox or its broker, never of the application under test. */
export class SandboxError extends Error {
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = `SandboxError [${code}]`;
  }
}
