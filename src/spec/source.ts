import { SpecError, type SpecErrorCode } from './error.js';
import type { Position } from './types.js';

/** The largest spec that is read, in bytes. */
export const maximumSize = 1024 * 1024;

/** A spec file being read, and what was found wrong with it so far. */
export interface Source {
  readonly file: string;
  /** Without byte order mark, lines ending in `\n`. */
  readonly text: string;
  readonly problems: SpecError[];
  position(offset: number): Position;
  report(problem: { readonly code: SpecErrorCode; readonly offset: number; readonly message: string }): void;
}

/** Decodes the bytes of a spec file; returns a `not-text` or `too-large` error when they cannot be one. */
export function decodeSpec(bytes: Uint8Array, file: string): string | SpecError {
  if (bytes.length > maximumSize) return tooLarge(file, bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const position = { line: firstBadLine(bytes), column: 1 };
    const message = `Line ${position.line} is not valid UTF-8. Save the file as UTF-8.`;
    return new SpecError({ code: 'not-text', file, position, message, cause });
  }
}

export function tooLarge(file: string, size: number): SpecError {
  const message = `The spec has ${size} bytes; at most ${maximumSize} are read. Split it into several files.`;
  return new SpecError({ code: 'too-large', file, position: { line: 1, column: 1 }, message });
}

export function openSource(file: string, source: string): Source {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const starts = [0];
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1))
    starts.push(index + 1);
  const position = (offset: number) => positionOf(starts, Math.max(0, Math.min(offset, text.length)));
  return withOwnProblems({ file, text, position });
}

/** The same file with a list of problems of its own, for a part that may turn out not to count. */
export function withOwnProblems({
  file,
  text,
  position,
}: Pick<Source, 'file' | 'text' | 'position'>): Source {
  const problems: SpecError[] = [];
  return {
    file,
    text,
    problems,
    position,
    report: ({ code, offset, message }) =>
      problems.push(new SpecError({ code, file, position: position(offset), message })),
  };
}

function positionOf(starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    // No byte of a multi-byte character is a line feed, so each line stands alone.
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return 1;
}
