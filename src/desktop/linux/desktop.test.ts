import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { decodePng } from '../../image/index.js';
import {
  startDesktopProcess,
  type Action,
  type Desktop,
  type DesktopProcess,
  type Element,
  type Window,
} from '../index.js';
import { fakeInput } from '../../native/linux/xcb.js';
import { connectDisplay } from './display.js';
import { startTestDesktop, until, type TestDesktop } from './testing.js';

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

const window = (title: RegExp): Promise<Window> =>
  until(`the window ${title}`, async () => (await desktop.windows()).find((one) => title.test(one.title)));

const element = (matches: (one: Element) => boolean): Promise<Element> =>
  until('an element', async () => (await desktop.elements()).find(matches));

const centre = ({ box }: { box: Window['box'] }): { x: number; y: number } => ({
  x: box.x + Math.floor(box.width / 2),
  y: box.y + Math.floor(box.height / 2),
});

/** Opens mousepad with a file and puts the cursor into its text. */
async function openEditor(content: string): Promise<{ app: ChildProcess; file: string; text: Element }> {
  const file = join(real.folder, 'note.txt');
  await writeFile(file, content);
  const app = real.launch('mousepad', file);
  await window(/note\.txt/);
  const text = await element(({ role }) => role === 'text');
  await desktop.perform({ type: 'click', ...centre(text), button: 'left' });
  await element(({ role, states }) => role === 'text' && states.includes('focused'));
  return { app, file, text };
}

const editorHolds = async (content: string): Promise<void> => {
  await expect
    .poll(async () => (await desktop.elements()).find(({ role }) => role === 'text')?.text, {
      timeout: 3_000,
    })
    .toBe(content);
};

test('a screenshot has the pixels of a window', async () => {
  real.launch('xterm', '-geometry', '40x10+100+100', '-bg', '#12ab34', '-fg', '#000000', '-e', 'sleep', '60');
  const { box } = await window(/sleep/);
  const pixel = async (): Promise<number[]> => {
    const { png, width, height } = await desktop.screenshot();
    const frame = decodePng(png);
    expect({ width, height }).toEqual({ width: frame.width, height: frame.height });
    const at = ((box.y + box.height - 3) * width + box.x + box.width - 3) * 4;
    return [...frame.data.subarray(at, at + 4)];
  };
  await expect.poll(pixel).toEqual([0x12, 0xab, 0x34, 255]);
});

test('any text arrives as it was given', async () => {
  await openEditor('');
  const lines = [
    'Zoë 漢字 €!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ 😀',
    'ß',
    'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789',
    // More characters than there are spare keys, in the order that makes the most of them.
    'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя αβγδεζηθ 仮名交文日本語',
    'ςÉé ŐőŒœ \u00a0ﬁ ½ “quoted” — 漢字',
  ];
  for (const [i, line] of lines.entries()) {
    await desktop.perform({ type: 'type', text: i === 0 ? line : `\n${line}` });
  }
  await editorHolds(lines.join('\n'));
});

test('text arrives as it was given when the application stops for a while', async () => {
  const { app } = await openEditor('');
  // Several times what the spare keys hold, no character twice.
  const text = String.fromCodePoint(...Array.from({ length: 1_500 }, (_, i) => 0x4e00 + i));
  let typed = false;
  const typing = desktop.perform({ type: 'type', text }).then(() => (typed = true));
  await element(({ role, text: begin }) => role === 'text' && begin !== '');
  app.kill('SIGSTOP');
  expect(typed).toBe(false);
  await sleep(300);
  app.kill('SIGCONT');
  await typing;
  await editorHolds(text);
});

test('text is typed right with Caps Lock on, and Caps Lock stays on', async () => {
  await openEditor('');
  await desktop.perform({ type: 'keypress', keys: ['CapsLock'] });
  await desktop.perform({ type: 'type', text: 'aBé' });
  await desktop.perform({ type: 'keypress', keys: ['c'] });
  await editorHolds('aBéC');
});

test('a key that something left pressed is released before a text is typed', async () => {
  await openEditor('');
  const display = await connectDisplay(real.address, performance.now() + 1_000);
  const leftShift = 50;
  fakeInput(display.connection, 2, leftShift, 0, 0, 0, 0, 0);
  display.sync();
  display.close();
  await desktop.perform({ type: 'type', text: 'abc' });
  await editorHolds('abc');
});

test('chords reach the application', async () => {
  const { file } = await openEditor('one two');
  await desktop.perform({ type: 'keypress', keys: ['CTRL', 'A'] });
  await desktop.perform({ type: 'keypress', keys: ['Backspace'] });
  await desktop.perform({ type: 'type', text: 'three' });
  await desktop.perform({ type: 'keypress', keys: ['shift', 'Home'] });
  await desktop.perform({ type: 'type', text: 'four' });
  await desktop.perform({ type: 'keypress', keys: ['Ctrl', 's'] });
  await expect.poll(() => readFile(file, 'utf8')).toContain('four');
  await editorHolds('four');
});

test('what cannot be done is refused before anything is pressed', async () => {
  await openEditor('');
  const refused = { name: 'DesktopError [invalid]', code: 'invalid' };
  for (const action of [
    { type: 'keypress', keys: ['CTRL', 'Hyper'] },
    { type: 'type', text: 'abc\u0007' },
    { type: 'click', x: 1280, y: 10, button: 'left' },
    { type: 'move', x: -1, y: 10 },
    { type: 'drag', path: [{ x: 1, y: 1 }] },
    { type: 'scroll', x: 1, y: 1, scroll_x: 0, scroll_y: 0.5 },
  ] as const) {
    await expect(desktop.perform(action)).rejects.toMatchObject(refused);
  }
  await desktop.perform({ type: 'type', text: 'x' });
  await editorHolds('x');
});

test('two clicks at one place are not a double click', async () => {
  const { text } = await openEditor('word');
  const word = { x: text.box.x + 12, y: text.box.y + 8 };
  await desktop.perform({ type: 'click', ...word, button: 'left' });
  await desktop.perform({ type: 'click', ...word, button: 'left' });
  await desktop.perform({ type: 'type', text: '-' });
  await expect
    .poll(async () => (await desktop.elements()).find(({ role }) => role === 'text')?.text)
    .toMatch(/^w?o?r?-o?r?d?d$/);
});

test('clicks that the application is late to handle are still single and double ones', async () => {
  const { app, text } = await openEditor('word');
  const word = { x: text.box.x + 12, y: text.box.y + 8 };
  /** The application stops before the first action and goes on while the second waits. */
  const late = async (first: Action, second: Action): Promise<void> => {
    app.kill('SIGSTOP');
    await desktop.perform(first);
    const waiting = desktop.perform(second);
    await sleep(350);
    app.kill('SIGCONT');
    await waiting;
  };
  await late({ type: 'click', ...centre(text), button: 'left' }, { type: 'double_click', ...word });
  await desktop.perform({ type: 'type', text: 'other' });
  await editorHolds('other');

  await late({ type: 'click', ...word, button: 'left' }, { type: 'click', ...word, button: 'left' });
  await desktop.perform({ type: 'type', text: '-' });
  await expect
    .poll(async () => (await desktop.elements()).find(({ role }) => role === 'text')?.text)
    .toMatch(/^o?t?h?e?-o?t?h?e?r?r$/);
});

test('a double click selects a word, scrolling moves the text', async () => {
  const numbers = Array.from({ length: 300 }, (_, i) => `line${i}`);
  const { text } = await openEditor(numbers.join('\n'));
  const line = { x: text.box.x + 12, y: text.box.y + 8 };
  await desktop.perform({ type: 'double_click', ...line });
  await desktop.perform({ type: 'type', text: 'first' });
  await editorHolds(['first', ...numbers.slice(1)].join('\n'));

  await desktop.perform({ type: 'scroll', ...line, scroll_x: 0, scroll_y: 20 });
  await desktop.perform({ type: 'double_click', ...line });
  await desktop.perform({ type: 'type', text: 'later' });
  await expect
    .poll(async () => {
      const { text: content = '' } = await element(({ role }) => role === 'text');
      return content.split('\n').indexOf('later');
    })
    .toBeGreaterThan(20);
});

test('a window is dragged by its title bar and closed', async () => {
  real.launch('xterm', '-geometry', '40x10+100+100', '-e', 'sleep', '60');
  const { id, box } = await window(/sleep/);
  await expect.poll(async () => (await desktop.windows()).map(({ active }) => active)).toEqual([true]);
  const handle = { x: box.x + 40, y: box.y - 8 };
  await desktop.perform({ type: 'drag', path: [handle, { x: handle.x + 200, y: handle.y + 150 }] });
  await expect
    .poll(() => desktop.windows())
    .toEqual([{ id, title: 'sleep', active: true, box: { ...box, x: box.x + 200, y: box.y + 150 } }]);

  await desktop.closeWindow(id);
  await expect.poll(() => desktop.windows()).toEqual([]);
  await expect(desktop.closeWindow(id)).rejects.toMatchObject({ code: 'invalid' });
});

test('the elements of an editor are where they are seen', async () => {
  await openEditor('');
  const { box } = await window(/note\.txt/);
  const elements = await desktop.elements();
  const bar = elements.find(({ role }) => role === 'menu bar');
  const menus = elements.filter(({ parent }) => parent === bar?.id);

  expect(menus.map(({ name, role, app }) => ({ name, role, app }))).toEqual(
    ['File', 'Edit', 'Search', 'View', 'Document', 'Help'].map((name) => ({
      name,
      role: 'menu',
      app: 'mousepad',
    })),
  );
  for (const menu of menus) {
    expect(menu.states).toEqual(expect.arrayContaining(['enabled', 'showing', 'visible']));
    expect(menu.box.x).toBeGreaterThanOrEqual(box.x);
    expect(menu.box.y).toBeGreaterThanOrEqual(box.y);
  }

  const [file] = menus;
  if (!file) throw new Error('There is no File menu.');
  await desktop.perform({ type: 'click', ...centre(file), button: 'left' });
  const item = await element(({ name }) => name === 'Save As...');
  expect(item).toMatchObject({ parent: file.id, role: 'menu item' });
});

test('a field has the name of its label', async () => {
  real.launch('zenity', '--entry', '--text=Given name');
  const field = await element(({ labels }) => labels.includes('Given name'));
  expect(field).toMatchObject({ role: 'text', labels: ['Given name'], text: '', app: 'zenity' });
});

test('a hung application does not hide the others', async () => {
  await openEditor('');
  const hung = real.launch('zenity', '--info', '--text=Hello');
  await element(({ app }) => app === 'zenity');
  hung.kill('SIGSTOP');
  const begin = performance.now();
  const apps = new Set((await desktop.elements()).map(({ app }) => app));
  expect([...apps]).toEqual(['mousepad']);
  expect(performance.now() - begin).toBeLessThan(2_500);

  const gone = once(hung, 'exit');
  hung.kill('SIGKILL');
  await gone;
  await expect.poll(async () => (await desktop.elements()).length).toBeGreaterThan(5);
});

test('a change of the screen is seen, and stillness too', async () => {
  const { revision } = await desktop.screenshot();
  expect(await desktop.waitForChange({ since: revision, timeout: 200 })).toBe(false);
  expect(await desktop.revision()).toBe(revision);
  const change = desktop.waitForChange({ since: revision, timeout: 5_000 });
  real.launch('xterm', '-e', 'sleep', '60');
  expect(await change).toBe(true);
  expect((await desktop.screenshot()).revision).toBeGreaterThan(revision);
});
