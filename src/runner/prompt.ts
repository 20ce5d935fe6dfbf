import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer, Question } from '../oversight/index.js';
import { withoutControls } from '../spec/index.js';

/** A step that the person replaced by another sentence. */
export interface Correction {
  readonly question: Question;
  readonly sentence: string;
}

const keys = '[Enter] do it · a sentence: do that instead · s skip · c continue · q quit';

/** Asks the person at the terminal about each step, until they say to continue. */
export function startPrompt(options: {
  /** Ends the run. */
  readonly quit: () => void;
}): {
  ask(question: Question): Promise<Answer>;
  readonly corrections: readonly Correction[];
  close(): void;
} {
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stdout } : {}),
  });
  const typed: string[] = [];
  const corrections = new Map<string, Correction>();
  let waiting: ((line: string | undefined) => void) | undefined;
  let ended = false;
  lines.on('line', (line) => {
    if (waiting === undefined) typed.push(line);
    else waiting(line);
  });
  // Without anybody at the terminal the run goes on by itself.
  lines.once('close', () => {
    ended = true;
    waiting?.(undefined);
  });
  lines.once('SIGINT', options.quit);
  const next = (): Promise<string | undefined> => {
    const first = typed.shift();
    if (first !== undefined || ended) return Promise.resolve(first);
    lines.setPrompt('debug> ');
    if (isTerminal) lines.prompt();
    return new Promise((done) => {
      waiting = (line) => {
        waiting = undefined;
        done(line);
      };
    });
  };
  let isStopping = true;
  let original: Question | undefined;
  return {
    ask: async (question) => {
      if (!isStopping) return { do: 'continue' };
      // Asked again after a sentence that failed: it is still the same step of the spec.
      const isSame = original !== undefined && sameStep(original, question);
      if (!isSame) original = question;
      process.stdout.write(`${withoutControls(describe(question))}\n`);
      const line = (await next())?.trim();
      if (line === undefined || /^c(?:ontinue)?$/i.test(line)) {
        isStopping = false;
        return { do: 'continue' };
      }
      if (line === '') return { do: 'it' };
      if (/^s(?:kip)?$/i.test(line)) return { do: 'skip' };
      if (/^q(?:uit)?$/i.test(line)) {
        options.quit();
        return new Promise(() => {}); // The run ends before.
      }
      corrections.set(keyOf(original!), { question: original!, sentence: line });
      return { do: 'instead', sentence: line };
    },
    get corrections() {
      return [...corrections.values()];
    },
    close: () => lines.close(),
  };
}

function keyOf({ test, place, step }: Question): string {
  return JSON.stringify([test, place ?? step]);
}

function sameStep(one: Question, other: Question): boolean {
  return one.place !== undefined && keyOf(one) === keyOf(other) && other.problem !== undefined;
}

function describe({ place, step, reads, target, candidates, problem }: Question): string {
  const at = place === undefined ? '' : `${relative(process.cwd(), place.file)}:${place.line}  `;
  return [
    '',
    `${at}${step}`,
    ...(reads.length === 0 ? ['  not understood'] : reads.map((read) => `  reads as    ${read}`)),
    ...(target === undefined ? [] : [`  target      ${target.description}`]),
    ...(problem === undefined ? [] : [`  problem     ${problem.replaceAll('\n', '\n              ')}`]),
    ...candidates.map((each, index) => `  ${index === 0 ? 'candidates' : '          '}  ${each}`),
    `  ${keys}`,
  ].join('\n');
}

/** The corrections as changes to the specs, for a person to apply. */
export function describeCorrections(corrections: readonly Correction[]): string {
  if (corrections.length === 0) return '';
  const parts = corrections.map(({ question: { place, step }, sentence }) => {
    const line = place === undefined ? undefined : lineOf(place);
    const change =
      line !== undefined && line.includes(step)
        ? [`-${line}`, `+${line.replace(step, () => sentence)}`]
        : [`-${step}`, `+${sentence}`];
    const at = place === undefined ? [] : [`@@ ${relative(process.cwd(), place.file)}:${place.line} @@`];
    return [...at, ...change].join('\n');
  });
  return `\nWhat you typed instead, for the spec:\n\n${parts.join('\n')}\n`;
}

function lineOf({ file, line }: { readonly file: string; readonly line: number }): string | undefined {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
