import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestInfo } from '@playwright/test';

/** The repository, in which `codex-test` resolves to the code under test. */
export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The built command line. */
export const cli = join(repository, 'dist/runner/cli.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed; nothing without it. */
  readonly input?: string;
  /** A program with its arguments that starts the command line, such as `setpriv`. */
  readonly through?: readonly string[];
  /** Called when the output so far holds the text, with the id of the process group. */
  readonly on?: { readonly text: string; readonly call: (group: number) => void };
  /** Called this long after the start. */
  readonly after?: { readonly milliseconds: number; readonly call: (group: number) => void };
}

/** Runs the command line in a process group of its own, without what the outer run has in its environment. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const outer = /^(?:TEST_|PLAYWRIGHT_|PW_|PWTEST_|CODEX_TEST_|CI$|FORCE_COLOR$|DEBUG_COLORS$|JEST_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !outer.test(name));
  const [program = '', ...rest] = [...(options.through ?? []), process.execPath, cli, ...args];
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => {}); // The command line may end without reading it.
  child.stdin.end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  let waiting = options.on;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (waiting === undefined || !output.stdout.includes(waiting.text)) return;
      const { call } = waiting;
      waiting = undefined;
      call(child.pid!);
    });
  }
  const { after } = options;
  if (after !== undefined) setTimeout(() => after.call(child.pid!), after.milliseconds);
  // A test that runs out of time must not leave the command line running.
  const kill = (): void => void process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', kill);
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed).once('close', done);
  });
  process.off('exit', kill);
  return { code, ...output };
}

/** Makes a project of these files, which may stand in directories, in the output directory of the test. */
export function makeProject(
  testInfo: TestInfo,
  files: Readonly<Record<string, string | Buffer>>,
  name = 'project',
): string {
  const root = testInfo.outputPath(name);
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return root;
}
