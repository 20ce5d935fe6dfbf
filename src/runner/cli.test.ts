import { chmodSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodePng, encodePng } from '../image/index.js';
import { ordinaryUser } from '../sandbox/index.js';
import { selectSpecs } from './select.js';
import { makeProject, repository, runCli } from './testing.js';

const config = `import { defineConfig } from 'codex-test';

export default defineConfig({ reporter: 'list' });
`;

/** Two tests that need a desktop, and no application. */
const screen = `# Screen

## Stays empty @quick

1. Wait for 10 ms

**Expected Results:**
- "Error" is not shown

## Fills @slow

1. Wait for 20 ms
   - expect: "Saved" is shown within 100 ms
`;

test('--help says how to use it and --version which it is', async () => {
  const [help, short, version] = await Promise.all(
    ['--help', '-h', '--version'].map((word) => runCli([word], { cwd: repository })),
  );
  expect(help).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^Usage: codex-test .*^Examples:.*^Exit codes: 0 all as wanted, /ms),
    stderr: '',
  });
  expect(short).toEqual(help);
  const wanted = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
  expect(version).toEqual({ code: 0, stdout: `${wanted.version}\n`, stderr: '' });
});

test('--list shows every test at its place in the Markdown, in a project without a configuration too', async ({}, testInfo) => {
  const listed = `Listing tests:
  [specs] › specs/screen.spec.md:3:1 › Screen › Stays empty
  [specs] › specs/screen.spec.md:10:1 › Screen › Fills
Total: 2 tests in 1 file
`;
  const specs = { 'specs/screen.spec.md': screen };
  const configured = makeProject(testInfo, { ...specs, 'playwright.config.ts': config }, 'configured');
  const bare = makeProject(testInfo, specs, 'bare');
  const runs = await Promise.all([configured, bare].map((cwd) => runCli(['--list'], { cwd })));
  const wanted = { code: 0, stdout: listed, stderr: '' };
  expect(runs).toEqual([wanted, wanted]);
});

test('FILE:LINE means the test that the line belongs to', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/screen.spec.md': screen, 'playwright.config.ts': config });
  const file = join(cwd, 'specs/screen.spec.md');
  const lines = Array.from({ length: 13 }, (_, index) => index + 1);
  const selected = lines.map((line) => {
    try {
      return /:(\d+)$/.exec(selectSpecs([`${file}:${line}`])[0]!)![1];
    } catch (error) {
      return (error as Error).message.replace(file, 'FILE');
    }
  });
  const outside = (line: number): string =>
    `line ${line} of FILE belongs to no test; tests are at lines 3-8 Stays empty; 10-13 Fills`;
  expect(selected).toEqual([
    ...[outside(1), outside(2)],
    ...['3', '3', '3', '3', '3', '3'],
    ...[outside(9)],
    ...['10', '10', '10', '10'],
  ]);

  const [inside, heading] = await Promise.all(
    ['specs/screen.spec.md:12', 'specs/screen.spec.md:1'].map((word) => runCli(['--list', word], { cwd })),
  );
  expect(inside).toEqual({
    code: 0,
    stdout:
      'Listing tests:\n  [specs] › specs/screen.spec.md:10:1 › Screen › Fills\nTotal: 1 test in 1 file\n',
    stderr: '',
  });
  expect(heading).toEqual({
    code: 2,
    stdout: '',
    stderr: `codex-test: ${outside(1).replace('FILE', 'specs/screen.spec.md')}\n`,
  });
});

test('specs lie in any directory and have any name', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'my tests/Übung (1)+.spec.md': screen,
    'my tests/Übung (2)+.spec.md': screen,
    'playwright.config.ts': config.replace('({', "({ specs: 'my tests',"),
  });
  const run = await runCli(['./my tests/Übung (1)+.spec.md'], { cwd });
  expect(run.code).toBe(1);
  expect(run.stdout).toMatch(
    /^ {2}✓ +\d \[specs\] › my tests\/Übung \(1\)\+\.spec\.md:3:1 › Screen › Stays empty @quick/m,
  );
  const place = join(cwd, 'my tests/Übung (1)+.spec.md:13:14');
  expect(run.stdout).toContain(`
    > 13 |    - expect: "Saved" is shown within 100 ms
         |              ^
      14 |
        at spec (${place})
`);
  expect(run.stdout).toMatch(/^ {2}1 failed\n.*\n {2}1 passed/m);
});

test('-g and other options of Playwright work, unknown ones are refused', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/screen.spec.md': screen, 'playwright.config.ts': config });
  const green = await runCli(['-g', '@quick', '--repeat-each', '2', '--workers=1'], { cwd });
  expect(green).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\nRunning 2 tests using 1 worker\n[^]*\n {2}2 passed \(/),
    stderr: '',
  });
  const bogus = await runCli(['--bogus'], { cwd });
  expect(bogus).toEqual({ code: 1, stdout: '', stderr: "error: unknown option '--bogus'\n" });
});

test('a folder that the run cannot write is a usage error', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/first.spec.md': screen });
  const run = await runCli(['--output', '/srv/out'], { cwd });
  expect(run).toEqual({
    code: 2,
    stdout: '',
    stderr: `codex-test: --output /srv/out: started by root, a run writes below ${join(cwd, 'reports')} only; give a folder there, or run as the owner of /srv/out\n`,
  });
});

test('a configuration that does not exist is a usage error', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/screen.spec.md': screen });
  const words = [['--config', 'none.ts'], ['-c', 'none.ts'], ['--config=none.ts'], ['--config']];
  const runs = await Promise.all(words.map((args) => runCli(args, { cwd })));
  const error = (what: string) => ({
    code: 2,
    stdout: '',
    stderr: `codex-test: there is no configuration ${what}\n`,
  });
  expect(runs).toEqual([
    ...[error('none.ts'), error('none.ts'), error('none.ts')],
    error('(--config without a file)'),
  ]);
});

test('all that is wrong with a spec is told before anything runs', async ({}, testInfo) => {
  const broken = `---
netwrok: offline
---
# Broken

## Says so

1. Wait for 10 ms
   - \`fiel: ~/notes.txt exists\`

**Expected Results:**
- \`text: contians "x"\`
`;
  const cwd = makeProject(testInfo, {
    'specs/broken.spec.md': broken,
    'specs/screen.spec.md': screen,
    'playwright.config.ts': config,
  });
  const run = await runCli([], { cwd });
  expect(run.code).toBe(2);
  const output = `${run.stdout}${run.stderr}`;
  expect(output)
    .toContain(`Error: specs/broken.spec.md:2:1: Unknown key "netwrok" in the front matter. Did you mean "network"?
specs/broken.spec.md:9:7: Unknown check "fiel". Did you mean "file"?
specs/broken.spec.md:12:10: Expected a quoted text or matches, but found "contians". Did you mean "contains"?

   at specs/broken.spec.md:2

  1 | ---
> 2 | netwrok: offline
    | ^
  3 | ---
`);
  expect(output).not.toContain('Running');
});

test('an application that does not start fails at its line, with the reason', async ({}, testInfo) => {
  const spec = (app: string, files: string): string => `---
app: ${app}
files: [${files}]
---
# Application

## Opens

1. Wait for 10 ms
   - expect: "Hello" is shown
`;
  const cwd = makeProject(testInfo, {
    'specs/absent.spec.md': spec('no-such-editor a.txt', ''),
    'specs/ends.spec.md': spec('ls /no-such-file', ''),
    'specs/file.spec.md': spec('xterm', 'a.txt'),
    'playwright.config.ts': config,
  });
  const run = await runCli([], { cwd });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain(`
    AgentError [not-installed]: "no-such-editor" is not installed in the sandbox: /bin/sh: 1: exec: no-such-editor: not found

      1 | ---
    > 2 | app: no-such-editor a.txt
        |      ^
      3 | files: []
      4 | ---
      5 | # Application
        at ${join(cwd, 'specs/absent.spec.md')}:2:6
`);
  expect(run.stdout).toContain(`
    AgentError [application]: "ls /no-such-file" ended (code 2) before it opened a window: ls: cannot access '/no-such-file': No such file or directory

      1 | ---
    > 2 | app: ls /no-such-file
        |      ^
`);
  expect(run.stdout).toContain(`
    Error: cannot read the file "a.txt" that the spec wants in the home: ENOENT: no such file or directory, open '${join(cwd, 'specs/a.txt')}'

      1 | ---
      2 | app: xterm
    > 3 | files: [a.txt]
        |        ^
`);
});

test.describe('a screenshot without a baseline', () => {
  const dark = `# Screen

## Stays dark

1. Wait for 10 ms
   - \`screenshot: dark within 200 ms\`
2. Wait for 20 ms
   - \`screenshot: still-dark within 200 ms\`
`;
  const files = { 'specs/dark.spec.md': dark, 'playwright.config.ts': config };
  const directory = 'specs/dark.spec.md-snapshots';
  const names = ['dark', 'still-dark'].map((name) => `${name}-${process.platform}.png`);
  const ours = { uid: process.getuid!(), gid: process.getgid!() };

  /** What lies beside the spec, with its owner. */
  const baselines = (cwd: string): unknown =>
    readdirSync(join(cwd, 'specs'), { withFileTypes: true, recursive: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => path.includes('-snapshots'))
      .map((path) => {
        const { uid, gid } = lstatSync(path);
        return { path: relative(cwd, path), uid, gid };
      })
      .toSorted((a, b) => a.path.localeCompare(b.path));
  const written = ['', ...names].map((name) => ({ path: join(directory, name), ...ours }));

  test('fails and makes all of them; the next run passes', async ({}, testInfo) => {
    const cwd = makeProject(testInfo, files);
    const first = await runCli([], { cwd });
    expect(first.code).toBe(1);
    expect(first.stdout).toContain(`
    Error: there was no baseline, so the screen was saved as ${directory}/${names[0]}. Look at it, then run again

    Nor did this hold:
    specs/dark.spec.md:8:7: there was no baseline, so the screen was saved as ${directory}/${names[1]}. Look at it, then run again
`);
    expect(baselines(cwd)).toEqual(written);
    const next = await runCli([], { cwd });
    expect(next.code, next.stdout).toBe(0);
  });

  test('with CI set fails and makes none', async ({}, testInfo) => {
    const cwd = makeProject(testInfo, files);
    const run = await runCli(['--reporter=list'], { cwd, env: { CI: '1' } });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(
      `    Error: there is no baseline ${directory}/${names[0]}, and a run with CI set writes none. To make baselines: codex-test --update-snapshots, without CI\n`,
    );
    expect(baselines(cwd)).toEqual([]);
  });

  test('is given one by --update-snapshots, which replaces one that differs, but never with CI set', async ({}, testInfo) => {
    const other = encodePng({ width: 320, height: 200, data: Buffer.alloc(320 * 200 * 4, 255) });
    const cwd = makeProject(testInfo, { ...files, [join(directory, names[0]!)]: other });
    const inCi = await runCli(['--update-snapshots'], { cwd, env: { CI: '1' } });
    expect(inCi.code).toBe(1);
    expect(readFileSync(join(cwd, directory, names[0]!)).equals(other)).toBe(true);
    const run = await runCli(['--update-snapshots'], { cwd });
    expect(run.code, run.stdout).toBe(0);
    expect(baselines(cwd)).toEqual(written);
    const [first, second] = names.map((name) => readFileSync(join(cwd, directory, name)));
    expect(decodePng(first!)).toMatchObject({ width: 1280, height: 800 });
    expect(first).toEqual(second);
  });

  test('is written through no link', async ({}, testInfo) => {
    test.skip(process.getuid!() !== 0, 'only root writes for another');
    const cwd = makeProject(testInfo, { ...files, 'elsewhere/file': 'as it was' });
    symlinkSync('../elsewhere', join(cwd, directory));
    const run = await runCli(['--update-snapshots'], { cwd });
    expect({ code: run.code, stderr: run.stderr }).toEqual({
      code: 3,
      stderr: `codex-test: ${join(cwd, directory)} is a link; nothing was written there\n`,
    });
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual(['file']);
  });
});

test('install-deps as an ordinary user says the exact command and fails', async ({}, testInfo) => {
  // Through to a clone that only root may enter, as that of a run.
  const reads = [dirname(dirname(process.execPath))];
  const account = ordinaryUser({ command: [], project: repository, reads, writes: [] });
  const ordinary = account.command;
  // The system's own answer, but for one package, which is then missing wherever this runs.
  const shim = `#!/bin/sh\ncase "$*" in *" zenity") exit 1 ;; *) printf installed ;; esac\n`;
  const bin = makeProject(testInfo, { 'dpkg-query': shim }, 'bin');
  chmodSync(join(bin, 'dpkg-query'), 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  const run = await runCli(['install-deps', 'tests'], { cwd: '/', env, through: ordinary });
  expect(run).toEqual({
    code: 1,
    stdout: '',
    stderr: `These system packages are missing: zenity
Install them with:

  sudo apt-get install --yes --no-install-recommends zenity

`,
  });
  const base = await runCli(['install-deps'], { cwd: '/', env, through: ordinary });
  expect(base).toEqual({ code: 0, stdout: 'All system packages are installed.\n', stderr: '' });
  account.dispose();
  const unknown = await runCli(['install-deps', 'mac'], { cwd: '/', env });
  expect(unknown).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^codex-test: install-deps does not know "mac"; it takes base, demo, .*\n$/,
    ),
  });
});

test('init makes a project whose spec passes, and keeps what is there', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { '.gitignore': 'mine' });
  const made = await runCli(['init'], { cwd });
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('made     specs/first.spec.md'),
    stderr: '',
  });
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('mine\n.codex-test/\nreports/\n.secrets\n');
  expect(await runCli([], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passed') });
  const again = await runCli(['init'], { cwd });
  expect(again.stdout).toContain('kept     specs/first.spec.md');
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('mine\n.codex-test/\nreports/\n.secrets\n');
});

test('refuses a mistyped command, but not a filter that looks like one', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/checks.spec.md': screen });
  const [mistyped, filter] = await Promise.all([
    runCli(['chekc', 'specs/checks.spec.md'], { cwd }),
    runCli(['checks', '--list'], { cwd }),
  ]);
  expect(mistyped).toEqual({
    code: 2,
    stdout: '',
    stderr: 'codex-test: there is no command or spec "chekc". Did you mean "check"?\n',
  });
  expect(filter).toMatchObject({ code: 0, stderr: '' });
});
