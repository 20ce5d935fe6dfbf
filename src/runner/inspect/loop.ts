import { writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import {
  doStep,
  judgeCheck,
  judgeClaim,
  notUnderstood,
  parseExpectation,
  parseStep,
  type AgentContext,
  type Judgement,
} from '../../agent/index.js';
import { checkNames, parseCheck, SpecError, withoutControls, type Check } from '../../spec/index.js';
import { withPictures } from '../pictures.js';
import type { Scenario } from './start.js';
import { describeChange, describeScreen, readScreen, type Screen } from './screen.js';

/** How long a step that was typed may wait for its target, in milliseconds; the person sees the screen. */
const typedTimeout = 3_000;

/** How long an expectation that was typed may take to become true, in milliseconds. */
const judgeTimeout = 2_000;

const help = `A step is done, an expectation or a machine check is judged:
  Click "Save"        "Saved" is shown        file: ~/notes.txt exists
Also:
  screen              prints the screen again
  screenshot FILE     writes the screen as a PNG
  save FILE.spec.md   writes what was done and what held as a spec
  exit                ends; so does Ctrl-D. Nothing is left of the sandbox.`;

/** A step that was done, with the expectations that held after it. */
export interface Done {
  readonly step: string;
  readonly held: string[];
}

/** A session at the terminal, and what of it a spec would hold. */
interface Talk {
  readonly context: AgentContext;
  readonly say: (line: string) => void;
  readonly done: Done[];
  readonly scenario: Scenario;
  screen: Screen;
}

/** Prints the screen and carries out what is typed, until the input ends. */
export async function talk(options: {
  readonly context: AgentContext;
  readonly scenario: Scenario;
  readonly done: readonly Done[];
}): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${withoutControls(line)}\n`);
  const screen = await readScreen(options.context.desktop);
  for (const line of describeScreen(screen)) say(line);
  const context = { ...options.context, timeout: typedTimeout };
  const session: Talk = { ...options, context, done: [...options.done], say, screen };
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) say('\nA sentence to try, or ? for help.');
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stdout, prompt: '> ' } : {}),
  });
  // Ctrl-C comes as a key from a terminal, else as a signal.
  const interrupted = new Promise<'interrupted'>((done) => {
    const end = (): void => {
      lines.close();
      done('interrupted');
    };
    lines.once('SIGINT', end);
    process.once('SIGINT', end);
  });
  if (isTerminal) lines.prompt();
  for await (const line of lines) {
    if (/^(?:exit|quit)$/i.test(line.trim())) break;
    if ((await Promise.race([answer(session, line.trim()), interrupted])) === 'interrupted') break;
    if (isTerminal) lines.prompt();
  }
  lines.close();
}

async function answer(session: Talk, line: string): Promise<void> {
  const { say } = session;
  try {
    await carryOut(session, line);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

async function carryOut(session: Talk, line: string): Promise<void> {
  const { context, say } = session;
  const [, word = '', argument = ''] = /^(screenshot|save)\s+(\S.*)$/i.exec(line) ?? [];
  if (line === '') return showChange(session);
  if (/^(?:\?|help)$/i.test(line)) return say(help);
  if (/^screen$/i.test(line)) {
    session.screen = await readScreen(context.desktop);
    for (const each of describeScreen(session.screen)) say(each);
    return;
  }
  if (/^screenshot$/i.test(word)) {
    const { png, width, height } = await context.desktop.screenshot();
    return write(session, { path: argument, content: png, what: `${width}×${height} pixels` });
  }
  if (/^save$/i.test(word)) {
    const { text, missing } = toSpec(session, argument);
    const hint = missing.length === 0 ? '' : `; put a copy of ${missing.join(', ')} beside it`;
    return write(session, { path: argument, content: text, what: 'the spec', hint });
  }
  const judged = await judgeLine(context, line);
  if (judged !== undefined) return tell(session, line, judged);
  const expectsNoMore = /^expect:/i.test(line);
  if (expectsNoMore || parseStep(line) === undefined) throw notUnderstood(line);
  await doStep(seeing(context, line, session.scenario.origin?.file), line);
  session.done.push({ step: line, held: [] });
  await showChange(session);
}

function tell({ say, done }: Talk, line: string, { held, expected, found }: Judgement): void {
  say(held ? `held: ${found}` : `not held: expected ${expected}, but ${found}`);
  if (held) done.at(-1)?.held.push(asExpectation(line));
}

/** An expectation as the line of a spec says it. */
export function asExpectation(line: string): string {
  const text = line.replace(/^expect:\s*/i, '');
  const isCheck = /^\x60|^[a-z]+:/.test(text);
  return isCheck ? `\x60${text.replaceAll('\x60', '')}\x60` : `expect: ${text}`;
}

/** Sees the pictures that a sentence names: beside the spec, or in this directory. */
export function seeing(
  context: AgentContext,
  sentence: string,
  spec = join(process.cwd(), 'inspect.spec.md'),
): AgentContext {
  return { ...context, desktop: withPictures(context.desktop, sentence, spec) };
}

/** Judges a line that is an expectation; undefined for one that is none. */
export async function judgeLine(context: AgentContext, line: string): Promise<Judgement | undefined> {
  const text = line.replace(/^expect:\s*/i, '');
  const check = readCheck(text);
  if (check?.name === 'screenshot' || check?.name === 'image') {
    throw new Error('a picture belongs to a spec; run the spec, or accept x.spec.md:LINE');
  }
  if (check !== undefined) return judgeCheck(context, { within: judgeTimeout, ...check });
  const claim = parseStep(text) === undefined ? parseExpectation(text) : undefined;
  return claim && judgeClaim(context, { within: judgeTimeout, ...claim });
}

function readCheck(text: string): Check | undefined {
  const code = /^\x60(.+)\x60$/.exec(text)?.[1];
  const isCheck = code !== undefined || checkNames.some((name) => text.startsWith(`${name}:`));
  if (!isCheck) return undefined;
  const check = parseCheck(code ?? text, { file: '', position: { line: 1, column: 1 } });
  if (check instanceof SpecError) throw check;
  return check;
}

async function showChange(session: Talk): Promise<void> {
  const now = await readScreen(session.context.desktop);
  for (const line of describeChange(session.screen, now)) session.say(line);
  session.screen = now;
}

function write(
  { say }: Talk,
  options: {
    readonly path: string;
    readonly content: string | Buffer;
    readonly what: string;
    readonly hint?: string;
  },
): void {
  const { path, content, what, hint = '' } = options;
  try {
    writeFileSync(path, content);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES') throw error;
    throw new Error(`${message}. This session is an ordinary account; it may write below reports/`, {
      cause: error,
    });
  }
  say(`wrote ${what} to ${path}${hint}`);
}

/** What was done and what held as a spec, and the files that have to lie beside it. */
function toSpec(
  { scenario, done }: Talk,
  path: string,
): { readonly text: string; readonly missing: readonly string[] } {
  const steps = done.flatMap(({ step, held }, index) => [
    `${index + 1}. ${step}`,
    ...held.map((each) => `   - ${each}`),
  ]);
  const folder = dirname(resolve(path));
  const missing = scenario.files.filter((file) => !file.startsWith(`${folder}/`));
  const files = scenario.files.map((file) =>
    missing.includes(file) ? basename(file) : relative(folder, file),
  );
  const text = [
    ...['---', `app: ${JSON.stringify(scenario.settings.app)}`],
    ...(files.length === 0 ? [] : [`files: ${JSON.stringify(files)}`]),
    ...['---', '# Inspected', '', '## Does what was tried', '', ...steps],
    ...(done.every(({ held }) => held.length === 0) ? ['   - expect: none'] : []),
    '',
  ].join('\n');
  return { text, missing: missing.map((file) => basename(file)) };
}
