import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { startDesktopProcess, type Desktop, type DesktopProcess, type Element } from '../index.js';
import { connectDisplay } from './display.js';
import { lockGroup, useXkb } from './modifiers.js';
import { startTestDesktop, until, type TestDesktop } from './testing.js';
import { randomTexts, texts } from './testingText.js';

/** How many random texts each application and layout gets; `npm run soak` asks for hundreds. */
const count = Number(process.env['CODEX_TEST_SOAK'] ?? 1);
const isSoak = process.env['CODEX_TEST_SOAK'] !== undefined;
const layouts = isSoak
  ? [
      'us',
      'de',
      'fr',
      'gb',
      'es',
      'it',
      'pl',
      'cz',
      'tr',
      'ru',
      'gr',
      'il',
      'ara',
      'jp',
      'us(dvorak)',
      'de,us',
      'us,ru',
      'ru,us',
      'us,de',
    ]
  : ['us', 'de', 'us,ru'];

test.setTimeout(isSoak ? 3_600_000 : 60_000);

let real: TestDesktop;
let owner: DesktopProcess;
let desktop: Desktop;

test.beforeEach(async () => {
  owner = startDesktopProcess();
  real = await startTestDesktop();
  desktop = await owner.connect(real.address);
});

test.afterEach(async () => {
  await owner.close();
  await real.close();
});

interface Field {
  /** What the application holds, without what it held at the start of a text. */
  readonly read: () => Promise<string | undefined>;
  readonly clear: () => Promise<void>;
}

/** Sets a layout; of two groups the second is the active one. */
async function setLayout(name: string): Promise<void> {
  const [, layout = '', variant] = /^([a-z,]+)(?:\((\w+)\))?$/.exec(name) ?? [];
  const child = real.launch('setxkbmap', '-layout', layout, '-variant', variant ?? '');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const display = await connectDisplay(real.address, performance.now() + 1_000);
  useXkb(display);
  lockGroup(display, layout.includes(',') ? 1 : 0);
  display.sync();
  display.close();
}

async function readsBack({ read, clear }: Field): Promise<void> {
  for (const layout of layouts) {
    await setLayout(layout);
    const random = randomTexts(count);
    for (const text of [...texts, ...Array.from({ length: count }, () => random.next().value)]) {
      await desktop.perform({ type: 'type', text });
      await expect.poll(read, { message: `on ${layout}`, intervals: [5], timeout: 5_000 }).toBe(text);
      await clear();
    }
  }
}

/** The one element, focused by a click, whose whole text is what was typed. */
async function fieldOf(matches: (one: Element) => boolean): Promise<Field> {
  const find = async (): Promise<Element | undefined> => (await desktop.elements()).find(matches);
  const { box } = await until('the field', find);
  const middle = { x: box.x + Math.floor(box.width / 2), y: box.y + Math.floor(box.height / 2) };
  await desktop.perform({ type: 'click', ...middle, button: 'left' });
  await until('the focus', async () => (await find())?.states.includes('focused') || undefined);
  const read = async (): Promise<string | undefined> => (await find())?.text;
  return {
    read,
    clear: async () => {
      await desktop.perform({ type: 'keypress', keys: ['CTRL', 'A'] });
      await desktop.perform({ type: 'keypress', keys: ['Delete'] });
      await expect.poll(read, { intervals: [5] }).toBe('');
    },
  };
}

async function launchWithFile(program: string, ...args: readonly string[]): Promise<string> {
  const file = join(real.folder, 'note.txt');
  await writeFile(file, '');
  real.launch(program, ...args, file);
  return file;
}

const isText = ({ role }: Element): boolean => role === 'text';

test('GTK 3 holds what is typed, on any layout', async () => {
  await launchWithFile('mousepad');
  await readsBack(await fieldOf(isText));
});

test('GTK 4 holds what is typed, on any layout', async () => {
  real.launch(process.execPath, fileURLToPath(new URL('testingGtk4.js', import.meta.url)));
  await readsBack(await fieldOf(isText));
});

test('Qt 5 holds what is typed, on any layout', async () => {
  await launchWithFile('featherpad', '--standalone');
  await readsBack(await fieldOf(isText));
});

test('Chromium holds what is typed, on any layout', async () => {
  const page = join(real.folder, 'page.html');
  await writeFile(
    page,
    '<meta charset="utf-8"><title>page</title><textarea aria-label="area" rows="9" cols="80">',
  );
  const options = [
    '--no-sandbox',
    '--no-first-run',
    '--force-renderer-accessibility',
    '--password-store=basic',
  ];
  real.launch('chromium', ...options, `--user-data-dir=${real.folder}/profile`, page);
  const field = await fieldOf(({ name }) => name === 'area');
  await readsBack({
    ...field,
    // Where the layout has no Latin letters, Chromium takes no shortcut with one.
    clear: async () => {
      await setLayout('us');
      await field.clear();
    },
  });
});

/** Opens an xterm whose command writes what it gets to a file. */
async function openXterm(): Promise<{ readonly app: ChildProcess; readonly field: Field }> {
  const file = join(real.folder, 'got.txt');
  const command = `stty -icanon -echo min 1; exec cat > ${file}`;
  const app = real.launch('xterm', '-u8', '-T', 'catcher', '-e', 'sh', '-c', command);
  const window = await until('the window', async () =>
    (await desktop.windows()).find(({ title }) => title === 'catcher'),
  );
  await desktop.perform({ type: 'click', x: window.box.x + 50, y: window.box.y + 50, button: 'left' });
  const all = (): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
  await until('the command', async () => ((await all()) === undefined ? undefined : true));
  let before = 0;
  const field = {
    read: async () => (await all())?.slice(before),
    clear: async () => {
      before = (await all())?.length ?? 0;
    },
  };
  return { app, field };
}

test('xterm hands on what is typed, on any layout', async () => {
  await readsBack((await openXterm()).field);
});

test('xterm hands on what is typed when it stops for a while', async () => {
  const { app, field } = await openXterm();
  const text = String.fromCodePoint(...Array.from({ length: 200 }, (_, i) => 0x4e00 + i));
  const typing = desktop.perform({ type: 'type', text });
  await until('the first characters', async () => (await field.read()) || undefined);
  app.kill('SIGSTOP');
  await sleep(600);
  app.kill('SIGCONT');
  await typing;
  await expect.poll(field.read, { intervals: [5] }).toBe(text);
});

test('a shortcut of Qt does not overtake the text that was typed before it', async () => {
  const file = await launchWithFile('featherpad', '--standalone');
  await fieldOf(isText);
  const text = String.fromCodePoint(...Array.from({ length: 300 }, (_, i) => 0x4e00 + i));
  await desktop.perform({ type: 'type', text });
  await desktop.perform({ type: 'keypress', keys: ['CTRL', 'S'] });
  const saved = await until('the file', async () => (await readFile(file, 'utf8')) || undefined);
  expect(saved.trimEnd()).toBe(text);
});

test('two clicks at one place are none of the double clicks of Chromium, which are slow', async () => {
  const page = join(real.folder, 'page.html');
  await writeFile(
    page,
    '<title>page</title><button ondblclick="seen.value += 2" onclick="seen.value += 1">one</button><input id="seen" aria-label="seen">',
  );
  const options = [
    '--no-sandbox',
    '--no-first-run',
    '--force-renderer-accessibility',
    '--password-store=basic',
  ];
  real.launch('chromium', ...options, `--user-data-dir=${real.folder}/profile`, page);
  const { box } = await until('the button', async () =>
    (await desktop.elements()).find(({ role, name }) => role === 'push button' && name === 'one'),
  );
  const middle = { x: box.x + Math.floor(box.width / 2), y: box.y + Math.floor(box.height / 2) };
  const seen = async (): Promise<string | undefined> =>
    (await desktop.elements()).find(({ name }) => name === 'seen')?.text;
  await desktop.perform({ type: 'click', ...middle, button: 'left' });
  await desktop.perform({ type: 'click', ...middle, button: 'left' });
  await expect.poll(seen).toBe('11');
  await desktop.perform({ type: 'double_click', ...middle });
  await expect.poll(seen).toBe('11112');
});
