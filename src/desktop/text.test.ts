import { expect, test } from '@playwright/test';
import type { TextLine } from './ocr/index.js';
import { textRole, withText } from './text.js';
import type { Box, Desktop, Element, Window } from './types.js';

const line = (text: string, x: number): TextLine => ({
  text,
  box: { x, y: 10, width: 20, height: 10 },
  confidence: 1,
  words: [],
});
const window = (id: number, box: Box): Window => ({ id, title: String(id), box, active: true });
const element: Element = {
  id: 'a',
  role: 'frame',
  name: 'With a tree',
  labels: [],
  states: [],
  box: { x: 0, y: 0, width: 100, height: 100 },
  app: 'editor',
};

/** A desktop with one window that has a tree, and one, from x = 200 on, that has none. */
function twoWindows(): { readonly desktop: Desktop; readonly reads: () => number } {
  let reads = 0;
  const nothing = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const desktop: Desktop = {
    screenshot: nothing,
    picture: () => Promise.resolve({ width: 2, height: 2, data: Buffer.alloc(16, 255), revision: 1 }),
    changes: () => Promise.resolve({ revision: 1, boxes: [] }),
    elements: () => Promise.resolve([element]),
    windows: () =>
      Promise.resolve([
        window(1, { x: 0, y: 0, width: 100, height: 100 }),
        window(2, { x: 200, y: 0, width: 100, height: 100 }),
      ]),
    perform: nothing,
    closeWindow: nothing,
    changeWindow: nothing,
    waitForChange: nothing,
    revision: () => Promise.resolve(1),
  };
  const read = (): Promise<readonly TextLine[]> => {
    reads++;
    return Promise.resolve([line('in the tree', 10), line('on the screen', 210)]);
  };
  return { desktop: withText(desktop, { read }), reads: () => reads };
}

test('text is read only where a window stays without a tree, and once a picture', async () => {
  const { desktop, reads } = twoWindows();
  expect(await desktop.elements()).toEqual([element]);
  expect(reads()).toBe(0);
  await expect
    .poll(async () => (await desktop.elements()).map(({ name }) => name))
    .toEqual(['With a tree', 'on the screen']);
  expect((await desktop.elements())[1]).toMatchObject({
    role: textRole,
    box: { x: 210, y: 10, width: 20, height: 10 },
  });
  expect(reads()).toBe(1);
});
