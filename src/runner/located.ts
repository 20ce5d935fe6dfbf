import type { Position } from '../spec/index.js';

/** A failure as Playwright shows it: with the message of `error`, at its place in the spec. */
export class SpecFailure extends Error {
  override readonly name: string;
  /** The error itself; not `cause`, which Playwright would print with the stack of our own code. */
  readonly error: unknown;

  constructor(file: string, position: Position, error: unknown) {
    const cause = error instanceof Error ? error : new Error(String(error));
    super(cause.message);
    this.name = cause.name;
    this.error = error;
    // Playwright takes place and code frame from the first frame of the stack.
    this.stack = `${this.name}: ${this.message}\n    at ${file}:${position.line}:${position.column}`;
  }
}
