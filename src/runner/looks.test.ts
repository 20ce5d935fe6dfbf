import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeProject, runCli, type CliResult } from './testing.js';

const info = `---
app: sh -c 'zenity --info --width=300 --text="Version $(cat state.txt)"'
files: state.txt
---
# Info

## Shows its state

1. Wait until "OK" is shown
   - \`screenshot: state within 1 s\`

## Shows any number

1. Wait until "OK" is shown
   - \`screenshot: number mask=/\\d\\.\\d\\.\\d/ within 1 s\`

## Shows a button

1. Wait until "OK" is shown
   - \`screenshot: button of="OK" within 1 s\`
`;

const snapshots = 'specs/info.spec.md-snapshots';

test.describe.configure({ mode: 'default' });

test('a state has several looks, a mask may show anything, and an area is alone compared', async ({}, testInfo) => {
  test.setTimeout(240_000);
  const cwd = makeProject(testInfo, { 'specs/info.spec.md': info });
  const show = (state: string): void => writeFileSync(join(cwd, 'specs/state.txt'), state);
  const run = (...args: readonly string[]): Promise<CliResult> =>
    runCli(['--reporter=line', ...args], { cwd });
  const files = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(join(cwd, snapshots)).map((name) => [
        name.replace(`-${process.platform}`, ''),
        readFileSync(join(cwd, snapshots, name), 'base64'),
      ]),
    );

  show('1.2.3');
  const made = await run('--update-snapshots', '--workers=2');
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  const first = files();
  expect(Object.keys(first)).toEqual(['button.png', 'number.png', 'state.png']);

  show('8.8.8');
  const changed = await run('--workers=2');
  expect(changed.stdout).toMatch(/^ {2}1 failed$.*^ {2}2 passed/ms);
  expect(changed.stdout).toMatch(/Error: the screen differs from its baseline: \d+ pixels \(0\.0\d %\)\.$/m);
  const command = 'codex-test accept specs/info.spec.md:7 state';
  expect(changed.stdout).toContain(`If the new look is right: ${command}\n`);
  expect(changed.stdout).toContain(`If both are right: ${command} --also\n`);

  const also = await runCli(['accept', 'specs/info.spec.md:7', 'state', '--also'], { cwd });
  expect(also.stdout).toMatch(
    /\nAccepted specs\/info\.spec\.md-snapshots\/state-\w+\.2\.png: look 2, \d+ pixels \(0\.0\d %\) differ from the nearest one, state-\w+\.png\n$/,
  );
  const both = await run('-g', 'its state');
  expect({ code: both.code, files: Object.keys(files()) }).toEqual({
    code: 0,
    files: ['button.png', 'number.png', 'state.2.png', 'state.png'],
  });

  show('8.8.9');
  const second = files();
  const updated = await run('--update-snapshots', '-g', 'state|number');
  expect(updated.code).toBe(0);
  // Only what differs is written, in the place of the nearest look.
  const { 'state.2.png': replaced, ...kept } = files();
  expect({ ...kept, 'state.2.png': second['state.2.png'] }).toEqual(second);
  expect(replaced === second['state.2.png']).toBe(false);
});

test('screens are compared with those of their theme, and what cannot be found is told', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const spec = (name: string, front: string, check: string): string =>
    `---\napp: zenity --info --text=hello\n${front}---\n# ${name}\n\n## Says hello\n\n1. Wait until "OK" is shown\n   - \`${check}\`\n`;
  const dark = 'specs/dark.spec.md-snapshots';
  const cwd = makeProject(testInfo, {
    'specs/dark.spec.md': spec('Dark', 'theme: dark\nscale: 150\n', 'screenshot: hello within 1 s'),
    [`${dark}/hello-${process.platform}.png`]: 'never read',
    [`${dark}/hello-${process.platform}-150.2.png`]: 'never read',
    [`${dark}/old-${process.platform}.png`]: 'never read',
    'specs/gone.spec.md': spec('Gone', '', 'screenshot: hello mask="the status bar" within 300 ms'),
    'specs/unread.spec.md': spec('Unread', '', 'screenshot: hello mask=/\\d+:\\d\\d/ within 300 ms'),
    'specs/away.spec.md': spec('Away', '', 'screenshot: hello of="the status bar" within 300 ms'),
  });
  const { stdout } = await runCli(['--workers=2', '--reporter=line'], { cwd });
  const system = process.platform;
  expect(stdout).toContain(
    `Error: there was no baseline, so the screen was saved as ${dark}/hello-${system}-150-dark.png. ` +
      `Look at it, then run again. It was made for other screens: hello-${system}-150.2.png (${system}, 150 %, light), ` +
      `hello-${system}.png (${system}, 100 %, light).\n`,
  );
  const messages = [...stdout.matchAll(/Error: (the mask .*|nothing on .*)$/gm)].map(
    ([, message]) => message,
  );
  expect(messages.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
    expect.stringMatching(/^nothing on the screen is status bar\. Nearest: /),
    expect.stringMatching(/^the mask \/\\d\+:\\d\\d\/ hides nothing: no text is so; it begins with "/),
    expect.stringMatching(
      /^the mask the status bar hides nothing: nothing on the screen is status bar\. Nearest: /,
    ),
  ]);
  expect(readdirSync(join(cwd, 'specs')).filter((name) => name.endsWith('-snapshots'))).toEqual([
    'dark.spec.md-snapshots',
  ]);

  const checked = await runCli(['check', 'specs/dark.spec.md'], { cwd });
  expect(checked).toEqual({
    code: 0,
    stdout: `${dark}/old-${system}.png: no test is compared with it; remove it\n1 test, 0 errors, 0 sentences beyond the local agent\n`,
    stderr: '',
  });
});
