import { expect, test } from '@playwright/test';
import type { Box } from '../types.js';
import { clip, type Clip } from './clip.js';

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

/** What is seen of the last of some nodes, each of which is in the one before. */
function seen(nodes: readonly (readonly [role: string, box: Box])[], toolkit = 'other'): Box | undefined {
  let parent: Clip | undefined;
  let visible: Box | undefined;
  for (const [role, told] of nodes)
    ({ visible, clip: parent } = clip({ role, box: told }, parent, { qt: toolkit === 'Qt' }));
  return visible;
}

const pane = ['scroll pane', box(100, 100, 200, 50)] as const;

test('what is in a view is seen as far as the view goes', () => {
  expect(seen([pane, ['table cell', box(90, 120, 500, 20)]])).toEqual(box(100, 120, 200, 20));
  expect(seen([pane, ['filler', box(100, 0, 200, 900)], ['text', box(110, 140, 50, 50)]])).toEqual(
    box(110, 140, 50, 10),
  );
  expect(seen([pane, ['check box', box(110, 150, 50, 20)]])).toBeUndefined();
  expect(seen([pane, ['list', box(100, 300, 200, 50)], ['list item', box(100, 110, 9, 9)]])).toBeUndefined();
});

test('menus and the list of a combo box are windows of their own', () => {
  const item = box(110, 160, 50, 20);
  const combo = ['combo box', box(110, 130, 50, 20)] as const;
  expect(seen([pane, combo, ['menu', box(110, 150, 60, 90)], ['menu item', item]])).toEqual(item);
  expect(seen([pane, combo, ['list', box(110, 150, 40, 90)], ['list item', item]])).toEqual(
    box(110, 160, 40, 20),
  );
});

test('a panel hides what is beyond it in Qt only', () => {
  const nodes = [['panel', box(0, 0, 50, 50)] as const, ['label', box(60, 0, 20, 20)] as const];
  expect(seen(nodes)).toEqual(box(60, 0, 20, 20));
  expect(seen(nodes, 'Qt')).toBeUndefined();
});
