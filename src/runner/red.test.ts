import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodePng } from '../image/index.js';
import { failures } from './testingFailures.js';
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
  // One run of all twins, of which LibreOffice alone takes seconds.
  test.setTimeout(300_000);
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

for (const [name, { place, message }] of Object.entries(failures)) {
  test(`${name} says what is wrong, where it stands in the spec`, () => {
    const file = join(project, name);
    const [line, column] = place;
    const wanted = `${message.trim()}\n    at ${file}:${line}:${column}`;
    const normalised = (text: string): string =>
      text
        .replace(/\d+ pixels \(\d+\.\d\d %\)/, 'N pixels (P %)')
        .replaceAll(/ at \d+,\d+ \(\d+×\d+, /g, ' at X,Y (W×H, ')
        // Where the reader sees a space between letters depends on its runtime.
        .replace(/"No colo[^"]*" became "No colo[^"]*"/, '(the second line of the text)')
        // eslint-disable-next-line no-control-regex -- Playwright colours the head of what a matcher says
        .replaceAll(/\u001B\[\d+m/g, '');
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
