import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodePng, encodePng } from '../../image/index.js';
import { makeProject, runCli } from '../testing.js';

const spec = `# Screen

## Stays dark

1. Wait for 10 ms
   - \`screenshot: dark within 200 ms\`
2. Wait for 20 ms
   - \`screenshot: still-dark within 200 ms\`

## Says something

1. Wait for 10 ms
   - expect: "Error" is not shown

## Fails before it is there

1. Wait until "Nothing" is shown within 100 ms
   - \`screenshot: never\`
`;

const directory = 'specs/dark.spec.md-snapshots';
const baseline = (name: string): string => join(directory, `${name}-${process.platform}.png`);

test('makes one baseline anew and tells how it differs', async ({}, testInfo) => {
  const white = encodePng({ width: 1280, height: 800, data: Buffer.alloc(1280 * 800 * 4, 255) });
  const cwd = makeProject(testInfo, {
    'specs/dark.spec.md': spec,
    [baseline('still-dark')]: white,
    'reports/html/index.html': 'the last report',
  });
  const made = await runCli(['accept', 'specs/dark.spec.md:5', 'dark'], { cwd });
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(
    new RegExp(`\nAccepted ${baseline('dark').replaceAll('.', String.raw`\.`)}: new, 1280×800 pixels\n$`),
  );
  expect(decodePng(readFileSync(join(cwd, baseline('dark'))))).toMatchObject({ width: 1280, height: 800 });
  expect(lstatSync(join(cwd, baseline('dark'))).uid).toBe(process.getuid!());
  // The other one is as it was, and so is the last report.
  expect(readFileSync(join(cwd, baseline('still-dark'))).equals(white)).toBe(true);
  expect(readFileSync(join(cwd, 'reports/html/index.html'), 'utf8')).toBe('the last report');

  const replaced = await runCli(['accept', 'specs/dark.spec.md:3', 'still-dark'], { cwd });
  expect(replaced.stdout).toMatch(
    /: 10\d{5} pixels \((?:100\.00|99\.\d\d) %\) differ from the one before\n$/,
  );
  const again = await runCli(['accept', 'specs/dark.spec.md:8', 'still-dark'], { cwd });
  expect(again.stdout).toMatch(/: no visible difference to the one before, 1280×800 pixels\n$/);
});

test('a test that does not come to its baseline writes none, and needs no name where there is one', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/dark.spec.md': spec });
  const run = await runCli(['accept', 'specs/dark.spec.md:17'], { cwd });
  expect({ code: run.code, stderr: run.stderr }).toEqual({
    code: 1,
    stderr: 'codex-test: the test did not come to its baseline never; nothing was written\n',
  });
  expect(existsSync(join(cwd, directory))).toBe(false);
});

test('takes one more look of a screenshot of a TypeScript spec', async ({}, testInfo) => {
  const white = encodePng({ width: 1280, height: 800, data: Buffer.alloc(1280 * 800 * 4, 255) });
  const first = `specs/dark.spec.ts-snapshots/dark-${process.platform}.png`;
  const cwd = makeProject(testInfo, {
    'specs/dark.spec.ts': `import { expect, test } from 'codex-test';

test('stays dark', async ({ desktop }) => {
  await expect(desktop).toHaveScreenshot('dark.png', { mask: [{ x: 0, y: 0, width: 9, height: 9 }] });
});
`,
    [first]: white,
  });
  const made = await runCli(['accept', 'specs/dark.spec.ts:3', 'dark', '--also'], { cwd });
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(
    /\nAccepted specs\/dark\.spec\.ts-snapshots\/dark-\w+\.2\.png: look 2, 10\d{5} pixels \(/,
  );
  expect(readFileSync(join(cwd, first)).equals(white)).toBe(true);
  const run = await runCli(['specs/dark.spec.ts', '--reporter=line'], { cwd });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
});

test('refuses with CI set, and what is not there', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/dark.spec.md': spec });
  const cases = [
    {
      args: ['specs/dark.spec.md:5', 'dark'],
      env: { CI: '1' },
      error: /^codex-test: a run with CI set writes no baselines; /,
    },
    {
      args: ['specs/dark.spec.md:5', 'drak'],
      error:
        /: "Stays dark" has no baseline "drak"\. Did you mean "dark"\? Its baselines: dark, still-dark\n$/,
    },
    {
      args: ['specs/dark.spec.md:5'],
      error: /: "Stays dark" has several baselines; say which one: dark, still-dark\n$/,
    },
    {
      args: ['specs/dark.spec.md:12'],
      error: /: "Says something" has no baseline; write a check: `screenshot: NAME`\n$/,
    },
    {
      args: ['specs/dark.spec.md:1', 'dark'],
      error: /: line 1 of specs\/dark\.spec\.md belongs to no test; tests are at lines 3-8 Stays dark; /,
    },
    {
      args: ['specs/dark.spec.md', 'dark'],
      error: /: accept needs a line of a spec, and the name of a baseline: /,
    },
    {
      args: ['specs/dark.spec.md:5', 'dark', '--too'],
      error: /: accept does not know --too; it takes --also/,
    },
    { args: ['specs/none.spec.md:5', 'dark'], error: /: there is no file specs\/none\.spec\.md\n$/ },
  ];
  const runs = await Promise.all(
    cases.map(({ args, env }) => runCli(['accept', ...args], { cwd, ...(env && { env }) })),
  );
  expect(runs).toEqual(
    cases.map(({ error }) => ({ code: 2, stdout: '', stderr: expect.stringMatching(error) })),
  );
  expect(existsSync(join(cwd, 'specs/dark.spec.md-snapshots'))).toBe(false);
});
