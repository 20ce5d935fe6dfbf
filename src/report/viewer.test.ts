import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { chromium, expect, test, type Locator, type Page, type TestInfo } from '@playwright/test';
import { decodePng, type Frame } from '../image/index.js';
import { createTrace } from './index.js';
import { blue, button, green, plum, screen, screenSize, type Rgb } from './testing.js';

const browser = '/usr/bin/chromium';

test("opens from Playwright's HTML report with actions, film strip, pictures, log and error", async () => {
  const info = test.info();
  test.setTimeout(120_000);
  if (!existsSync(browser)) {
    throw new Error(`${browser} is missing; install it: apt-get install -y --no-install-recommends chromium`);
  }
  await using report = await serve(await reportWithTrace(info, installation()));
  await using chrome = await chromium.launch({
    executablePath: browser,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  const page = await chrome.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(report.url);
  await page.getByTitle('View Trace').click();

  await test.step('the failed action is open, with its error', async () => {
    await expect(page.getByRole('treeitem', { selected: true })).toHaveText(/Click "Finish"/);
    await expectScreen(page, plum);
    await page.getByRole('tab', { name: 'Errors' }).click();
    await expect(page.getByRole('tabpanel', { name: 'Errors' })).toContainText(
      '"Finish" is not on the screen',
    );
    await shoot(page, info, 'error');
  });
  await test.step('actions stand inside their steps', async () => {
    await page.getByRole('treeitem', { name: 'Open the package' }).locator('.codicon-chevron-right').click();
    await expect(page.getByRole('tree')).toMatchAriaSnapshot(`
      - tree:
        - treeitem /Open the package/ [expanded]:
          - group:
            - treeitem /Click "Next"/
            - treeitem /Type "Ada"/
        - treeitem /Finish/ [expanded]:
          - group:
            - treeitem /Click "Finish"/ [selected]
        - treeitem "Cut off -"
    `);
  });
  await test.step('the pictures of an action are the screens of that moment', async () => {
    await page.getByRole('treeitem', { name: /^Click "Next"/ }).click();
    await page.getByRole('tab', { name: 'Before' }).click();
    await expectScreen(page, blue);
    await expectNoMarks(page);
    await shoot(page, info, 'before');
    await page.getByRole('tab', { name: 'After' }).click();
    await expectScreen(page, green);
    await expectNoMarks(page);
    await shoot(page, info, 'after');
    await page.getByRole('tab', { name: 'Action', exact: true }).click();
    await expectScreen(page, blue);
    await expectMarks(page);
    await shoot(page, info, 'action');
  });
  await test.step('the log, the parameters and the source belong to the action', async () => {
    await page.getByRole('tab', { name: 'Log' }).click();
    await expect(page.getByRole('tabpanel', { name: 'Log' })).toContainText('found by accessibility');
    await page.getByRole('tab', { name: 'Call' }).click();
    await expect(page.getByRole('tabpanel', { name: 'Call' })).toContainText('target:"Next"');
    await page.getByRole('tab', { name: 'Source' }).click();
    await expect(page.getByRole('tabpanel', { name: 'Source' })).toContainText('1. Open the package');
    await shoot(page, info, 'source');
  });
  await test.step('the film strip shows every screen', async () => {
    const strip = page.locator('.film-strip-lane .film-strip-frame');
    await expect.poll(() => stripColors(strip)).toEqual([blue, green, plum]);
  });
});

/** Three actions in two steps, the last of them failing, and a call that never ends. */
function installation(): Buffer {
  const trace = createTrace({ title: 'Notes 2.1 installs', ...screenSize, time: 1000 });
  const file = '/specs/notes.spec.md';
  trace.source(file, '# Notes\n\n## Installs\n\n1. Open the package\n2. Finish\n');
  trace.frame(screen(blue), 1000);
  const open = trace.before({
    ...{ title: 'Open the package', method: 'step', time: 1010 },
    place: { file, line: 5, column: 1 },
  });
  const next = trace.before({
    ...{ parentId: open, title: 'Click "Next"', method: 'click', params: { target: 'Next' } },
    ...{ time: 1020, png: screen(blue) },
  });
  trace.log(next, '"Next" found by accessibility at (130,110)', 1030);
  trace.input(next, { point: { x: 130, y: 110 }, box: button, time: 1040 });
  trace.after(next, { time: 1400, png: screen(green) });
  const type = trace.before({
    parentId: open,
    title: 'Type "Ada"',
    method: 'type',
    time: 1410,
    png: screen(green),
  });
  trace.after(type, { time: 1700, png: screen(plum) });
  trace.after(open, { time: 1710, png: screen(plum) });
  const finish = trace.before({ title: 'Finish', method: 'step', time: 1720 });
  const click = trace.before({
    ...{ parentId: finish, title: 'Click "Finish"', method: 'click' },
    ...{ time: 1730, png: screen(plum) },
  });
  const error = { message: '"Finish" is not on the screen' };
  trace.after(click, { time: 1900, png: screen(plum), error });
  trace.after(finish, { time: 1910, error });
  trace.before({ title: 'Cut off', method: 'wait', time: 1920 });
  return trace.toBuffer();
}

/** What the tests ask of the elements of the viewer; the project is compiled without the types of browsers. */
interface Image {
  readonly complete: boolean;
  readonly naturalWidth: number;
  readonly naturalHeight: number;
}

interface Placed {
  getBoundingClientRect(): typeof button;
}

/** Runs Playwright on a project of one test that attaches the trace; gives the folder of the report. */
async function reportWithTrace(info: TestInfo, zip: Buffer): Promise<string> {
  const project = info.outputPath('project');
  await mkdir(project, { recursive: true });
  await writeFile(join(project, 'trace.zip'), zip);
  await writeFile(
    join(project, 'attach.spec.mjs'),
    `import { test } from '@playwright/test';
test('installs', async ({}, info) => {
  await info.attach('trace', { path: ${JSON.stringify(join(project, 'trace.zip'))}, contentType: 'application/zip' });
});
`,
  );
  await writeFile(
    join(project, 'playwright.config.mjs'),
    `export default { testDir: '.', outputDir: 'results', reporter: [['html', { open: 'never', outputFolder: 'html' }]] };\n`,
  );
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const outer = /^(TEST_|PLAYWRIGHT_|PW_|PWTEST_)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));
  await promisify(execFile)(process.execPath, [cli, 'test'], { cwd: project, env });
  return join(project, 'html');
}

/** Serves a folder on a free port of this machine. */
async function serve(folder: string): Promise<AsyncDisposable & { readonly url: string }> {
  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.zip': 'application/zip',
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://report');
    const file = resolve(
      folder,
      `.${decodeURIComponent(pathname)}${pathname.endsWith('/') ? 'index.html' : ''}`,
    );
    const type = types[extname(file)] ?? 'application/octet-stream';
    readFile(file.startsWith(folder + sep) ? file : '').then(
      (content) => response.writeHead(200, { 'content-type': type }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // Asked for an address, a TCP server gives this one of the three kinds.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function shoot(page: Page, info: TestInfo, name: string): Promise<void> {
  const path = info.outputPath(`viewer-${name}.png`);
  await page.screenshot({ path });
  await info.attach(`viewer-${name}`, { path, contentType: 'image/png' });
}

/** The picture has loaded from the zip, and what the browser paints is mostly of that colour. */
async function expectScreen(page: Page, color: Rgb): Promise<void> {
  const frame = page.frameLocator('iframe.snapshot-visible');
  const loaded = (image: Image): unknown => [image.complete, image.naturalWidth, image.naturalHeight];
  await expect
    .poll(async () => frame.locator('img').evaluate(loaded))
    .toEqual([true, screenSize.width, screenSize.height]);
  await expect
    .poll(async () => mainColor(decodePng(await page.locator('iframe.snapshot-visible').screenshot())))
    .toEqual(color);
}

/** The target is outlined and the click point is where the click went. */
async function expectMarks(page: Page): Promise<void> {
  const frame = page.frameLocator('iframe.snapshot-visible');
  const place = (element: Placed): unknown => {
    const box = element.getBoundingClientRect();
    return { x: box.x, y: box.y, width: box.width, height: box.height };
  };
  expect(await frame.locator('.target').evaluate(place)).toEqual(button);
  expect(await frame.locator('.point').evaluate(place)).toEqual({ x: 124, y: 104, width: 12, height: 12 });
  await expect(frame.locator('.target')).toBeVisible();
  await expect(frame.locator('.point')).toBeVisible();
}

/** Nothing lies over the picture. */
async function expectNoMarks(page: Page): Promise<void> {
  await expect(
    page.frameLocator('iframe.snapshot-visible').locator('.target, .point, x-pw-pointer'),
  ).toHaveCount(0);
}

async function stripColors(strip: Locator): Promise<readonly Rgb[]> {
  const colors: Rgb[] = [];
  for (const frame of await strip.all()) colors.push(mainColor(decodePng(await frame.screenshot())));
  return colors.filter((color, index) => color.join() !== colors[index - 1]?.join());
}

function mainColor({ data }: Frame): Rgb {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4) {
    const color = data.readUInt32BE(at) >>> 8;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const [color = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return [color >> 16, (color >> 8) & 255, color & 255];
}
