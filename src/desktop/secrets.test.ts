import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { decodePng, encodePng } from '../image/index.js';
import { createSecrets } from '../spec/index.js';
import type { TextLine, TextReader } from './ocr/index.js';
import { fillColor, withSecrets } from './secrets.js';
import type { Action, Box, Desktop, Element, Window } from './types.js';

const size = { width: 40, height: 30 };
const value = 'quartz-77';

const dialog: Window = { id: 7, title: 'Sign in', box: { x: 4, y: 4, width: 30, height: 20 }, active: true };
const frame = part('frame', 'Sign in', dialog.box, { id: 'frame' });
const label = part('label', 'Password', { x: 5, y: 8, width: 4, height: 4 });
const field = part(
  'password text',
  '',
  { x: 14, y: 10, width: 8, height: 6 },
  { states: ['editable', 'focused'] },
);
const other = part('text', 'Name', { x: 14, y: 19, width: 8, height: 2 }, { states: ['editable'] });

function part(role: string, name: string, box: Box, more: Partial<Element> = {}): Element {
  const parent = more.id === 'frame' ? {} : { parent: 'frame' };
  return { id: `${role} ${name}`, ...parent, role, name, labels: [], states: [], box, app: 'demo', ...more };
}

interface Scene {
  elements?: readonly Element[] | 'unreadable';
  windows?: readonly Window[];
  lines?: readonly TextLine[] | 'unreadable';
  /** Called for each look at the tree, after which another scene may show. */
  looked?: () => void;
}

/** A white screen of 40 by 30 pixels that shows a scene; the secret PIN has the value above. */
function screenOf(first: Scene): {
  readonly desktop: Desktop;
  readonly typed: readonly Action[];
  readonly show: (scene: Scene) => void;
  readonly filled: () => Promise<readonly string[]>;
} {
  let scene: Scene = { elements: [frame, label, field, other], windows: [dialog], ...first };
  let revision = 1;
  const typed: Action[] = [];
  const picture = { ...size, data: Buffer.alloc(size.width * size.height * 4, 255) };
  const png = encodePng(picture);
  const bare: Desktop = {
    screenshot: () => Promise.resolve({ png, ...size, revision }),
    picture: () => Promise.resolve({ ...picture, revision }),
    revision: () => Promise.resolve(revision),
    changes: ({ since }) => Promise.resolve({ revision, boxes: since === revision ? [] : undefined }),
    elements: () => {
      const { elements = [], looked } = scene;
      looked?.();
      if (elements === 'unreadable') return Promise.reject(new Error(`no tree, only ${value}`));
      return Promise.resolve(elements);
    },
    windows: () => Promise.resolve(scene.windows ?? []),
    perform: (action) => {
      typed.push(action);
      revision++;
      return Promise.resolve();
    },
    closeWindow: () => Promise.resolve(),
    changeWindow: () => Promise.resolve(),
    waitForChange: async ({ since, timeout }) => {
      if (since === revision) await delay(timeout);
      return since !== revision;
    },
  };
  const reader: Pick<TextReader, 'read'> = {
    read: () => {
      const { lines = [] } = scene;
      if (lines === 'unreadable') return Promise.reject(new Error('no reader'));
      return Promise.resolve(lines);
    },
  };
  const desktop = withSecrets(bare, { secrets: createSecrets(new Map([['PIN', value]])), reader });
  return {
    desktop,
    typed,
    show: (next) => {
      scene = { ...scene, ...next };
      revision++;
    },
    filled: async () => outlines((await desktop.screenshot()).png),
  };
}

/** Runs of rows that are filled from the same column to the same column, as `x,y width×height`. */
function outlines(png: Buffer): readonly string[] {
  const { data, width, height } = decodePng(png);
  const color = Buffer.from([...fillColor, 255]).readUInt32BE();
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) =>
      data.readUInt32BE((y * width + x) * 4) === color ? '#' : '.',
    ).join(''),
  );
  const found: { text: string; x: number; y: number; width: number; height: number }[] = [];
  for (const [y, text] of rows.entries()) {
    const last = found.at(-1);
    if (last !== undefined && last.text === text && last.y + last.height === y) last.height++;
    else if (text.includes('#'))
      found.push({
        text,
        x: text.indexOf('#'),
        y,
        width: text.lastIndexOf('#') - text.indexOf('#') + 1,
        height: 1,
      });
  }
  return found.map((each) => `${each.x},${each.y} ${each.width}×${each.height}`);
}

const type: Action = { type: 'type', text: 'a{{secret PIN}}' };
const inField = '11,7 14×12';
const everywhere = '0,0 40×30';
const inDialog = '1,1 36×26';

test('types the value, and fills the field that had the focus from then on', async () => {
  const { desktop, typed, filled } = screenOf({});
  expect(await filled()).toEqual([]);
  await desktop.perform(type);
  expect(typed).toEqual([{ type: 'type', text: 'aquartz-77' }]);
  expect(await filled()).toEqual([inField]);
  await desktop.perform({ type: 'keypress', keys: ['ENTER'] });
  expect(await filled()).toEqual([inField]);
});

test('a value that the caller has put in is a secret as well', async () => {
  const { desktop, filled } = screenOf({});
  await desktop.perform({ type: 'type', text: value });
  expect(await filled()).toEqual([inField]);
});

test('the filling follows the field, until its window closes', async () => {
  const { desktop, show, filled } = screenOf({});
  await desktop.perform(type);
  show({ elements: [frame, { ...field, box: { ...field.box, x: 20 } }] });
  expect(await filled()).toEqual(['17,7 14×12']);
  show({ windows: [dialog, { ...dialog, id: 8 }], elements: [] });
  expect(await filled()).toEqual(['17,7 14×12']);
  show({ windows: [{ ...dialog, id: 8 }] });
  expect(await filled()).toEqual([]);
});

test('a field that is found no more moves with its window, and is the whole window when that has another size', async () => {
  const { desktop, show, filled } = screenOf({});
  await desktop.perform(type);
  show({ elements: [frame], windows: [{ ...dialog, box: { ...dialog.box, x: 6, y: 5 } }] });
  expect(await filled()).toEqual(['13,8 14×12']);
  show({ windows: [{ ...dialog, box: { ...dialog.box, width: 25 } }] });
  expect(await filled()).toEqual(['1,1 31×26']);
});

test('a field is filled also where the focus goes on to while typing', async () => {
  const { desktop, show, filled } = screenOf({});
  await desktop.perform(type);
  show({ elements: [frame, field, { ...other, states: ['editable', 'focused'] }].map(unfocused(field)) });
  expect(await filled()).toEqual(['11,7 14×17']);
});

function unfocused(which: Element): (element: Element) => Element {
  return (element) => (element.id === which.id ? { ...element, states: ['editable'] } : element);
}

test('without a focus the field is the one that was clicked, and else the whole window', async () => {
  const elements = [frame, label, field, other].map(unfocused(field));
  const clicked = screenOf({ elements });
  await clicked.desktop.perform({ type: 'click', x: 15, y: 20, button: 'left' });
  await clicked.desktop.perform(type);
  expect(await clicked.filled()).toEqual(['11,16 14×8']);
  const neither = screenOf({ elements });
  await neither.desktop.perform(type);
  expect(await neither.filled()).toEqual([inDialog]);
  const nowhere = screenOf({ elements: [], windows: [] });
  await nowhere.desktop.perform(type);
  expect(await nowhere.filled()).toEqual([everywhere]);
});

test('fills what names a value or holds it, in any form, before anything was typed', async () => {
  const box = { x: 10, y: 10, width: 5, height: 5 };
  const encoded = Buffer.from(value).toString('base64');
  const shown: readonly Element[] = [
    part('label', `it is ${value}`, box),
    part('text', '', box, { text: encoded }),
    part('icon', '', box, { description: value }),
  ];
  for (const element of shown)
    expect(await screenOf({ elements: [frame, element] }).filled()).toEqual(['7,7 11×11']);
  expect(await screenOf({ windows: [{ ...dialog, title: value }] }).filled()).toEqual([everywhere]);
});

test('reads windows without a tree once a value was typed, and fills the lines that show it', async () => {
  const line = (text: string, y: number): TextLine => ({
    ...{ text, box: { x: 20, y, width: 10, height: 4 }, confidence: 1, words: [] },
  });
  const second: Window = {
    id: 9,
    title: 'Terminal',
    box: { x: 18, y: 0, width: 20, height: 30 },
    active: false,
  };
  const lines = [line('$ echo qvartz 77', 3), line('$ exit', 20)];
  const { desktop, filled, show } = screenOf({ windows: [dialog, second], lines });
  expect(await filled()).toEqual([]);
  await desktop.perform(type);
  show({ windows: [second], elements: [] });
  expect(await filled()).toEqual(['15,0 20×12']);
});

test('fills the whole picture where the tree or the text cannot be read', async () => {
  const { desktop, filled, show } = screenOf({});
  await desktop.perform(type);
  show({ elements: 'unreadable' });
  expect(await filled()).toEqual([everywhere]);
  show({ elements: [], windows: [{ ...dialog, id: 8 }], lines: 'unreadable' });
  expect(await filled()).toEqual([everywhere]);
});

test('types nothing where the tree cannot be read, and says so without the value', async () => {
  const { desktop, typed } = screenOf({ elements: 'unreadable' });
  await expect(desktop.perform(type)).rejects.toThrow('no tree, only {{secret PIN}}');
  expect(typed).toEqual([]);
});

test('what moves all the time is filled where it was, where it is and in between', async () => {
  const { desktop, show, filled } = screenOf({});
  await desktop.perform(type);
  let x = 6;
  const step = (): void =>
    show({ elements: [frame, { ...field, box: { x: x++, y: 10, width: 2, height: 2 } }], looked: step });
  show({ looked: step });
  const [first = ''] = await filled();
  expect(first).toMatch(/^3,7 /);
  expect(Number(/ (\d+)×/.exec(first)?.[1])).toBeGreaterThanOrEqual(8 + 3);
});

test('texts have the secret in place of the value, and a field that took a part of it says that', async () => {
  const { desktop, show } = screenOf({});
  await desktop.perform(type);
  show({
    windows: [{ ...dialog, title: `${value} - Editor` }],
    elements: [
      frame,
      { ...field, text: 'aquartz', value: { current: 3, minimum: 0, maximum: 9 } },
      { ...other, text: `is ${value}`, labels: [value] },
    ],
  });
  expect((await desktop.windows()).map(({ title }) => title)).toEqual(['{{secret PIN}} - Editor']);
  expect((await desktop.elements()).map(({ text, labels }) => ({ text, labels }))).toEqual([
    { text: undefined, labels: [] },
    { text: 'a{{secret PIN, in part}}', labels: [] },
    { text: 'is {{secret PIN}}', labels: ['{{secret PIN}}'] },
  ]);
});
