import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@playwright/test';
import { descendants, processes, processesOfUids } from '../sandbox/linux/testing.js';
import { makeProject, runCli, type CliResult } from './testing.js';

const config = `import { defineConfig } from 'codex-test';

export default defineConfig({
  workers: 2,
  reporter: [['list'], ['json', { outputFile: 'reports/results.json' }]],
});
`;

/** A spec that starts `app`, a shell command without single quotes, and has these steps at line 10. */
const spec = (app: string, steps: string, timeout = '30 s'): string => `---
app: '${app}'
timeout: ${timeout}
---
# Bad

## Input

<!-- the steps -->
${steps}
`;

const hello = 'exec zenity --info --text=Hello';
/** Writes its process id where steps find it. */
const noted = `sh -c "echo \\$\\$ > pid; ${hello}"`;

interface Told {
  readonly status: string;
  readonly verdict: string;
  /** Messages without code frames and places of our own. */
  readonly errors: readonly string[];
  readonly line: number | undefined;
  readonly attachments: readonly string[];
}

/** What the JSON report says of each spec file. */
function readResults(cwd: string): { readonly told: Record<string, Told>; readonly uids: readonly number[] } {
  interface Suite {
    readonly suites?: readonly Suite[];
    readonly specs: readonly {
      readonly file: string;
      readonly tests: readonly { readonly results: readonly Result[] }[];
    }[];
  }
  interface Result {
    readonly status: string;
    readonly errors: readonly { readonly message: string; readonly location?: { readonly line: number } }[];
    readonly annotations: readonly { readonly type: string; readonly description: string }[];
    readonly attachments: readonly { readonly name: string }[];
  }
  const report = JSON.parse(readFileSync(join(cwd, 'reports/results.json'), 'utf8')) as { suites: Suite[] };
  const all = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(all)];
  const results = report.suites
    .flatMap(all)
    .map(({ file, tests }) => [file.replace(/^.*\//, ''), tests[0]!.results[0]!] as const);
  const told = results.map(([file, { status, errors, annotations, attachments }]) => [
    file.replace('.spec.md', ''),
    {
      status,
      verdict: annotations.find(({ type }) => type === 'blocked')?.description ?? 'not blocked',
      errors: errors.map(({ message }) =>
        stripVTControlCharacters(message).replace(/\n\n +\d+ \|[^]*|\n\n> +\d+ \|[^]*/, ''),
      ),
      line: errors.find(({ location }) => location !== undefined)?.location?.line,
      attachments: attachments.map(({ name }) => name).filter((name) => /^trace$|failed\.png$/.test(name)),
    },
  ]);
  const uids = results.flatMap(([, { annotations }]) =>
    annotations.flatMap(({ description }) => /\(uid (\d+)\)/.exec(description ?? '')?.[1] ?? []),
  );
  return { told: Object.fromEntries(told) as Record<string, Told>, uids: uids.map(Number) };
}

/** No process of these accounts, none that entered them, no lease. */
function leftOf(uids: readonly number[]): readonly string[] {
  const both = uids.flatMap((uid) => [uid, uid + 1]);
  const entered = processes().filter(({ command }) => both.some((uid) => command.includes(`--reuid=${uid}`)));
  return [
    ...[...processesOfUids(both), ...entered].map(({ command }) => command),
    ...both.map((uid) => `/run/codex-test/uids/${uid}`).filter((path) => existsSync(path)),
  ];
}

test.describe('applications that misbehave', () => {
  // One run for all: each test below looks at another spec.
  test.describe.configure({ mode: 'default' });

  let run: CliResult;
  let told: Record<string, Told>;
  let uids: readonly number[];
  const most = { broker: 0, worker: 0 };

  test.beforeAll(async ({}, testInfo) => {
    testInfo.setTimeout(120_000);
    const wait = '1. Wait until "Hello" is shown\n';
    const none = '   - expect: none';
    const signals = `while :; do dbus-send --bus=unix:path=/run/bus/at-spi/bus /org/a11y/atspi/accessible/root org.a11y.atspi.Event.Object.StateChanged string:focused int32:1 int32:0 variant:int32:0; done`;
    const cwd = makeProject(testInfo, {
      'playwright.config.mjs': config,
      'specs/ends.spec.md': spec('true', `1. Wait for 10 ms\n${none}`),
      'specs/windowless.spec.md': spec('sleep 100', `1. Wait for 10 ms\n${none}`, '3 s'),
      'specs/crashes.spec.md': spec(
        noted,
        `${wait}2. Run the command "kill -SEGV $(cat pid)"\n   - expect: "Hello" is shown within 500 ms`,
      ),
      'specs/hangs.spec.md': spec(
        noted,
        `${wait}2. Run the command "kill -STOP $(cat pid)"\n3. Wait until "Goodbye" is shown\n${none}`,
        '5 s',
      ),
      'specs/floods.spec.md': spec(
        `sh -c "yes & yes >&2 & ${hello}"`,
        `${wait}2. Wait for 2 s\n3. Click "OK"\n   - expect: "Hello" is not shown within 3 s`,
      ),
      'specs/signals.spec.md': spec(
        `sh -c "for i in 1 2 3; do ${signals} & done; ${hello}"`,
        `${wait}2. Click "OK"\n   - expect: "Hello" is not shown within 3 s`,
      ),
      'specs/objects.spec.md': spec(
        'sh -c "seq 1 20000 | zenity --list --column=N --title=Rows"',
        `1. Wait until the window "Rows" is open\n2. Click "OK"\n   - expect: window "Rows" is closed`,
      ),
    });
    const measure = (group: number): void => {
      for (const { pid, command } of descendants(group)) {
        const role = command.includes('broker.js') ? 'broker' : 'worker';
        if (role === 'worker' && !command.includes('playwright/lib/worker')) continue;
        most[role] = Math.max(most[role], residentMegabytes(pid));
      }
    };
    let timer: NodeJS.Timeout | undefined;
    const call = (group: number): void => void (timer = setInterval(() => measure(group), 100));
    run = await runCli([], { cwd, on: { text: 'Running', call } });
    clearInterval(timer);
    ({ told, uids } = readResults(cwd));
  });

  test('fail the run, and leave nothing', async () => {
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
    expect(Object.fromEntries(Object.entries(told).map(([name, { status }]) => [name, status]))).toEqual({
      ends: 'failed',
      windowless: 'timedOut',
      crashes: 'failed',
      hangs: 'timedOut',
      floods: 'passed',
      signals: 'passed',
      objects: 'passed',
    });
    expect(uids).toHaveLength(7);
    expect(leftOf(uids)).toEqual([]);
  });

  test('one that ends well without a window is told early, with the way out', () => {
    expect(told['ends']).toEqual({
      status: 'failed',
      verdict: 'not blocked',
      errors: [
        'AgentError [application]: "true" ended with code 0, opened no window and left no process behind. ' +
          'A command without a window is a step: Run the command "true"',
      ],
      line: 2,
      attachments: ['Start "true" - the screen when it failed.png', 'trace'],
    });
  });

  test('one that never opens a window is told with the time that it had', () => {
    expect(told['windowless']).toEqual({
      status: 'timedOut',
      verdict: 'not blocked',
      errors: ['Test timeout of 3000ms exceeded.', overtime(3, 'Start sleep 100')],
      line: 2,
      attachments: ['Start sleep 100 - the screen when it failed.png', 'trace'],
    });
  });

  test('one that crashes is named with its signal', () => {
    expect(told['crashes']).toEqual({
      status: 'failed',
      verdict: 'not blocked',
      errors: [
        `Error: "Hello" is shown within 500 ms
expected: a text on the screen that shows "Hello"
found: no text on the screen shows "Hello"; "${noted}" has ended (SIGSEGV).`,
      ],
      line: 12,
      attachments: ['"Hello" is shown within 500 ms - the screen when it failed.png', 'trace'],
    });
  });

  test('one that hangs costs no more than the time of the test', () => {
    expect(told['hangs']).toEqual({
      status: 'timedOut',
      verdict: 'not blocked',
      errors: ['Test timeout of 5000ms exceeded.', overtime(5, 'Wait until "Goodbye" is shown')],
      line: 12,
      attachments: ['Wait until "Goodbye" is shown - the screen when it failed.png', 'trace'],
    });
  });

  test('one that floods its output takes no memory of ours', () => {
    expect(most.broker).toBeGreaterThan(20);
    expect(most.worker).toBeGreaterThan(20);
    expect(most.broker).toBeLessThan(200);
    expect(most.worker).toBeLessThan(500);
  });
});

function overtime(seconds: number, step: string): string {
  return (
    `Error: the ${seconds} s that the test may take were over during "${step}". ` +
    'A test that needs longer says so with "timeout:" in its front matter, or test.setTimeout()'
  );
}

function residentMegabytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // It has ended.
  }
}

test('a display that dies blocks the test', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'playwright.config.mjs': config,
    'specs/dies.spec.md': spec(
      'zenity --info --text=Hello',
      '1. Wait until "Hello" is shown\n2. Wait until "never" is shown\n   - expect: none',
    ),
  });
  const kill = (group: number): void => {
    const timer = setInterval(() => {
      const own = descendants(group);
      const server = own.find(({ command }) => /^\S*Xtigervnc/.test(command));
      if (server === undefined || !own.some(({ command }) => command.startsWith('zenity'))) return;
      process.kill(server.pid, 'SIGKILL');
      clearInterval(timer);
    }, 50);
  };
  const run = await runCli([], { cwd, on: { text: 'Running', call: kill } });
  const { told, uids } = readResults(cwd);
  expect(run.code).toBe(3);
  expect(told['dies']).toMatchObject({
    status: 'failed',
    verdict: expect.stringMatching(/^disconnected: The X server closed the connection/),
    line: expect.any(Number),
    attachments: ['trace'],
  });
  expect(leftOf(uids)).toEqual([]);
});

test('specs that cannot be read are told all at once, each at its line', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'playwright.config.mjs': config,
    'specs/empty.spec.md': '',
    'specs/enormous.spec.md': Buffer.alloc(3_000_000, '# A\n'),
    'specs/latin.spec.md': Buffer.from('# A\n\n## M\xfcller\n', 'latin1'),
    'specs/notests.spec.md': '# A\n\nNothing to do.\n',
    'specs/yaml.spec.md':
      '---\napp: [xterm\nnetwork: offline\n---\n# A\n\n## B\n\n1. Wait for 1 s\n   - expect: none\n',
    'specs/good.spec.md': spec('true', '1. Wait for 10 ms\n   - expect: none'),
  });
  const run = await runCli([], { cwd });
  expect(run.code).toBe(2);
  const output = `${run.stdout}${run.stderr}`;
  expect(output.match(/^Error: .*/gm)).toEqual([
    'Error: specs/empty.spec.md:1:1: The file has no test. Write a heading "## …" with numbered steps below it.',
    'Error: specs/enormous.spec.md:1:1: The spec has 3000000 bytes; at most 1048576 are read. Split it into several files.',
    'Error: specs/latin.spec.md:3:1: Line 3 is not valid UTF-8. Save the file as UTF-8.',
    'Error: specs/notests.spec.md:1:1: The file has no test. Write a heading "## …" with numbered steps below it.',
    'Error: specs/yaml.spec.md:3:1: The front matter is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
  ]);
  expect(output).not.toContain('Running');
});

const quick = `# Quick

## Is done

1. Wait for 10 ms
   - expect: "Error" is not shown
`;

test('two runs of one project at once do not disturb each other', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'playwright.config.mjs': config,
    'specs/quick.spec.md': quick.replace('10 ms', '4 s'),
    'specs/blocked.spec.md': '# Blocked\n\n## Is blocked\n\n1. Frobnicate\n   - expect: none\n',
  });
  let second: Promise<CliResult> | undefined;
  const start = (): void => {
    second = runCli(['specs/blocked.spec.md', '--reporter=list'], { cwd });
  };
  const green = await runCli(['specs/quick.spec.md', '--reporter=list'], {
    cwd,
    on: { text: 'Running', call: start },
  });
  const blocked = await second!;
  expect({ code: green.code, out: green.stdout.match(/^ {2}\d \w+/gm) }, green.stderr).toEqual({
    code: 0,
    out: ['  1 passed'],
  });
  expect({ code: blocked.code, out: blocked.stdout.match(/^ {2}\d \w+/gm) }, blocked.stderr).toEqual({
    code: 3,
    out: ['  1 failed', '  1 of'],
  });
  const [, own] =
    /another run of this project goes on \(process \d+\); this one reports to (\S+)/.exec(blocked.stderr) ??
    [];
  expect(readdirSync(join(cwd, 'reports')).toSorted()).toEqual(['artifacts', own!.replace('reports/', '')]);
  expect(readdirSync(join(cwd, '.codex-test'))).toEqual(['specs']);
});

test('a project lies in a directory with spaces, quotes and other letters', async ({}, testInfo) => {
  const cwd = makeProject(
    testInfo,
    { 'playwright.config.mjs': config, 'specs/it\'s a "tëst" $HOME.spec.md': quick },
    `it's "my" prøject, $1`,
  );
  const run = await runCli([`specs/it's a "tëst" $HOME.spec.md:5`, '--reporter=list'], { cwd });
  expect(run.code, run.stdout).toBe(0);
  expect(run.stdout).toContain(`specs/it's a "tëst" $HOME.spec.md:3:1 › Quick › Is done`);
});

test('Ctrl-C at any moment ends with 130 and leaves nothing', async ({}, testInfo) => {
  const moments = [30, 300, 900, 1_500, 2_500];
  const ends = await Promise.all(
    moments.map(async (moment) => {
      const files = { 'playwright.config.mjs': config, 'specs/long.spec.md': quick.replace('10 ms', '5 s') };
      const cwd = makeProject(testInfo, files, `project-${moment}`);
      const seen = new Map<number, string>();
      const interrupt = (group: number): void => {
        for (const { pid, start, command } of descendants(group)) seen.set(pid, `${start} ${command}`);
        process.kill(-group, 'SIGINT');
      };
      const run = await runCli([], { cwd, after: { milliseconds: moment, call: interrupt } });
      const alive = (): string[] =>
        processes()
          .filter(({ pid, start, command }) => seen.get(pid) === `${start} ${command}`)
          .map(({ command }) => command);
      await expect.poll(alive, { timeout: 5_000, intervals: [50] }).toEqual([]);
      // Before Node has read our first line, the signal itself ends it, which a shell calls 130 too.
      return { moment, code: run.code ?? 130 };
    }),
  );
  expect(ends).toEqual(moments.map((moment) => ({ moment, code: 130 })));
});
