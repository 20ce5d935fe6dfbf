import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { startDesktopProcess, type Desktop, type DesktopProcess } from '../index.js';
import { connectDisplay } from './display.js';
import { lockGroup, useXkb } from './modifiers.js';
import { startTestDesktop, until, type TestDesktop } from './testing.js';
import {
  launchChromium,
  openChromium,
  openEditor,
  openGtk4,
  openXterm,
  type Field,
} from './testingFields.js';
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
  : ['us', 'de', 'ru,us'];

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
    const random = randomTexts(layouts.indexOf(layout));
    for (const text of [...texts, ...Array.from({ length: count }, () => random.next().value)]) {
      await desktop.perform({ type: 'type', text });
      await expect.poll(read, { message: `on ${layout}`, intervals: [5], timeout: 5_000 }).toBe(text);
      await clear();
    }
  }
}

test('GTK 3 holds what is typed, on any layout', async () => {
  await readsBack(await openEditor({ real, desktop }, 'mousepad'));
});

test('GTK 4 holds what is typed, on any layout', async () => {
  await readsBack(await openGtk4({ real, desktop }));
});

test('Qt 5 holds what is typed, on any layout', async () => {
  await readsBack(await openEditor({ real, desktop }, 'featherpad'));
});

test('Chromium holds what is typed, on any layout', async () => {
  const field = await openChromium({ real, desktop });
  await readsBack({
    ...field,
    // Where the layout has no Latin letters, Chromium takes no shortcut with one.
    clear: async () => {
      if (isSoak) await setLayout('us');
      await field.clear();
    },
  });
});

test('xterm hands on what is typed, on any layout', async () => {
  await readsBack(await openXterm({ real, desktop }));
});

test('xterm hands on what is typed when it stops for a while', async () => {
  const { app, read } = await openXterm({ real, desktop });
  const text = String.fromCodePoint(...Array.from({ length: 200 }, (_, i) => 0x4e00 + i));
  const typing = desktop.perform({ type: 'type', text });
  await until('the first characters', async () => (await read()) || undefined);
  app.kill('SIGSTOP');
  await sleep(600);
  app.kill('SIGCONT');
  await typing;
  await expect.poll(read, { intervals: [5] }).toBe(text);
});

test('a shortcut of Qt does not overtake the text that was typed before it', async () => {
  await openEditor({ real, desktop }, 'featherpad');
  const file = join(real.folder, 'note.txt');
  const text = String.fromCodePoint(...Array.from({ length: 300 }, (_, i) => 0x4e00 + i));
  await desktop.perform({ type: 'type', text });
  await desktop.perform({ type: 'keypress', keys: ['CTRL', 'S'] });
  const saved = await until('the file', async () => (await readFile(file, 'utf8')) || undefined);
  expect(saved.trimEnd()).toBe(text);
});

test('two clicks at one place are none of the double clicks of Chromium, which are slow', async () => {
  const html = `<title>page</title><input id="seen" aria-label="seen">
    <button ondblclick="seen.value += 2" onclick="seen.value += 1">one</button>`;
  await launchChromium(real, html);
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
