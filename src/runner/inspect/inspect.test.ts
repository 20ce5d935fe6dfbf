import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodePng } from '../../image/index.js';
import { makeProject, runCli } from '../testing.js';

const spec = `---
app: mousepad
---
# Editor

## Finds

1. Type "colour"
   - expect: the title starts with "*"
2. Open Search > Find and Replace…
3. Type "never reached" into "Search for"
   - expect: none
`;

test('prints the sentences of the screen, tries those that are typed and saves them', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'notes.txt': 'one\n' });
  const input = `Open the "Search" menu
Click "Find and Replace..."
the window "Find and Replace" is open
"no such words" is shown within 100 ms
Click "Nowhere"
frobnicate the screen
text: "Search for:"
screenshot reports/now.png
save reports/tried.spec.md
`;
  const run = await runCli(['inspect', 'mousepad', 'notes.txt'], { cwd, input });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  const lines = run.stdout.split('\n');
  expect(lines.slice(0, 9)).toEqual([
    'Start mousepad notes.txt: the window "~/notes.txt - Mousepad" opened',
    'Window "~/notes.txt - Mousepad" (active)',
    ...['File', 'Edit', 'Search', 'View', 'Document', 'Help'].map((name) => `  Open the "${name}" menu`),
    '  Type "…" into the field',
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      '+ Click "Find and Replace..."',
      '+ Window "Find and Replace"',
      '+ Type "…" into "Search for"',
      '- Click "Find and Replace..."',
      'held: open windows: "~/notes.txt - Mousepad", "Find and Replace"',
      expect.stringMatching(
        /^not held: expected a text on the screen that shows "no such words", but no text/,
      ),
      expect.stringMatching(/^nothing on the screen is "Nowhere"\. Nearest: /),
      expect.stringMatching(/^the step "frobnicate the screen" is not understood\. Steps look like: /),
      'held: the screen shows "Search for:"',
      'wrote 1280×800 pixels to reports/now.png',
      'wrote the spec to reports/tried.spec.md; put a copy of notes.txt beside it',
    ]),
  );
  expect(decodePng(readFileSync(join(cwd, 'reports/now.png')))).toMatchObject({ width: 1280, height: 800 });
  expect(readFileSync(join(cwd, 'reports/tried.spec.md'), 'utf8')).toBe(`---
app: "mousepad notes.txt"
files: ["notes.txt"]
---
# Inspected

## Does what was tried

1. Open the "Search" menu
2. Click "Find and Replace..."
   - expect: the window "Find and Replace" is open
   - \`text: "Search for:"\`
`);
  const saved = await runCli(['check', 'reports/tried.spec.md'], { cwd });
  expect(saved).toEqual({
    code: 0,
    stdout: '1 test, 0 errors, 0 sentences beyond the local agent\n',
    stderr: '',
  });
});

test('runs a test up to the line, and without input ends with the screen', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/editor.spec.md': spec });
  const run = await runCli(['inspect', 'specs/editor.spec.md:10'], { cwd });
  expect(run).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^Start mousepad: .*\nType "colour": .*\nClick "Search" .*\nClick "Find and Replace\.\.\." .*\nWindow "\*Untitled 1 - Mousepad"\n[^]*\nWindow "Find and Replace" \(active\)\n[^]*\n {2}Type "…" into "Search for"\n/,
    ),
    stderr: '',
  });
  expect(run.stdout).not.toContain('never reached');
});

test('--json gives the elements to programs, and nothing else', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {});
  const run = await runCli(['inspect', 'zenity --question --text=Really?', '--json'], { cwd });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  const { windows, elements } = JSON.parse(run.stdout) as Record<string, readonly Record<string, unknown>[]>;
  expect(windows).toEqual([{ title: 'Question', active: true, box: expect.any(Object) }]);
  const said = elements!.map(({ sentence, type, role, window }) => ({ sentence, type, role, window }));
  expect(said).toEqual(
    expect.arrayContaining([
      { sentence: '"Really?" is shown', type: 'expectation', role: 'label', window: 'Question' },
      { sentence: 'Click "No"', type: 'step', role: 'push button', window: 'Question' },
      { sentence: 'Click "Yes"', type: 'step', role: 'push button', window: 'Question' },
    ]),
  );
});

test('says what it needs, and what of it is wrong', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/editor.spec.md': spec });
  const cases = [
    { args: [], error: /^codex-test: inspect needs an application or a line of a spec: / },
    { args: ['--bogus'], error: /^codex-test: inspect does not know --bogus; it takes --json\n$/ },
    {
      args: ['specs/editor.spec.md'],
      error: /^codex-test: inspect needs a line of the spec, for example specs\/editor\.spec\.md:12\n$/,
    },
    {
      args: ['specs/editor.spec.md:1'],
      error: /^codex-test: line 1 of specs\/editor\.spec\.md belongs to no test\n$/,
    },
    { args: ['specs/none.spec.md:1'], error: /^codex-test: there is no file specs\/none\.spec\.md\n$/ },
  ];
  const runs = await Promise.all(cases.map(({ args }) => runCli(['inspect', ...args], { cwd })));
  expect(runs).toEqual(
    cases.map(({ error }) => ({ code: 2, stdout: '', stderr: expect.stringMatching(error) })),
  );
  rmSync(join(cwd, 'specs'), { recursive: true });
  // Nothing was started for a wrong word.
  expect(readdirSync(cwd)).toEqual([]);
});

test('an application that does not start ends it', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {});
  const run = await runCli(['inspect', 'no-such-editor'], { cwd, input: 'screen\n' });
  expect(run).toEqual({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(/^codex-test: "no-such-editor" is not installed in the sandbox: /),
  });
});
