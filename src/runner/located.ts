import { relative } from 'node:path';
import type { Position } from '../spec/index.js';

/**
 * Makes a place in a spec the whole stack of an error: Playwright takes place and code frame from its first
 * frame, and the rest would be lines of ours.
 */
export function showAt(
  error: Error,
  { file, position }: { readonly file: string; readonly position: Position },
): void {
  const place = `${file}:${position.line}:${position.column}`;
  // Of a path with " (" Playwright takes what follows, unless a function stands before.
  error.stack = `${error.name}: ${error.message}\n    at ${file.includes(' (') ? `spec (${place})` : place}`;
}

/** A failure as Playwright shows it: with the message of `error`, at its place in the spec. */
export class SpecFailure extends Error {
  override readonly name: string;
  readonly file: string;
  readonly position: Position;
  /** The error itself; not `cause`, which Playwright would print with the stack of our own code. */
  readonly error: unknown;

  constructor(file: string, position: Position, error: unknown) {
    const cause = error instanceof Error ? error : new Error(String(error));
    super(cause.message);
    this.name = cause.name;
    this.file = file;
    this.position = position;
    this.error = error;
    showAt(this, { file, position });
  }
}

/** One failure for all: the first, with the places and messages of the others. */
export function together([first, ...others]: readonly SpecFailure[]): SpecFailure {
  if (first === undefined) throw new Error('there is no failure to tell');
  if (others.length === 0) return first;
  const list = others.map(({ file, position, message }) => {
    const place = `${relative(process.cwd(), file)}:${position.line}:${position.column}`;
    return `${place}: ${message.replaceAll('\n', '\n  ')}`;
  });
  const error = new Error(`${first.message}\n\nNor did this hold:\n${list.join('\n')}`);
  error.name = first.name;
  return new SpecFailure(first.file, first.position, error);
}
