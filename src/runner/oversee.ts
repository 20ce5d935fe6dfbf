// Runs Playwright for `--headed` and `--debug`: shows the desktops of the tests, and asks about their steps.
import { spawn, type ChildProcess } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForTests, openBrowser, startLiveView } from '../oversight/index.js';
import { debugVariable, overseerVariable } from './overseen.js';
import { describeCorrections, startPrompt } from './prompt.js';

const [how, ...command] = process.argv.slice(2);
const prefix = 'codex-test-overseer-';
removeLeft();
const directory = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
const socket = join(directory, 'overseer');

/** Directories of runs that were killed. */
function removeLeft(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const path = join(tmpdir(), name);
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    const isOurs = lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
    if (isOurs && !isAlive(pid)) rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends with its tests, which end with it. */
async function oversee(): Promise<number> {
  let playwright: ChildProcess | undefined;
  const live = await startLiveView();
  const prompt = how === 'debug' ? startPrompt({ quit: () => playwright?.kill('SIGINT') }) : undefined;
  const listening = await listenForTests(socket, {
    onTell: (message) => live.show(message),
    onQuestion: (question) => prompt?.ask(question) ?? Promise.resolve({ do: 'continue' }),
  });
  process.stdout.write(`Live view, to look at only: ${live.url}\n`);
  await openBrowser(live.url, process.env);
  const [program = '', ...args] = command;
  playwright = spawn(program, args, {
    // What is typed is for the prompt.
    stdio: [prompt === undefined ? 'inherit' : 'ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      [overseerVariable]: socket,
      // Lists that are drawn over and over would paint over the prompt.
      ...(prompt === undefined ? {} : { [debugVariable]: '1', PLAYWRIGHT_FORCE_TTY: '0' }),
    },
  });
  const child = playwright;
  // Ctrl-C reaches Playwright by itself.
  process.on('SIGINT', () => {}).on('SIGTERM', () => child.kill('SIGINT'));
  const code = await new Promise<number>((done, failed) => {
    child.once('error', failed);
    child.once('exit', (status, signal) => done(status ?? (signal === 'SIGINT' ? 130 : 137)));
  });
  listening.close();
  if (prompt !== undefined) {
    prompt.close();
    process.stdout.write(describeCorrections(prompt.corrections));
  }
  await live.close();
  return code;
}

try {
  process.exitCode = await oversee();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
