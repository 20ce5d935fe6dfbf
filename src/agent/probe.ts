import type { Check } from '../spec/index.js';
import { readClipboard } from './actions/clipboard.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { groundField } from './ground.js';
import type { Judgement } from './judge.js';
import { describeMatch, matches, quote } from './match.js';

/** How long a command that judges may run, in milliseconds. */
const commandTimeout = 30_000;

type Named<Name> = Extract<Check, { name: Name }>;

/** Judges the content of a file, or whether it exists. */
export async function judgeFile(
  context: { readonly sandbox: Pick<AgentContext['sandbox'], 'readFile'> },
  check: Extract<Check, { name: 'file' }>,
): Promise<Judgement> {
  const { path, not, match } = check;
  const content = (await context.sandbox.readFile(path))?.toString('utf8');
  if (match === undefined) {
    return {
      held: (content !== undefined) !== not,
      expected: `${path} ${not ? 'does not exist' : 'exists'}`,
      found: content === undefined ? `${path} does not exist` : `${path} exists`,
    };
  }
  return {
    // A file that is not there contains nothing, and still is not what either form expects.
    held: content !== undefined && matches(content, match) !== not,
    expected: `${path} ${describeMatch(match, not)}`,
    found: content === undefined ? `${path} does not exist` : `${path} has ${quote(content)}`,
  };
}

/** Judges whether a folder exists. */
export async function judgeFolder(
  { sandbox }: AgentContext,
  { path, not }: { readonly path: string; readonly not: boolean },
): Promise<Judgement> {
  const absolute = path.startsWith('~/') ? `${sandbox.home}/${path.slice(2)}` : path;
  const { code } = await sandbox.exec(['test', '-d', absolute]);
  return {
    held: (code === 0) !== not,
    expected: `the folder ${path} ${not ? 'does not exist' : 'exists'}`,
    found: `the folder ${path} ${code === 0 ? 'exists' : 'does not exist'}`,
  };
}

/** Judges what a named field holds. */
export async function judgeValue(context: AgentContext, check: Named<'value'>): Promise<Judgement> {
  const { field, not, match } = check;
  const expected = `the field ${quote(field)} ${describeMatch(match, not)}`;
  try {
    const { element } = groundField({ name: field }, await context.desktop.elements());
    const value = element.text ?? element.name;
    return { held: matches(value, match) !== not, expected, found: `it has ${quote(value)}` };
  } catch (error) {
    // A field that is not there holds nothing, and still is not what either form expects.
    if (error instanceof AgentError) return { held: false, expected, found: error.message };
    throw error;
  }
}

/** Judges whether a program runs as the account, by the name that the kernel has for it. */
export async function judgeProcess(
  context: { readonly sandbox: Pick<AgentContext['sandbox'], 'exec'> },
  { program, not }: Named<'process'>,
): Promise<Judgement> {
  const list = await context.sandbox.exec(['/bin/sh', '-c', 'cat /proc/[0-9]*/comm 2>/dev/null || :']);
  const names = [
    ...new Set(
      list.stdout
        .toString()
        .split('\n')
        .filter((name) => name !== ''),
    ),
  ];
  // The kernel keeps 15 characters; proc_pid_comm(5).
  const runs = names.includes(program.slice(0, 15));
  return {
    held: runs !== not,
    expected: `${program} ${not ? 'does not run' : 'runs'}`,
    found: `running: ${names.toSorted().join(', ')}`,
  };
}

/** Judges whether the application that was started last still runs. */
export function judgeRuns({ launched }: AgentContext, not: boolean): Judgement {
  const last = launched.at(-1);
  const expected = `the application ${not ? 'has ended' : 'runs'}`;
  if (last === undefined) return { held: false, expected, found: 'no application was started' };
  const ended = last.code !== undefined;
  const found = `${quote(last.command)} ${ended ? `ended with code ${last.code}` : 'is running'}`;
  return { held: ended === not, expected, found };
}

/** Judges the exit code of the application that was started last. */
export function judgeExit({ launched }: AgentContext, { code, not }: Named<'exit'>): Judgement {
  const last = launched.at(-1);
  const expected = `the application ${not ? 'does not end' : 'ends'} with code ${code}`;
  if (last === undefined) return { held: false, expected, found: 'no application was started' };
  if (last.code === undefined)
    return { held: false, expected, found: `${quote(last.command)} is still running` };
  return {
    held: (last.code === code) !== not,
    expected,
    found: `${quote(last.command)} ended with code ${last.code}`,
  };
}

/** Judges the text on the clipboard. */
export async function judgeClipboard(
  context: AgentContext,
  { not, match }: Named<'clipboard'>,
): Promise<Judgement> {
  const expected = `a clipboard that ${describeMatch(match, not)}`;
  const text = await readClipboard(context);
  return {
    held: matches(text, match) !== not,
    expected,
    found: text === '' ? 'it is empty' : `it has ${quote(text)}`,
  };
}

/** Runs a command as the account and judges its exit code and its output. */
export async function judgeCommand(context: AgentContext, check: Named<'command'>): Promise<Judgement> {
  const { command, exits, not, match } = check;
  const ran = await context.sandbox.exec(['/bin/sh', '-c', command], { timeout: commandTimeout });
  const output = `${ran.stdout.toString()}${ran.stderr.toString()}`.trim();
  const said = match === undefined || matches(output, match) !== not;
  return {
    held: ran.code === exits && said,
    expected: `${quote(command)} ends with code ${exits}${match === undefined ? '' : ` and its output ${describeMatch(match, not)}`}`,
    found: `it ended with code ${ran.code}${ran.timedOut ? ` after ${commandTimeout / 1000} s` : ''} and the output ${quote(output)}`,
  };
}
