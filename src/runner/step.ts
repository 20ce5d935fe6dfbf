import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Desktop } from '../desktop/index.js';
import type { Place, TestEvidence } from './evidence.js';
import { showAt } from './located.js';

/** Files of Node.js and Playwright. */
const theirs = /^node:|[\\/]node_modules[\\/](?:@?playwright|playwright-core)[\\/]/;

/** Our own files, as they run and as source maps name them. */
const own = ['dist', 'src'].map((name) => join(dirname(dirname(import.meta.dirname)), name) + sep);

/**
 * Runs what a line of a TypeScript spec asks for as a step of that line. A failure leaves the screen it happened
 * on, and is told at the line.
 */
export function stepOfCaller<Value>(
  { evidence, desktop }: { readonly evidence: TestEvidence; readonly desktop: Desktop },
  title: string,
  body: () => Promise<Value>,
): Promise<Value> {
  const place = placeOfCaller();
  return evidence.step(title, place, async () => {
    try {
      return await body();
    } catch (error) {
      await evidence.failure(title, desktop);
      throw located(error, place);
    }
  });
}

/** Runs what a line of a spec asks for; an error is told at that line. */
export function locatedAtCaller<Value>(body: () => Value): Value {
  const place = placeOfCaller();
  const rethrow = (error: unknown): never => {
    throw located(error, place);
  };
  try {
    const value = body();
    return value instanceof Promise ? (value.catch(rethrow) as Value) : value;
  } catch (error) {
    return rethrow(error);
  }
}

/** The error, whose stack then is nothing but the place. */
function located(error: unknown, place: Place | undefined): unknown {
  if (place !== undefined && error instanceof Error) showAt(error, place);
  return error;
}

/** Where we were called from, in the words of the stack, which Playwright maps to the source. */
function placeOfCaller(): Place | undefined {
  const { stackTraceLimit } = Error;
  // Between a matcher and its caller lie about ten frames of Playwright's.
  Error.stackTraceLimit = 50;
  const frames = new Error('where').stack?.split('\n').slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  for (const frame of frames) {
    const where = /\((.+)\)$/.exec(frame)?.[1] ?? frame.replace(/^ *at (?:async )?/, '');
    const [, path, line, column] = /^(.+):(\d+):(\d+)$/.exec(where) ?? [];
    if (path === undefined) continue;
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    if (!theirs.test(file) && !own.some((directory) => file.startsWith(directory)))
      return { file, position: { line: Number(line), column: Number(column) } };
  }
  return undefined;
}

/** An error of Playwright's that passed through here, told where the spec called us. */
export function withoutOurs(error: unknown): unknown {
  if (error instanceof Error && error.stack !== undefined) {
    const lines = error.stack.split('\n');
    const isOurs = (line: string) => /^ *at /.test(line) && own.some((directory) => line.includes(directory));
    error.stack = lines.filter((line) => !isOurs(line)).join('\n');
  }
  return error;
}
