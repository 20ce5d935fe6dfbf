import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodePng } from '../image/index.js';
import { repository, runCli, type CliResult } from './testing.js';

const project = join(repository, 'specs/red');

interface Report {
  readonly suites: readonly Suite[];
  readonly errors: readonly unknown[];
}

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs: readonly {
    readonly file: string;
    readonly tests: readonly { readonly results: readonly Result[] }[];
  }[];
}

interface Result {
  readonly status: string;
  readonly errors: readonly { readonly message: string; readonly location: unknown }[];
  readonly attachments: readonly {
    readonly name: string;
    readonly path?: string;
    readonly contentType: string;
  }[];
}

// One run for all: each test below looks at another part of it.
test.describe.configure({ mode: 'default' });

let run: CliResult;
let results: Readonly<Record<string, Result>>;

test.beforeAll(async () => {
  run = await runCli([], { cwd: project });
  const report = JSON.parse(readFileSync(join(project, 'reports/red.json'), 'utf8')) as Report;
  expect(report.errors).toEqual([]);
  const specs = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(specs)];
  results = Object.fromEntries(
    report.suites.flatMap(specs).map((spec) => [spec.file, spec.tests[0]!.results[0]!]),
  );
});

test('every red twin fails, and so does the run', () => {
  const twins = readdirSync(project).filter((name) => /\.spec\.(?:md|ts)$/.test(name));
  const statuses = Object.entries(results).map(([file, { status }]) => [file, status]);
  expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(twins.map((name) => [name, 'failed'])));
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
  expect(run.stdout).toContain(`  ${twins.length} failed\n`);
});

const failures = {
  'wrong-state.spec.ts': {
    place: [7, 74],
    message: `
Error: expect(locator).toBeChecked() failed

Locator:  getByRole('dialog', { name: 'Find and Replace' }).getByRole('checkbox', { name: 'Replace all in' })
Expected: checked
Received: unchecked
Timeout:  1000ms


  5 |   await agent.do('Open Search > Find and Replace…');
  6 |   const dialog = desktop.getByRole('dialog', { name: 'Find and Replace' });
> 7 |   await expect(dialog.getByRole('checkbox', { name: 'Replace all in' })).toBeChecked({ timeout: 1_000 });
    |                                                                          ^
  8 | });
  9 |`,
  },
  'wrong-text.spec.md': {
    place: [12, 14],
    message: `
Error: "3 occurrences" is shown within 1 s
expected: a text on the screen that shows "3 occurrences"
found: no text on the screen shows "3 occurrences"; nearest: "2 occurrences"

  10 | 2. Type "colour" into "Search for"
  11 | 3. Check "Replace all in"
> 12 |    - expect: "3 occurrences" is shown within 1 s
     |              ^
  13 | 4. Close the dialog
  14 |`,
  },
  'wrong-total.spec.md': {
    place: [12, 14],
    message: `
Error: "12" is shown within 1 s
expected: a text on the screen that shows "12"
found: no text on the screen shows "12"

  10 | 2. If the window "Tip of the Day*" is open, close the dialog
  11 | 3. Click "B4", type "=SUM(B2:B3)" and press Enter
> 12 |    - expect: "12" is shown within 1 s
     |              ^
  13 |`,
  },
  'wrong-page.spec.md': {
    place: [13, 3],
    message: `
Error: "Thank you: 1 × Green" is shown within 1 s
expected: a text on the screen that shows "Thank you: 1 × Green"
found: no text on the screen shows "Thank you: 1 × Green"; nearest: "Thank you, : 1 × Mint"

  11 |
  12 | **Expected Results:**
> 13 | - "Thank you: 1 × Green" is shown within 1 s
     |   ^
  14 |`,
  },
  'wrong-results.spec.md': {
    place: [15, 4],
    message: String.raw`
Error: file: ~/notes.txt contains "Gray" within 1 s
expected: ~/notes.txt contains "Gray"
found: ~/notes.txt has "Grey. The colour of the sky.\nNo colour at night.\n"

Nor did this hold:
wrong-results.spec.md:16:4: file: ~/notes.bak exists within 500 ms
  expected: ~/notes.bak exists
  found: ~/notes.bak does not exist

  13 | **Expected Results:**
  14 | - the title no longer starts with "*"
> 15 | - ${'`'}file: ~/notes.txt contains "Gray" within 1 s${'`'}
     |    ^
  16 | - ${'`'}file: ~/notes.bak exists within 500 ms${'`'}
  17 |`,
  },
  'missing-button.spec.md': {
    place: [11, 4],
    message: `
AgentError [not-found]: nothing on the screen is "Replace Everything" button. Nearest: "Replace" (push button); "Replace with:" (combo box); "Replace all in:" (check box); "Replace with:" (label); "Find and Replace" (dialog). (waited 10 s)

   9 | 1. Open Search > Find and Replace…
  10 | 2. Type "colour" into "Search for"
> 11 | 3. Click the "Replace Everything" button
     |    ^
  12 |    - expect: "2 occurrences" is shown
  13 |`,
  },
  'ambiguous.spec.md': {
    place: [10, 4],
    message: `
AgentError [ambiguous]: nothing is just "Match", and 2 elements have it in their names: "Match case" (check box); "Match whole word" (check box). Say which one, for example "the second …", "… next to …" or "… in the dialog …". (waited 10 s)

   8 |
   9 | 1. Open Search > Find and Replace…
> 10 | 2. Check "Match"
     |    ^
  11 |    - expect: "Find and Replace" is shown
  12 |`,
  },
  'unknown-step.spec.md': {
    place: [10, 4],
    message: `
AgentError [not-understood]: the step "Replace the word colour by color" is not understood. Steps look like: Run the command "touch done.txt"; Close the dialog; If "Overwrite" is shown, click "Replace"; Right-click the "Downloads" item; Type "hello" into "Name"; Press Ctrl+S. Names of several words are safest in quotes.

   8 |
   9 | 1. Open Search > Find and Replace…
> 10 | 2. Replace the word colour by color
     |    ^
  11 | 3. Close the dialog
  12 |
  13 | **Expected Results:**`,
  },
  'changed-screenshot.spec.md': {
    place: [13, 7],
    message: `
Error: the screen differs from its baseline: N pixels (P %).
If the new look is right: codex-test accept changed-screenshot.spec.md:7 marked

  11 | 3. Check "Replace all in"
  12 |    - expect: "occurrence" is shown
> 13 |    - \`screenshot: marked within 1 s\`
     |       ^
  14 |`,
  },
} as const;

for (const [name, { place, message }] of Object.entries(failures)) {
  test(`${name} says what is wrong, where it stands in the spec`, () => {
    const file = join(project, name);
    const [line, column] = place;
    const wanted = `${message.trim()}\n    at ${file}:${line}:${column}`;
    const normalised = (text: string): string =>
      // eslint-disable-next-line no-control-regex -- Playwright colours the head of what a matcher says
      text.replace(/\d+ pixels \(\d+\.\d\d %\)/, 'N pixels (P %)').replaceAll(/\u001B\[\d+m/g, '');
    const errors = results[name]!.errors.map((error) => ({ ...error, message: normalised(error.message) }));
    expect(errors).toEqual([{ location: { file, line, column }, message: wanted }]);
    expect(normalised(blockOf(name))).toContain(wanted.replaceAll(/^(?=.)/gm, '    '));
  });
}

/** What the terminal says about the failure of a spec. */
function blockOf(name: string): string {
  const blocks = run.stdout.split(/^ {2}(?=\d+\) )/m).slice(1);
  return blocks.find((block) => block.includes(` › ${name}:`))!;
}

test('a spec that is not understood provisions nothing', () => {
  expect(results['unknown-step.spec.md']!.attachments.map(({ name }) => name)).toEqual(['error-context']);
});

test('a changed screen leaves the three pictures that the report compares', () => {
  const pictures = results['changed-screenshot.spec.md']!.attachments.filter(({ name }) =>
    name.startsWith('marked-'),
  );
  expect(pictures.map(({ name, contentType }) => [name, contentType])).toEqual([
    ['marked-expected.png', 'image/png'],
    ['marked-actual.png', 'image/png'],
    ['marked-diff.png', 'image/png'],
  ]);
  const [expected, , diff] = pictures.map(({ path }) => readFileSync(path!));
  const baseline = join(project, 'changed-screenshot.spec.md-snapshots/marked-linux.png');
  expect(expected).toEqual(readFileSync(baseline));
  const { width, height, data } = decodePng(diff!);
  expect({ width, height }).toEqual({ width: 1280, height: 800 });
  expect(countOf(data, 0xff0000ff)).toBeGreaterThan(50);
});

/** How many pixels have that colour. */
function countOf(data: Buffer, rgba: number): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data.readUInt32BE(at) === rgba) count++;
  return count;
}

test('every failed test that had a desktop leaves its trace', () => {
  const traces = Object.entries(results).flatMap(([file, { attachments }]) =>
    attachments.filter(({ name }) => name === 'trace').map(({ path }) => [file, basename(path!)]),
  );
  const without = ['unknown-step.spec.md'];
  expect(traces.map(([file]) => file)).toEqual(
    Object.keys(results).filter((file) => !without.includes(file)),
  );
});
