import { expect, test } from '@playwright/test';
import { isShadowed, shiftOf } from './libreoffice.js';

const panel = { box: { x: 0, y: 44, width: 1280, height: 756 }, shift: { x: 0, y: 0 } };
const root = { role: 'root pane', box: { x: 0, y: 19, width: 1280, height: 756 } };
const moved = { x: 0, y: 25 };

test('what is below a root pane that is not where its parent is, is moved as it is', () => {
  expect(shiftOf(root, panel)).toEqual(moved);
  const bold = { role: 'toggle button', box: { x: 328, y: 60, width: 33, height: 35 } };
  expect(shiftOf(bold, { box: root.box, shift: moved })).toEqual(moved);
  expect(shiftOf(bold, panel)).toEqual(panel.shift);
});

test('a widget of GTK says itself where it is, for all that is in it', () => {
  const name = { box: { x: 4, y: 60, width: 207, height: 34 }, shift: moved };
  const native = { role: 'panel', box: { x: 4, y: 85, width: 207, height: 34 } };
  expect(shiftOf({ role: 'panel', box: name.box }, name)).toEqual(moved);
  expect(shiftOf(native, name)).toEqual({ x: 0, y: 0 });
  const entry = { role: 'text', box: { x: 4, y: 85, width: 171, height: 34 } };
  expect(shiftOf(entry, { box: native.box, shift: { x: 0, y: 0 } })).toEqual({ x: 0, y: 0 });
});

test('the menus that nobody sees are those of a root pane', () => {
  expect([
    isShadowed({ role: 'menu' }, { role: 'root pane' }),
    isShadowed({ role: 'menu' }, { role: 'menu bar' }),
    isShadowed({ role: 'menu' }, undefined),
    isShadowed({ role: 'panel' }, { role: 'root pane' }),
  ]).toEqual([true, false, false, false]);
});
