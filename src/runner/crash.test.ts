import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test, expect, type TestInfo } from '@playwright/test';
import {
  brokerProcess,
  descendants,
  footprint,
  mounts,
  nothing,
  processes,
  remains,
  startBrokerWith,
  brokerMain,
  until,
  user,
  type Footprint,
  type HostProcess,
} from '../sandbox/linux/testing.js';

const spec = `---
kind: gui
app: mousepad
---
# Editor

## Stays open

1. Wait until "never" is shown

**Expected Results:**
- "never" is shown
`;

interface Run {
  readonly cli: ChildProcess;
  readonly output: () => string;
  /** Resolves with the exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  readonly tree: readonly HostProcess[];
  readonly footprint: Footprint;
  readonly socket: string;
}

/** Starts the command line on a tiny project and waits until its test looks at the application. */
async function start(testInfo: TestInfo): Promise<Run> {
  const root = testInfo.outputPath('project');
  mkdirSync(join(root, 'specs'), { recursive: true });
  writeFileSync(join(root, 'specs', 'editor.spec.md'), spec);
  const config = `import { defineConfig } from 'codex-test';\nexport default defineConfig({ workers: 1, reporter: 'list' });\n`;
  writeFileSync(join(root, 'playwright.config.mjs'), config);
  const before = mounts();
  const main = fileURLToPath(new URL('cli.js', import.meta.url));
  const cli = spawn(process.execPath, [main, '-c', join(root, 'playwright.config.mjs')], {
    cwd: root,
    // A group of its own, to which a terminal would send Ctrl-C.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8' },
  });
  let text = '';
  for (const stream of [cli.stdout, cli.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<number | string>((resolve) =>
    cli.once('close', (code, signal) => resolve(code ?? signal ?? '')),
  );
  const tree = await until(
    'the application',
    () => {
      if (cli.exitCode !== null) throw new Error(text);
      const all = descendants(cli.pid!);
      return all.some(({ command }) => /^mousepad\b/.test(command)) ? all : undefined;
    },
    30_000,
  );
  const uid = tree.find(({ command }) => /^mousepad\b/.test(command))!.uids[0]!;
  const run = readdirSync('/run/codex-test/runs').find((id) => ownerOf(id) === find(tree, 'broker').pid);
  const socket = join('/run/codex-test/runs', run!, 'broker.sock');
  expect(brokerProcess(socket)).toEqual(find(tree, 'broker'));
  return { cli, output: () => text, ended, tree, footprint: footprint(socket, { uid }, before), socket };
}

function ownerOf(run: string): number | undefined {
  try {
    const text = readFileSync(join('/run/codex-test/runs', run, 'owner.json'), 'utf8');
    return (JSON.parse(text) as { pid: number }).pid;
  } catch {
    return undefined; // Another run that has ended.
  }
}

const roles = {
  broker: /sandbox\/linux\/broker\.js/,
  main: /^\S*node\S* \S*@playwright\/test\/cli\.js test\b/,
  worker: /playwright\/lib\/worker\//,
  desktop: /desktop\/main\.js/,
} as const;

function find(tree: readonly HostProcess[], role: keyof typeof roles): HostProcess {
  const found = tree.filter(({ command }) => roles[role].test(command));
  expect([role, found.length, found.map(({ command }) => command)]).toEqual([role, 1, [expect.any(String)]]);
  return found[0]!;
}

/** All that the command line started is gone, and all that the sandbox was. */
async function expectNothing(run: Run): Promise<void> {
  const left = (): string[] =>
    processes()
      .filter((each) => run.tree.some(({ pid, start: began }) => pid === each.pid && began === each.start))
      .map(({ command }) => command);
  await expect.poll(left, { timeout: 15_000, intervals: [50] }).toEqual([]);
  await expect.poll(() => remains(run.footprint), { timeout: 5_000, intervals: [50] }).toEqual(nothing);
  const owners = [run.cli.pid, ...run.tree.map(({ pid }) => pid)];
  const runs = (): string[] =>
    readdirSync('/run/codex-test/runs').filter((id) => owners.includes(ownerOf(id)));
  await expect.poll(runs, { timeout: 5_000, intervals: [50] }).toEqual([]);
}

function kill(process_: HostProcess): void {
  process.kill(process_.pid, 'SIGKILL');
}

/** The command line must not hold up the other tests when this one fails. */
test.afterEach(() => {
  const cli = started.get(test.info().testId);
  if (cli?.pid === undefined) return;
  for (const { pid } of descendants(cli.pid).toReversed()) spawnSync('kill', ['-9', String(pid)]);
  cli.kill('SIGKILL');
});
const started = new Map<string, ChildProcess>();

async function startNoted(testInfo: TestInfo): Promise<Run> {
  const run = await start(testInfo);
  started.set(testInfo.testId, run.cli);
  return run;
}

test.describe('leaves nothing and says what happened', () => {
  test('when the worker is killed', async () => {
    const run = await startNoted(test.info());
    kill(find(run.tree, 'worker'));
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/worker process exited unexpectedly.*SIGKILL/);
    expect(run.output()).toContain('1 failed');
    await expectNothing(run);
  });

  test('when Playwright itself is killed', async () => {
    const run = await startNoted(test.info());
    kill(find(run.tree, 'main'));
    expect(await run.ended).not.toBe(0);
    await expectNothing(run);
    expect(run.output()).toMatch(/codex-test: .*Playwright.*(SIGKILL|signal 9|137)/);
  });

  test('when the command line is killed', async () => {
    const run = await startNoted(test.info());
    run.cli.kill('SIGKILL');
    expect(await run.ended).toBe('SIGKILL');
    await expectNothing(run);
  });

  test('when the broker is killed', async () => {
    const run = await startNoted(test.info());
    kill(find(run.tree, 'broker'));
    expect(await run.ended).toBe(3);
    expect(run.output()).toContain('the broker has ended');
    // What it kept on the disk goes with the next run.
    const next = await startBrokerWith([process.execPath, brokerMain, String(user)]);
    await expectNothing(run);
    await next.stop();
  });

  test('when the desktop process is killed', async () => {
    const run = await startNoted(test.info());
    kill(find(run.tree, 'desktop'));
    expect(await run.ended).toBe(3);
    expect(run.output()).toContain('1 failed');
    expect(run.output()).toMatch(/desktop process ended \(SIGKILL\)|"never"/);
    await expectNothing(run);
  });

  test('when the person presses Ctrl-C', async () => {
    const run = await startNoted(test.info());
    process.kill(-run.cli.pid!, 'SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.output()).toMatch(/1 (interrupted|did not run)/);
    await expectNothing(run);
  });

  test('when it is asked to terminate', async () => {
    const run = await startNoted(test.info());
    run.cli.kill('SIGTERM');
    expect(await run.ended).toBe(130);
    await expectNothing(run);
  });
});
