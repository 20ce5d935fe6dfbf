import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, test, type Browser, type Page } from '@playwright/test';
import { decodePng } from '../image/index.js';
import { cli, makeProject, repository, runCli } from './testing.js';

const executablePath = '/usr/bin/chromium';

// One run and one browser for all: each test below looks at another part of the report.
test.describe.configure({ mode: 'default' });

let server: ChildProcess;
let url: string;
let browser: Browser;
let page: Page;

test.beforeAll(async ({}, testInfo) => {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing; run: codex-test install-deps tests`);
  }
  const specs = makeProject(testInfo, {}, 'project/specs');
  for (const name of ['mousepad.spec.md', 'mousepad.spec.md-snapshots', 'data']) {
    cpSync(join(repository, 'specs', name), join(specs, name), { recursive: true });
  }
  for (const name of ['changed-screenshot.spec.md', 'changed-screenshot.spec.md-snapshots', 'changed']) {
    cpSync(join(repository, 'specs/red', name), join(specs, name), { recursive: true });
  }
  const cwd = join(specs, '..');
  const run = await runCli(['--workers=2'], { cwd });
  expect(run.stdout).toMatch(/^ {2}1 failed\n.*\n {2}1 passed/m);
  server = spawn(process.execPath, [cli, 'show-report', 'reports/html'], {
    cwd,
    // It would open the person's browser.
    env: { ...process.env, BROWSER: 'true', DISPLAY: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  url = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout!.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const [found] = /http:\/\/localhost:\d+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    server.once('exit', () => reject(new Error(`show-report ended: ${text}`)));
  });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
});

test.afterAll(async () => {
  await browser?.close();
  if (server?.pid === undefined) return;
  process.kill(-server.pid, 'SIGINT');
  if (server.exitCode === null) await once(server, 'exit');
});

/** Opens the page of a test, by its title, from the front page. */
async function open(title: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByText(title, { exact: false }).click();
  await expect(page.getByRole('button', { name: 'Test Steps' })).toBeVisible();
}

async function shoot(name: string): Promise<void> {
  const path = test.info().outputPath(`${name}.png`);
  await page.screenshot({ path });
  await test.info().attach(name, { path, contentType: 'image/png' });
}

test('the front page names the specs and their tests', async () => {
  await page.goto(`${url}/`);
  const names = page.getByRole('list').getByRole('link');
  await expect(names.filter({ hasText: /Text editor|spec\.md/ })).toHaveText([
    'Text editor › Marks the words it will replace',
    'specs/changed-screenshot.spec.md:7',
    'Text editor › Replaces a word everywhere',
    'specs/mousepad.spec.md:8',
  ]);
  await shoot('front');
});

test('the steps are in the words of the spec, each at its line', async () => {
  await open('Replaces a word everywhere');
  const steps = page.getByRole('treeitem');
  // Without the time that it took.
  const shown = (text: string): string => text.split('\n')[0]!.replace('— ', ' @ ');
  await expect(steps.first()).toBeVisible();
  const lines = readFileSync(join(repository, 'specs/mousepad.spec.md'), 'utf8').split('\n');
  const at = (title: string, words = title): string =>
    `${title} @ specs/mousepad.spec.md:${lines.findIndex((line) => line.includes(words)) + 1}`;
  const expectation = (words: string): string => at(`expect: ${words}`, words);
  expect((await steps.allInnerTexts()).map(shown)).toEqual([
    'Before Hooks',
    at('Start mousepad notes.txt', 'app: mousepad notes.txt'),
    at('Open Search > Find and Replace…'),
    at('Type "colour" into "Search for"'),
    at('Type "color" into the field next to "Replace with:"'),
    at('Check "Replace all in"'),
    at('Click the "Replace" button'),
    at('Close the dialog and press Ctrl+S'),
    expectation('the title no longer starts with "*"'),
    expectation('file: ~/notes.txt contains "color"'),
    expectation('file: ~/notes.txt not contains "colour"'),
    'After Hooks',
  ]);
  const check = steps.filter({ hasText: 'Check "Replace all in"' });
  await check.click();
  await expect(check.getByRole('treeitem')).toHaveText([
    /^Check "Replace all in:" \(check box\)/,
    /^expect: "2 occurrences" is shown/,
  ]);
  await expect(page.getByRole('region').filter({ hasText: 'codex-test-offline' })).toHaveText(
    new RegExp(
      '^settings: C\\.UTF-8, UTC, keyboard us, light, 100 %, 1280×800, offline, elevated, ' +
        'animations and first-run dialogs off where the toolkit can' +
        'sandbox: codex-test-offline \\(uid \\d+\\): provision \\d+ ms, display \\d+ ms, session \\d+ ms, teardown \\d+ ms$',
    ),
  );
  await shoot('steps');
});

test('every action has its picture before, with a mark, and after', async () => {
  await open('Replaces a word everywhere');
  const pictures = page.getByRole('link', { name: / - (?:before|after)\.png$/ });
  const both = (action: string): string[] => [`${action} - before.png`, `${action} - after.png`];
  await expect(pictures).toHaveText([
    'Start mousepad notes.txt - after.png',
    ...both('Click "Search" (menu)'),
    ...both('Click "Find and Replace..." (menu item)'),
    ...[/^Type "colour" into .* - before\.png$/, /^Type "colour" into .* - after\.png$/],
    ...[/^Type "color" into .* - before\.png$/, /^Type "color" into .* - after\.png$/],
    ...both('Check "Replace all in:" (check box)'),
    ...both('Click "Replace All" (push button)'),
    ...both('Close the window "Find and Replace"'),
    ...both('Press Ctrl+S'),
  ]);
  const picture = async (name: string): Promise<Buffer> => {
    const address = await page.getByRole('link', { name }).getAttribute('href');
    const answer = await page.request.get(address!);
    expect(answer.headers()['content-type']).toBe('image/png');
    return answer.body();
  };
  const [before, after] = both('Click "Search" (menu)');
  const sizes = [await picture(before!), await picture(after!)].map((png) => {
    const { width, height, data } = decodePng(png);
    let marked = 0;
    for (let at = 0; at < data.length; at += 4) if (data.readUInt32BE(at) === 0xff00ffff) marked++;
    return { width, height, marked: marked > 100 };
  });
  expect(sizes).toEqual([
    { width: 1280, height: 800, marked: true },
    { width: 1280, height: 800, marked: false },
  ]);
  await page.getByRole('button', { name: 'Screenshots' }).scrollIntoViewIfNeeded();
  await shoot('pictures');
});

test('the pictures of a changed screen can be compared', async () => {
  await open('Marks the words it will replace');
  const command = 'codex-test accept specs/changed-screenshot.spec.md:7 marked';
  await expect(page.getByRole('region').filter({ hasText: 'codex-test-offline' })).toContainText(
    `accept: ${command}`,
  );
  await expect(page.getByText('"2 occurrences" became')).toContainText(
    `If the new look is right: ${command}\nIf both are right: ${command} --also`,
  );
  await shoot('difference');
  const mismatch = page.getByTestId('test-result-image-mismatch');
  const tab = (name: string) => mismatch.getByRole('tab', { name, exact: true });
  await expect(mismatch.getByRole('tab')).toHaveText([
    'Diff',
    'Actual',
    'Expected',
    'Side by side',
    'Slider',
  ]);
  for (const [name, shown] of [
    ['Diff', ['Diff']],
    ['Actual', ['Actual']],
    ['Expected', ['Expected']],
    ['Side by side', ['Expected', 'Actual']],
    ['Slider', ['Expected', 'Actual']],
  ] as const) {
    await tab(name).click();
    await expect(tab(name)).toHaveAttribute('aria-selected', 'true');
    const images = mismatch.getByRole('img');
    await expect(images).toHaveCount(shown.length);
    const loaded = await images.evaluateAll((all: readonly Image[]) =>
      all.map((image) => [image.alt, image.complete, image.naturalWidth, image.naturalHeight]),
    );
    expect(loaded).toEqual(shown.map((alt) => [alt, true, 1280, 800]));
    await shoot(`compare-${name.toLowerCase().replaceAll(' ', '-')}`);
  }
  // The expected picture shows where the slider leaves the actual one out.
  const both = mismatch.getByRole('img', { name: 'Expected' });
  const middle = await both.screenshot();
  const box = (await both.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, box.y + 10, { steps: 5 });
  await page.mouse.up();
  expect((await both.screenshot()).equals(middle)).toBe(false);
});

/** What the test asks of the elements of the report; the project is compiled without the types of browsers. */
interface Image {
  readonly alt: string;
  readonly complete: boolean;
  readonly naturalWidth: number;
  readonly naturalHeight: number;
}

test('the trace shows film strip, actions and where each click went', async () => {
  await open('Marks the words it will replace');
  await page.getByRole('link', { name: 'View Trace' }).first().click();
  await expect(page.getByRole('tree').first()).toMatchAriaSnapshot(`
    - tree:
      - treeitem /Start mousepad notes.txt/
      - treeitem /Open Search > Find and Replace…/
      - treeitem /Type "colour" into "Search for"/
      - treeitem /Check "Replace all in"/ [expanded]:
        - group:
          - treeitem /Check "Replace all in:" \\(check box\\)/
          - 'treeitem /expect: "occurrence" is shown/'
          - 'treeitem /expect: screenshot: marked within 1 s/ [selected]'
  `);
  // How many there is room for depends on how the time of the test is spread: reading the picture takes long at first.
  expect(await page.locator('.film-strip-lane .film-strip-frame').count()).toBeGreaterThan(1);
  await page.getByRole('tab', { name: 'Errors' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Errors' })).toContainText(
    'the screen differs from its baseline',
  );
  await shoot('trace-error');

  await page.getByRole('treeitem', { name: /Check "Replace all in:"/ }).click();
  await page.getByRole('tab', { name: 'Action', exact: true }).click();
  const screen = page.frameLocator('iframe.snapshot-visible');
  await expect(screen.locator('.target')).toBeVisible();
  await expect(screen.locator('.point')).toBeVisible();
  await page.getByRole('tab', { name: 'Source' }).click();
  await shoot('trace-click');
});
