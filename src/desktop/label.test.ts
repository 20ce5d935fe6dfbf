import { expect, test } from '@playwright/test';
import { labelByPlace, nameByContent } from './label.js';
import type { Element } from './types.js';

const make = (role: string, name: string, [x, y, width, height]: readonly number[], more = {}): Element => ({
  id: `${role} ${name} ${x},${y}`,
  parent: 'window',
  role,
  name,
  labels: [],
  states: [],
  box: { x: x!, y: y!, width: width!, height: height! },
  app: 'form',
  ...more,
});

const labelsOf = (elements: readonly Element[]): readonly (readonly string[])[] =>
  labelByPlace(elements).flatMap(({ role, labels }) => (role === 'label' ? [] : [labels]));

const name = make('label', 'Name', [10, 20, 40, 30]);
const city = make('label', 'City:', [10, 60, 40, 20]);

test('a field has the label that stands left of it', () => {
  const fields = [make('text', '', [60, 20, 200, 30]), make('combo box', 'Bern', [60, 55, 200, 30])];
  expect(labelsOf([name, city, ...fields])).toEqual([['Name'], ['City:']]);
});

test('without one at its left, a field has the label just above', () => {
  expect(labelsOf([name, make('text', '', [10, 52, 200, 30])])).toEqual([['Name']]);
  expect(labelsOf([name, make('text', '', [10, 90, 200, 30])])).toEqual([[]]);
});

test('what comes after a field and floats above it, and a whole page of text, are no labels', () => {
  expect(labelsOf([make('text', '', [10, 52, 200, 30]), name])).toEqual([[]]);
  expect(labelsOf([make('label', 'Nothing', [0, 0, 50, 300]), make('text', '', [60, 0, 9, 300])])).toEqual([
    [],
  ]);
});

test('a label does not reach over another field, a button or another label', () => {
  for (const role of ['text', 'push button', 'label']) {
    const between = make(role, role === 'text' ? '' : 'Find', [60, 20, 30, 30]);
    const field = make('spin button', '', [100, 20, 60, 30]);
    const found = labelByPlace([name, between, field]).at(-1)?.labels;
    expect(found).toEqual(role === 'label' ? ['Find'] : []);
  }
});

test('a field that has a label keeps it, and nobody else gets that label', () => {
  const labelled = make('text', '', [60, 100, 200, 30], { labels: ['Name'] });
  const other = make('text', 'name field', [60, 20, 100, 30]);
  expect(labelsOf([name, labelled, other])).toEqual([['Name'], []]);
  expect(labelsOf([name, other])).toEqual([['Name']]);
});

test('a label is that of one field, the nearest', () => {
  const aside = make('spin button', '', [60, 20, 50, 30]);
  const below = make('text', '', [10, 52, 300, 90]);
  expect(labelsOf([name, aside, below])).toEqual([['Name'], []]);
});

test('a titled box around a single field names it, but for a label in it', () => {
  const box = make('panel', 'Table', [0, 0, 300, 200]);
  const inside = { parent: box.id };
  const field = make('text', '', [5, 90, 200, 30], inside);
  expect(labelsOf([box, field])).toEqual([[], ['Table']]);
  expect(labelsOf([box, field, make('text', '', [5, 130, 200, 30], inside)])).toEqual([[], [], []]);
  const label = make('label', 'Name', [5, 60, 200, 25], inside);
  expect(labelsOf([box, label, field])).toEqual([[], ['Name']]);
});

test('a label of another window, and one that is no word, name nothing', () => {
  const front = make('dialog', 'Find', [0, 0, 300, 300], { parent: 'screen' });
  const field = make('text', '', [60, 20, 200, 30], { parent: front.id });
  expect(labelsOf([name, front, field])).toEqual([[], []]);
  expect(labelsOf([make('label', '×', [10, 20, 10, 30]), make('text', '', [30, 20, 50, 30])])).toEqual([[]]);
});

test('a row without a name is called by the text on it', () => {
  const row = make('list item', '', [0, 0, 100, 30]);
  const panel = make('panel', '', [0, 0, 100, 30], { parent: row.id });
  const inside = [
    make('icon', '', [0, 0, 30, 30], { parent: panel.id }),
    make('label', 'Home', [30, 0, 40, 30], { parent: panel.id }),
    make('static', '12', [70, 0, 30, 30], { parent: row.id }),
  ];
  const named = nameByContent([row, panel, ...inside]).map(({ name: told }) => told);
  expect(named).toEqual(['Home 12', '', '', 'Home', '12']);
});

test('what has a name keeps it, and a text belongs to the nearest around it', () => {
  const row = make('list item', '', [0, 0, 100, 30]);
  const button = make('push button', '', [0, 0, 50, 30], { parent: row.id });
  const other = make('push button', 'Remove', [50, 0, 50, 30], { parent: row.id });
  const texts = [button, other].map((each) => make('label', 'Open', [0, 0, 9, 9], { parent: each.id }));
  const named = nameByContent([row, button, other, ...texts]).map(({ name: told }) => told);
  expect(named).toEqual(['', 'Open', 'Remove', 'Open', 'Open']);
});
