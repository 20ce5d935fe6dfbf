import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { decodePng } from '../image/index.js';
import { makeProject, runCli } from './testing.js';

const executablePath = '/usr/bin/chromium';

const work = `---
app: sh -c "while sleep 0.3; do date +%S; done | zenity --progress --text=Busy"
---
# Work

## Runs on

1. Wait for 50 s
   - expect: none

## Runs on beside it

1. Wait for 50 s
   - expect: none
`;

/** The answer to a request that a browser would not make. */
async function status(
  url: string,
  options: { readonly host?: string; readonly method?: string },
): Promise<unknown> {
  const { host, method = 'GET' } = options;
  return new Promise((done, failed) => {
    request(url, { method, ...(host === undefined ? {} : { headers: { host } }) }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .once('error', failed)
      .end();
  });
}

test('--headed shows the desktops of the run in the browser of the system, to look at only', async ({}, testInfo) => {
  const opener = `#!/bin/sh\nprintf %s "$1" >> "$(dirname "$0")/opened"\n`;
  const bin = makeProject(testInfo, { 'browse me': opener }, 'bin');
  chmodSync(bin, 0o777);
  chmodSync(join(bin, 'browse me'), 0o755);
  const cwd = makeProject(testInfo, { 'specs/work.spec.md': work });
  let group = 0;
  const running = runCli(['--headed', '--workers=2', '--reporter=line'], {
    cwd,
    env: { BROWSER: join(bin, 'browse me') },
    on: { text: 'Live view', call: (id) => (group = id) },
  });
  const opened = join(bin, 'opened');
  await expect.poll(() => existsSync(opened) && readFileSync(opened, 'utf8')).toMatch(/\/$/);
  const url = readFileSync(opened, 'utf8');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);

  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const errors: unknown[] = [];
    page.on('pageerror', (error) => errors.push(error)).on('console', (line) => errors.push(line.text()));
    await page.goto(url);
    const state = page.getByRole('status');
    await expect(state).toHaveText('2 desktops', { timeout: 20_000 });
    for (const title of ['Work › Runs on', 'Work › Runs on beside it']) {
      const card = page
        .getByRole('article')
        .filter({ has: page.getByRole('heading', { name: title, exact: true }) });
      await expect(card.getByText('Wait for 50 s')).toBeVisible({ timeout: 20_000 });
      const picture = card.getByRole('img');
      const source = async (): Promise<string> => (await picture.getAttribute('src')) ?? '';
      const first = await source();
      await expect.poll(source).not.toBe(first);
      // What is there is a picture of the desktop, and another one than a moment before.
      const [one, other] = [await look(), await expectOther()];
      expect(one.equals(other)).toBe(false);
      expect([decodePng(one), decodePng(other)]).toEqual([
        expect.objectContaining({ width: 1280, height: 800 }),
        expect.objectContaining({ width: 1280, height: 800 }),
      ]);
      async function look(): Promise<Buffer> {
        const answer = await page.request.get(new URL(await source(), url).href);
        expect(answer.headers()['content-type']).toBe('image/png');
        return answer.body();
      }
      async function expectOther(): Promise<Buffer> {
        const before = await source();
        await expect.poll(source).not.toBe(before);
        return look();
      }
    }
    const path = testInfo.outputPath('live.png');
    await page.screenshot({ path });
    await testInfo.attach('live view', { path, contentType: 'image/png' });
    expect(errors).toEqual([]);

    const { port } = new URL(url);
    expect([
      await status(url, {}),
      await status(url, { host: `localhost:${port}` }),
      await status(url, { host: `evil.example:${port}` }),
      await status(url, { method: 'POST' }),
      await status(`http://127.0.0.1:${port}/`, {}),
      await status(url.replace(/.\/$/, '_/'), {}),
      await status(`${url}picture/none/1`, {}),
    ]).toEqual([200, 200, 404, 405, 404, 404, 404]);

    process.kill(-group, 'SIGINT');
    await expect(state).toHaveText('The run has ended', { timeout: 20_000 });
    expect((await running).code).toBe(130);
    // One for all desktops.
    expect(readFileSync(opened, 'utf8')).toBe(url);
  } finally {
    await browser.close();
  }
});

const form = `---
app: zenity --question --text=Really?
---
# Form

## Answers

1. Clik "Yes" really
2. Click the "Yse" button
3. Wait for 10 ms

**Expected Results:**
- \`exit: 0\`
`;

test('--debug stops before each step, does what is typed instead, and says so at the end', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/form.spec.md': form });
  const env = { BROWSER: '' };
  // The start, a step that is no sentence twice, one that names nothing and its correction, and the rest.
  const input = ['', '', 's', 'Click "Yes"', 'c', ''].join('\n');
  const run = await runCli(['--debug', 'specs/form.spec.md', '--reporter=line'], { cwd, env, input });
  expect({ code: run.code, stderr: run.stderr }, run.stdout).toEqual({ code: 0, stderr: '' });
  const keys = '  [Enter] do it · a sentence: do that instead · s skip · c continue · q quit';
  expect(run.stdout).toContain(
    `
specs/form.spec.md:2  Start "zenity --question --text=Really?"
  reads as    launch command "zenity --question --text=Really?"
${keys}

specs/form.spec.md:8  Clik "Yes" really
  not understood
${keys}

specs/form.spec.md:8  Clik "Yes" really
  not understood
  problem     the step "Clik "Yes" really" is not understood. Steps look like: `,
  );
  const [, problem = '', candidate = ''] =
    /\nspecs\/form\.spec\.md:9 {2}Click the "Yse" button\n {2}reads as {4}click "Yse" button\n {2}problem {5}(.*)\n {2}candidates {2}.*\n {14}(.*)\n/.exec(
      run.stdout,
    ) ?? [];
  expect(problem).toMatch(/^nothing on the screen is "Yse" button\. Nearest: /);
  expect(candidate).toMatch(/^"Yes" \(push button\) at \d+,\d+ \d+×\d+ of zenity$/);
  expect(run.stdout).toContain(`\n  1 passed`);
  expect(run.stdout).toMatch(
    /\nWhat you typed instead, for the spec:\n\n@@ specs\/form\.spec\.md:9 @@\n-2\. Click the "Yse" button\n\+2\. Click "Yes"\n$/,
  );
});

test('--debug ends at once when told to', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/form.spec.md': form });
  const run = await runCli(['--debug', 'specs/form.spec.md'], { cwd, env: { BROWSER: '' }, input: '\nq\n' });
  expect({ code: run.code, stderr: run.stderr }, run.stdout).toEqual({ code: 130, stderr: '' });
  expect(run.stdout).not.toContain('Click the "Yse" button');
});
