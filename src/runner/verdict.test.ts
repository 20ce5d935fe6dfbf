import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, expect, test, type Page } from '@playwright/test';
import { decodePng } from '../image/index.js';
import { makeProject, repository, runCli, type CliResult } from './testing.js';

const config = (reporter: string): string => `import { defineConfig } from 'codex-test';

export default defineConfig({ retries: 1, workers: 2, reporter: ${reporter} });
`;

/** A sentence that nobody can read says nothing about the application, and needs no desktop when it is Markdown. */
const unclear = `# Unclear

## Is blocked <twice> & "quoted"

1. Frobnicate the <failure> "x"
   - expect: none
`;

const screen = `# Screen

## Fails @slow

1. Wait for 10 ms
   - expect: "Saved" is shown within 10 ms
`;

const mixed = `import { expect, test } from 'codex-test';

test('passes', () => {});
test('is blocked, then passes', async ({ agent }, testInfo) => {
  if (testInfo.retry === 0) await agent.do('Frobnicate');
});
test('is blocked, then fails', async ({ agent }, testInfo) => {
  if (testInfo.retry === 0) await agent.do('Frobnicate');
  await testInfo.attach('x-expected.png', { body: Buffer.from('png'), contentType: 'image/png' });
  expect(1).toBe(2);
});
`;

const blocked = 'Is blocked <twice> & "quoted"';
const escaped = 'Is blocked &lt;twice&gt; &amp; &quot;quoted&quot;';

interface JsonReport {
  readonly suites: readonly JsonSuite[];
}

interface JsonSuite {
  readonly suites?: readonly JsonSuite[];
  readonly specs?: readonly JsonSpec[];
}

interface JsonSpec {
  readonly title: string;
  readonly tags: readonly string[];
  readonly tests: readonly {
    readonly results: readonly {
      readonly annotations: readonly { readonly type: string; readonly description: string }[];
    }[];
  }[];
}

const allTests = {
  'specs/unclear.spec.md': unclear,
  'specs/screen.spec.md': screen,
  'specs/mixed.spec.ts': mixed,
};

test.describe('a run with every verdict', () => {
  // One run for all: each test below looks at another report.
  test.describe.configure({ mode: 'default' });

  let cwd: string;
  let run: CliResult;

  test.beforeAll(async ({}, testInfo) => {
    const reporter = `[
    ['list'],
    ['html', { open: 'never', outputFolder: 'reports/html' }],
    ['json', { outputFile: 'reports/results.json' }],
    ['junit', { outputFile: 'reports/junit.xml', includeRetries: true }],
    ['allure-playwright', { resultsDir: 'reports/allure' }],
  ]`;
    cwd = makeProject(testInfo, { ...allTests, 'playwright.config.mjs': config(reporter) });
    run = await runCli([], { cwd });
  });

  test('ends with 1, and names the blocked ones apart', () => {
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(/^ {2}3 failed\n(?: {4}.*\n){3} {2}1 flaky\n {4}.*\n {2}1 passed /m);
    expect(run.stdout).toContain(`
  1 of the failed are blocked (nothing is known about the application)
    specs/unclear.spec.md:3:1 › Unclear › Is blocked <twice> & "quoted"
      not-understood: the step "Frobnicate the <failure> "x"" is not understood.`);
    const badges = run.stdout.split('\n').filter((line) => line.includes('@blocked'));
    expect(badges).toHaveLength(2);
    for (const line of badges) expect(line).toContain('Is blocked <twice> & "quoted" @blocked');
  });

  test('in JSON has the annotation and the badge', () => {
    const report = readJson(join(cwd, 'reports/results.json')) as JsonReport;
    const specsOf = ({ specs = [], suites = [] }: JsonSuite): readonly JsonSpec[] => [
      ...specs,
      ...suites.flatMap(specsOf),
    ];
    const found = report.suites.flatMap(specsOf).map(({ title, tags, tests }) => ({
      title,
      tags,
      attempts: tests[0]!.results.map(({ annotations }) =>
        annotations
          .filter(({ type }) => type === 'blocked')
          .map(({ description }) => description.split(':')[0]),
      ),
    }));
    expect(found).toEqual([
      { title: 'Fails', tags: ['slow'], attempts: [[], []] },
      { title: blocked, tags: ['blocked'], attempts: [['not-understood'], ['not-understood']] },
      { title: 'passes', tags: [], attempts: [[]] },
      { title: 'is blocked, then passes', tags: [], attempts: [['not-understood'], []] },
      { title: 'is blocked, then fails', tags: [], attempts: [['not-understood'], []] },
    ]);
  });

  test('in JUnit is <error> when blocked and <failure> when failed, each counted', () => {
    const xml = readFileSync(join(cwd, 'reports/junit.xml'), 'utf8');
    const tags = [...xml.replaceAll(/<!\[CDATA\[[^]*?\]\]>/g, '').matchAll(/<([a-z]+)( [^>]*)?>/gi)]
      .map(([, name = '', attributes = '']) => ({ name, attributes }))
      .filter(({ name }) => /test|failure|error/i.test(name));
    const of = (text: string, names: readonly string[]): string[] =>
      names.flatMap((name) => new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? []);
    const wanted = ['name', 'classname', 'type', 'failures', 'errors'];
    expect(tags.map(({ name, attributes }) => [name, ...of(attributes, wanted)])).toEqual([
      ['testsuites', '', '2', '1'],
      ['testsuite', 'specs/screen.spec.md', '1', '0'],
      ['testcase', 'Screen › Fails', 'specs/screen.spec.md'],
      ['rerunFailure', 'Error'],
      ['failure', 'Error'],
      ['testsuite', 'specs/unclear.spec.md', '0', '1'],
      ['testcase', `Unclear › ${escaped}`, 'specs/unclear.spec.md'],
      ['rerunError', 'Error'],
      ['error', 'not-understood'],
      ['testsuite', 'specs/mixed.spec.ts', '1', '0'],
      ['testcase', 'passes', 'specs/mixed.spec.ts'],
      ['testcase', 'is blocked, then passes', 'specs/mixed.spec.ts'],
      ['flakyError', 'Error'],
      ['testcase', 'is blocked, then fails', 'specs/mixed.spec.ts'],
      ['rerunFailure', 'expect.toBe'],
      ['failure', 'Error'],
    ]);
    const opened = tags.map(({ name }) => name);
    const closed = [...xml.matchAll(/<\/([a-z]+)>/gi)].map(([, name = '']) => name);
    const sorted = closed.filter((name) => opened.includes(name)).toSorted();
    expect(sorted).toEqual(opened.toSorted());
  });

  test('in Allure is broken when blocked and failed when failed, attempt by attempt', () => {
    const results = readdirSync(join(cwd, 'reports/allure'))
      .filter((name) => name.endsWith('-result.json'))
      .map(
        (name) =>
          readJson(join(cwd, 'reports/allure', name)) as { name: string; status: string; start: number },
      )
      .toSorted((a, b) => a.start - b.start);
    const statuses: Record<string, string[]> = {};
    for (const { name, status } of results) (statuses[name] ??= []).push(status);
    expect(statuses).toEqual({
      Fails: ['failed', 'failed'],
      [blocked]: ['broken', 'broken'],
      passes: ['passed'],
      'is blocked, then passes': ['broken', 'passed'],
      'is blocked, then fails': ['broken', 'failed'],
    });
  });

  test('in the HTML report has a badge and says why', async () => {
    const executablePath = '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(pathToFileURL(join(cwd, 'reports/html/index.html')).href);
      const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: blocked }) });
      await expect(row.getByText('blocked', { exact: true })).toBeVisible();
      await expect(page.getByText('blocked', { exact: true })).toHaveCount(1);
      await shoot(page, 'front');
      await page.getByRole('link', { name: blocked }).first().click();
      await expect(page.getByText('blocked: not-understood: the step')).toBeVisible();
      await shoot(page, 'blocked');
    } finally {
      await browser.close();
    }
  });
});

test('reporters of the command line tell verdicts as those of the configuration', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'specs/unclear.spec.md': unclear,
    'playwright.config.mjs': config(`'list'`),
  });
  const [junit, json, line, file] = await Promise.all([
    runCli(['--reporter=junit'], { cwd: copy(cwd, 'junit') }),
    runCli(['--reporter', 'json'], { cwd: copy(cwd, 'json') }),
    runCli(['--reporter=line'], { cwd: copy(cwd, 'line') }),
    runCli(['--reporter=line,junit'], {
      cwd: copy(cwd, 'file'),
      env: { PLAYWRIGHT_JUNIT_OUTPUT_NAME: 'reports/mine.xml' },
    }),
  ]);
  expect([junit.code, json.code, line.code, file.code]).toEqual([3, 3, 3, 3]);
  expect(junit.stdout).toMatch(/^<testsuites [^>]* failures="0" [^>]*errors="1"[^]*<\/testsuites>\n$/);
  expect(junit.stdout).toContain('[[ATTACHMENT|reports/artifacts/');
  expect(JSON.parse(json.stdout)).toMatchObject({ stats: { unexpected: 1 } });
  for (const { stderr } of [junit, json]) expect(stderr).toMatch(/^\n {2}1 of the failed are blocked/);
  expect(line.stdout).toContain('1 of the failed are blocked');
  expect(readFileSync(join(`${cwd}-file`, 'reports/mine.xml'), 'utf8')).toContain('</error>');
  expect(readdirSync(join(`${cwd}-junit`, '.codex-test'))).toEqual(['specs']);
});

test('Allure takes the pictures of a changed screen, named on the command line', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {});
  const spec = 'changed-screenshot.spec.md';
  for (const name of [spec, `${spec}-snapshots`, 'changed']) {
    const from = join(repository, 'specs/red', name);
    cpSync(from, join(cwd, 'specs', basename(from)), { recursive: true });
  }
  const run = await runCli(['--reporter=list,allure-playwright'], { cwd });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: '' });
  const results = join(cwd, 'reports/allure-results');
  const diffs = readdirSync(results).filter((name) => name.endsWith('.imagediff'));
  expect(diffs).toHaveLength(1);
  const pictures = readJson(join(results, diffs[0]!)) as Readonly<Record<string, string>>;
  const png = (text = ''): unknown =>
    decodePng(Buffer.from(text.replace(/^data:image\/png;base64,/, ''), 'base64')).width;
  expect({
    ...pictures,
    ...Object.fromEntries(['expected', 'actual', 'diff'].map((key) => [key, png(pictures[key])])),
  }).toEqual({ name: 'marked', expected: 1280, actual: 1280, diff: 1280 });
});

async function shoot(page: Page, name: string): Promise<void> {
  const path = test.info().outputPath(`${name}.png`);
  await page.screenshot({ path });
  await test.info().attach(name, { path, contentType: 'image/png' });
}

function copy(from: string, name: string): string {
  const to = `${from}-${name}`;
  cpSync(from, to, { recursive: true });
  return to;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
