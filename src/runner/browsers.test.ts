import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeProject, runCli } from './testing.js';

test('what needs a browser of Playwright says what to use where there is none', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {});
  const env = { PLAYWRIGHT_BROWSERS_PATH: join(cwd, 'none') };
  const [ui, trace] = await Promise.all([
    runCli(['--ui', 'specs'], { cwd, env }),
    runCli(['show-trace', 'trace.zip'], { cwd, env }),
  ]);
  expect(ui).toEqual({
    code: 2,
    stdout: '',
    stderr: `codex-test: --ui opens a browser of Playwright, and none is installed here. Instead:
  codex-test --ui-port=0               the same page, served on this machine for any browser
  codex-test --headed                  the desktops of a run, live in the browser of the system
  codex-test --debug x.spec.md:LINE    stops before each step and takes a corrected sentence
  codex-test inspect APP               the sentences of a screen, and tries yours
  codex-test show-report reports/html  the report of the last run, with its traces
`,
  });
  expect(trace).toEqual({
    code: 2,
    stdout: '',
    stderr: `codex-test: show-trace opens a browser of Playwright, and none is installed here. Instead:
  codex-test show-trace --port 0 TRACE  the same page, served on this machine for any browser
  codex-test show-report reports/html   the report of the last run; its Traces open there
`,
  });
});

test('what is advised instead is served without a browser', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'specs/wait.spec.md': '# A\n\n## B\n\n1. Wait for 1 ms\n   - expect: none\n',
  });
  const env = { PLAYWRIGHT_BROWSERS_PATH: join(cwd, 'none'), BROWSER: 'true', DISPLAY: '' };
  const on = { text: 'Listening on http://', call: (group: number) => process.kill(-group, 'SIGINT') };
  const ui = await runCli(['--ui-port=0'], { cwd, env, on });
  expect(ui.stdout).toMatch(/Listening on http:\/\/[\w.]+:\d+\n/);
  const trace = await runCli(['show-trace', '--port', '0'], { cwd, env, on });
  expect(trace.stdout).toMatch(/Listening on http:\/\/[\w.]+:\d+\n/);
});

test('where a browser is installed, Playwright gets the words', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {});
  const { chromium } = await import('@playwright/test');
  const browsers = join(cwd, 'browsers');
  const inside = /ms-playwright\/(.*)$/.exec(chromium.executablePath())?.[1] ?? '';
  const executable = join(browsers, inside);
  mkdirSync(dirname(executable), { recursive: true });
  writeFileSync(executable, '');
  const run = await runCli(['show-trace', 'no-such-trace.zip'], {
    cwd,
    env: { PLAYWRIGHT_BROWSERS_PATH: browsers },
  });
  expect(run.stderr).not.toContain('none is installed here');
  expect(run.stderr).toContain('no-such-trace.zip');
});
