import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { startTextReader } from '../desktop/index.js';
import { decodePng, type Frame } from '../image/index.js';
import { makeProject, runCli, type CliResult } from './testing.js';

const password = 'Xylophone-Quartz-77';
const key = 'Zq"/+&<Kumquat>';

const config = `import { defineConfig } from 'codex-test';
export default defineConfig({
  workers: 2,
  use: { trace: 'on' },
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: 'reports/html' }],
    ['json', { outputFile: 'reports/run.json' }],
    ['junit', { outputFile: 'reports/run.xml' }],
    ['blob', { outputDir: 'reports/blob' }],
  ],
});
`;

const front = (app: string): string => `---
app: ${app}
display: 640x480
secrets: [PASSWORD, KEY]
---
# Leaks

## Says nothing of a ${app.split(' ')[0]}

`;

const specs: Readonly<Record<string, string>> = {
  'password.spec.md': `${front('zenity --password --title "Sign in"')}
1. Type "{{secret PASSWORD}}"
2. Run the command "echo {{secret PASSWORD}} '{{secret KEY}}'; echo {{secret PASSWORD}} | base64 >&2; exit 7"

**Expected Results:**
- the window "Sign in" is closed
`,
  'entry.spec.md': `${front('zenity --entry --title "Sign in" --text "User"')}
1. Type "me {{secret PASSWORD}}" into "User"
   - expect: "{{secret PASSWORD}}" is shown
   - \`value: "User" is "me {{secret PASSWORD}}"\`
2. Run the command "printf %s {{secret PASSWORD}}'{{secret KEY}}' > ~/said"

**Expected Results:**
- "{{secret PASSWORD}}" is not shown within 300 ms
- \`value: "User" is "you" within 300 ms\`
- \`file: ~/said not contains "{{secret KEY}}" within 300 ms\`
- \`file: ~/said contains "nothing" within 300 ms\`
- \`command: "echo {{secret KEY}} {{secret PASSWORD}} | od -An -tx1 | tr -d ' \\n'" contains "nothing" within 300 ms\`
- \`screenshot: entry within 300 ms\`
`,
  'document.spec.md': `${front('mousepad')}
1. Type "{{secret PASSWORD}}" into the document
2. Press Ctrl+A, Ctrl+C
   - \`clipboard: is "{{secret PASSWORD}}"\`
3. Copy "{{secret KEY}}" to the clipboard
   - \`clipboard: is "{{secret KEY}}"\`
4. Press Ctrl+N
5. Click "{{secret KEY}}" until "{{secret PASSWORD}}" is not shown

**Expected Results:**
- \`clipboard: is "nothing" within 300 ms\`
`,
  'terminal.spec.md': `${front('xterm -geometry 60x12')}
1. Type "echo {{secret PASSWORD}}" and press Enter
2. Run the command "echo is it {{secret PASSWORD}} > ~/said"
3. Start "xterm -geometry 60x12+20+220 -e 'cat ~/said; cat'"
4. Wait until "nothing of the kind" is shown within 3 s

**Expected Results:**
- \`process: xterm\`
`,
  'own.spec.ts': `import { expect, test } from 'codex-test';
test.use({ settings: { secrets: ['PASSWORD', 'KEY'], display: { width: 640, height: 480 } } });
test('Says nothing in TypeScript', async ({ agent, desktop, sandbox }, testInfo) => {
  await agent.do('Start "zenity --entry --text User"');
  await agent.do('Type "{{secret PASSWORD}}" into "User"');
  await agent.do(\`Type "\${process.env.PASSWORD}" into "User"\`);
  await desktop.getByLabel('User').fill(process.env.PASSWORD);
  await expect.soft(desktop.getByText(process.env.KEY)).toBeVisible({ timeout: 100 });
  await agent.ask('Is "' + process.env.KEY + '" shown?', 'boolean');
  const { png } = await desktop.screenshot();
  await testInfo.attach('mine.png', { body: png, contentType: 'image/png' });
  const said = await sandbox.exec(['printf', '%s|', '{{secret PASSWORD}}', '{{secret KEY}}']);
  await testInfo.attach('mine.txt', { body: said.stdout, contentType: 'text/plain' });
  expect.soft(said.stdout.toString()).toBe('nothing');
  expect.soft((await desktop.elements()).map(({ text }) => text)).toEqual([]);
  await agent.do('Wait until "{{secret KEY}}" is shown within 300 ms');
});
`,
};

interface Stored {
  /** Where it was found: a path, with the paths inside of archives behind it. */
  readonly name: string;
  readonly bytes: Buffer;
}

// One run for all: each test below looks at another place that it wrote to.
test.describe.configure({ mode: 'default' });

let root: string;
let run: CliResult;
let stored: readonly Stored[];
const commandLines = new Set<string>();
const environments = new Map<string, number>();

test.beforeAll(async ({}, testInfo) => {
  testInfo.setTimeout(180_000);
  const files = Object.entries(specs).map(([name, text]) => [`specs/${name}`, text]);
  root = makeProject(testInfo, {
    'playwright.config.mjs': config,
    '.secrets': `# of the tests\nKEY='${key}'\n`,
    ...Object.fromEntries(files),
  });
  chmodSync(join(root, '.secrets'), 0o600);
  const watch = setInterval(lookAtProcesses, 250);
  run = await runCli([], { cwd: root, env: { PASSWORD: password } });
  clearInterval(watch);
  stored = [
    ...['reports', '.codex-test'].flatMap((folder) => filesBelow(join(root, folder))),
    { name: 'stdout', bytes: Buffer.from(run.stdout) },
    { name: 'stderr', bytes: Buffer.from(run.stderr) },
  ].flatMap(({ name, bytes }) => unpacked({ name: name.replace(`${root}/`, ''), bytes }));
});

function filesBelow(folder: string): readonly Stored[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ name: path, bytes: readFileSync(path) }));
}

/** A file, and what is inside of it: files of an archive, whatever stands in it as base64. */
function unpacked(file: Stored): readonly Stored[] {
  const { name, bytes } = file;
  const inside = (path: string, content: Buffer): readonly Stored[] =>
    unpacked({ name: `${name}!${path}`, bytes: content });
  if (bytes.length > 4 && bytes.readUInt32BE() === 0x504b0304) {
    return [file, ...unzip(bytes).flatMap((entry) => inside(entry.name, entry.bytes))];
  }
  if (isPng(bytes)) return [file];
  const encoded = bytes.toString('latin1').match(/[A-Za-z0-9+/]{60,}={0,2}/g) ?? [];
  return [file, ...encoded.flatMap((text) => inside('base64', Buffer.from(text, 'base64')))];
}

/** The files of an archive, from the directory at its end (APPNOTE 4.3). */
function unzip(zip: Buffer): readonly Stored[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const files: Stored[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [size, nameLength] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const header = zip.readUInt32LE(at + 42);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const data = zip.subarray(start, start + size);
    const bytes = zip.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data);
    files.push({ name: zip.toString('utf8', at + 46, at + 46 + nameLength), bytes });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

function isPng(bytes: Buffer): boolean {
  return bytes.toString('latin1', 1, 4) === 'PNG';
}

/** What gives a value away, in the middle of whatever. */
const tells: readonly string[] = [password, key].flatMap((value) => {
  const core = (before: number): string =>
    Buffer.from('\0'.repeat(before) + value)
      .toString('base64')
      .slice(4, -4);
  return [
    ...[value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)],
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ...[core(0), core(1), core(2)],
    ...[Buffer.from(value).toString('hex'), Buffer.from(value, 'utf16le').toString('latin1')],
    ...(value.match(/[A-Za-z]{6,}/g) ?? []),
  ].map((text) => text.toLowerCase());
});

function leaks(files: readonly Stored[]): readonly string[] {
  return files
    .filter(({ bytes }) => bytes.length > 0 && !isPng(bytes))
    .flatMap(({ name, bytes }) => {
      const text = bytes.toString('latin1').toLowerCase();
      return tells.filter((each) => text.includes(each)).map((each) => `${name}: ${each}`);
    });
}

/** Everything that runs on this machine, while the run lasts. */
function lookAtProcesses(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      if (tells.some((each) => command.toLowerCase().includes(each))) commandLines.add(command);
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').toLowerCase();
      if (tells.some((each) => environment.includes(each)))
        environments.set(command, statSync(`/proc/${pid}`).uid);
    } catch {
      // It has ended.
    }
  }
}

test('the specs fail where they are to fail, after their secrets were typed', () => {
  const results = JSON.parse(readFileSync(join(root, 'reports/run.json'), 'utf8')) as {
    readonly stats: unknown;
  };
  expect(results.stats).toMatchObject({ expected: 0, unexpected: 5 });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('found: it has "me {{secret PASSWORD}}"');
  expect(run.stdout).toContain('found: ~/said has "{{secret PASSWORD}}{{secret KEY}}"');
  expect(run.stdout).toContain('found: it has "{{secret KEY}}"');
  expect(run.stdout).toContain(
    'the output "{{secret KEY, in another form}}20{{secret PASSWORD, in another form}}0a"',
  );
  expect(run.stdout).toContain('{{secret PASSWORD}} {{secret KEY}}');
  expect(run.stdout).toContain('{{secret PASSWORD}}|{{secret KEY}}|');
});

/** Where a run writes to; what is told there proves that it was looked at. */
const sinks: Readonly<Record<string, RegExp>> = {
  'the terminal': /^std/,
  'the files that Playwright loads': /^\.codex-test\/specs\/.*\.js$/,
  "Playwright's HTML report": /^reports\/html\/index\.html!base64!/,
  'the attachments of the HTML report': /^reports\/html\/data\//,
  'the JSON report': /^reports\/run\.json$/,
  'the JUnit report': /^reports\/run\.xml$/,
  'the blob report': /^reports\/blob\/.*\.zip!/,
  "Playwright's traces": /^reports\/artifacts\/[^/]*\/trace\.zip!/,
  'the desktop traces': /^reports\/artifacts\/[^/]*\/desktop-trace\.zip!/,
  'the context of errors': /error-context\.md$/,
};

for (const [sink, place] of Object.entries(sinks)) {
  test(`no value stands in ${sink}`, () => {
    const files = stored.filter(({ name }) => place.test(name));
    expect(files.some(({ bytes }) => bytes.includes('{{secret PASSWORD'))).toBe(true);
    expect(leaks(files)).toEqual([]);
  });
}

test('no value stands in anything else that was written', () => {
  expect(leaks(stored)).toEqual([]);
});

test('no process has a value on its command line, and only those that run specs have it in their environment', () => {
  expect([...commandLines]).toEqual([]);
  // Root's are the command line and what it starts, the other one's are Playwright and its workers.
  expect(new Set(environments.values())).toEqual(new Set([0, 70_999]));
  const apart = /desktop\/main\.js|ocr\/main\.js|broker\.js|Xvnc|xterm|zenity|mousepad/;
  expect([...environments.keys()].filter((command) => apart.test(command))).toEqual([]);
});

test('no value can be read in any picture', async ({}, testInfo) => {
  testInfo.setTimeout(180_000);
  const pictures = new Map(
    stored
      .filter(({ bytes }) => isPng(bytes))
      .map(({ name, bytes }) => [bytes.toString('base64'), { name, bytes }]),
  );
  expect(pictures.size).toBeGreaterThan(10);
  const reader = startTextReader();
  const read: string[] = [];
  for (const { name, bytes } of pictures.values()) {
    const lines = await reader.read(decodePng(bytes));
    read.push(...lines.map(({ text }) => `${name}: ${text}`));
  }
  await reader.close();
  expect(read.filter((text) => /: .*(?:xyl|phone|quart|artz|-77|kumq|quat)/i.test(text))).toEqual([]);
  // What is beside the fields can be read.
  for (const label of [/: .*Type your password/, /: .*User/, /: .*Mousepad/]) {
    expect(read.some((text) => label.test(text))).toBe(true);
  }
});

const fields: Readonly<
  Record<string, { readonly file: string; readonly title: RegExp; readonly least?: number }>
> = {
  'a hidden field': { file: 'password.spec.md', title: /^Type .* after|^Run the command .* failed/ },
  'a field': { file: 'entry.spec.md', title: /^Type .* after|is not shown.* failed|^entry-actual/ },
  'a document': { file: 'document.spec.md', title: /^Type .* after/ },
  'a terminal': { file: 'terminal.spec.md', title: /^Type .* after/, least: 0.98 },
  'a field of TypeScript': { file: 'own.spec.ts', title: /^Type .* after|^mine|^Wait .* failed/ },
};

for (const [name, { file, title, least = 1 }] of Object.entries(fields)) {
  test(`${name} is filled with one colour in every picture of it`, () => {
    const pictures = attachmentsOf(file).filter((each) => title.test(each.name));
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures) {
      const { count, area, height } = filledArea(decodePng(picture.bytes));
      // A read line may begin a little outside of its window.
      expect([picture.name, height > 18, count >= area * least]).toEqual([picture.name, true, true]);
    }
  });
}

function attachmentsOf(file: string): readonly Stored[] {
  interface Suite {
    readonly suites?: readonly Suite[];
    readonly specs: readonly {
      readonly file: string;
      readonly tests: readonly {
        readonly results: readonly {
          readonly attachments: readonly {
            readonly name: string;
            readonly body?: string;
            readonly path?: string;
          }[];
        }[];
      }[];
    }[];
  }
  const report = JSON.parse(readFileSync(join(root, 'reports/run.json'), 'utf8')) as Suite & {
    readonly suites: readonly Suite[];
  };
  const all = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(all)];
  return report.suites
    .flatMap(all)
    .filter((spec) => spec.file.endsWith(file))
    .flatMap((spec) => spec.tests[0]!.results[0]!.attachments)
    .filter(({ name }) => name.endsWith('.png'))
    .map(({ name, body, path }) => ({
      name,
      bytes: body === undefined ? readFileSync(path!) : Buffer.from(body, 'base64'),
    }));
}

/** How many pixels have the colour of what is filled, and the box around them. */
function filledArea({ data, width, height }: Frame): {
  readonly count: number;
  readonly area: number;
  readonly height: number;
} {
  const box = { left: width, top: height, right: -1, bottom: -1 };
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data.readUInt32BE(at) !== 0x5b2a86ff) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    count++;
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  const [wide, high] = [box.right - box.left + 1, box.bottom - box.top + 1];
  return { count, area: wide * high, height: high };
}
