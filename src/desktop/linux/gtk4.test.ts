import { expect, test } from '@playwright/test';
import { amendFacts, isGtk4, originOf } from './gtk4.js';

const facts = { role: 'push button', name: 'Save', states: ['sensitive', 'visible'], interfaces: [] };

test('knows GTK 4 by its own name', () => {
  expect([
    isGtk4('GTK', '4.8.3'),
    isGtk4('gtk', '3.24.38'),
    isGtk4('GTK', '3.24'),
    isGtk4(undefined, 4),
  ]).toEqual([true, false, false, false]);
});

test('what is visible in a window that shows is showing', () => {
  expect(amendFacts(facts, { inside: true }).states).toEqual(['sensitive', 'visible', 'showing']);
  expect(amendFacts(facts, { inside: false }).states).toEqual(['sensitive', 'visible']);
});

for (const [told, name] of [
  ['7 7', '7'],
  ['Save as Save as', 'Save as'],
  ['GtkMenuButton', ''],
  ['AdwGizmo', ''],
  ['bye bye bye', 'bye bye bye'],
  ['Gtk settings', 'Gtk settings'],
  ['', ''],
] as const) {
  test(`the name "${told}" is "${name}"`, () => {
    expect(amendFacts({ ...facts, name: told }, { inside: true }).name).toBe(name);
  });
}

test('boxes count from the window inside its shadow', () => {
  const frame = { name: 'Calculator', box: { x: 0, y: 0, width: 355, height: 486 } };
  const window = {
    id: 1,
    title: 'Calculator',
    box: { x: 457, y: 164, width: 365, height: 496 },
    active: false,
  };
  const other = { id: 2, title: 'Other', box: { x: 1, y: 2, width: 3, height: 4 }, active: true };
  expect(originOf(frame, [other, window])).toEqual({ x: 462, y: 169 });
  expect(originOf(frame, [])).toEqual({ x: 0, y: 0 });
});
