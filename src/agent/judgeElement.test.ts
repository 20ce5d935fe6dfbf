import { expect, test } from '@playwright/test';
import { parseExpectation } from './language/claim.js';
import { judgeClaim, type Judgement } from './judge.js';
import { contextOf, drawDesktop, element, failure, type Scene } from './testing.js';

function judged(
  sentence: string,
  scene: Scene,
  remembered: Readonly<Record<string, string>> = {},
): Promise<Judgement> {
  const context = contextOf(drawDesktop(scene), { timeout: 0, files: { '~/notes.txt': 'done\n' } });
  for (const [name, value] of Object.entries(remembered)) context.remembered.set(name, value);
  return judgeClaim(context, parseExpectation(sentence)!);
}

const at = (x: number, y: number) => ({ box: { x, y, width: 80, height: 20 } });
const on = (...states: readonly string[]) => ({ states: ['enabled', 'showing', ...states] });
const list = element('list', 'Files', { box: { x: 0, y: 100, width: 200, height: 200 } });
const row = (name: string, y: number, more = {}) =>
  element('table cell', name, { parent: list.id, ...at(10, y), ...more });

const screen: Scene = {
  elements: [
    element('push button', 'Save', { states: ['showing'] }),
    element('check box', 'Match case', on('checked')),
    element('radio button', 'Up', on('checked')),
    element('page tab', 'General', on('selected')),
    element('text', '', { labels: ['Name'], text: 'Ada', ...on('editable', 'focused'), id: 'name' }),
    element('text', '', { labels: ['City'], text: '', states: ['showing'], id: 'city' }),
    element('slider', 'Volume', { value: { current: 50, minimum: 0, maximum: 100 } }),
    element('combo box', 'East', { labels: ['Tab position'], id: 'position' }),
    element('tree item', 'Documents', on('expandable')),
    element('status bar', 'bar', { id: 'bar', name: '' }),
    element('label', 'Ready', { parent: 'bar' }),
    list,
    row('pear', 110),
    row('2 kB', 110, at(100, 110)),
    row('plum', 140, on('selected')),
    row('', 170, { id: 'box', ...on('checked') }),
    row('fig', 170, at(100, 170)),
    element('progress bar', 'Copying', { value: { current: 0.5, minimum: 0, maximum: 1 } }),
    element('dialog', 'Data', { id: 'data' }),
    element('text', '', { parent: 'data', text: 'typed', ...on('editable') }),
    element('label', 'All is well', { parent: 'data' }),
  ],
};

const held = [
  'there is a "Save" button',
  'there is no "Cancel" button',
  'the "Save" button is disabled',
  '"Match case" is checked',
  'the radio button "Up" is selected',
  'the "General" tab is selected',
  '"Name" has the focus',
  '"City" is empty',
  '"City" is read-only',
  '"Documents" is collapsed',
  '"Name" is "Ada"',
  '"Name" does not contain "x"',
  'the value of "Volume" is "50"',
  '"Tab position" is "East"',
  'the status bar says "Ready"',
  '"Files" has 3 rows',
  'the first row in "Files" contains "2 kB"',
  'the last row is "fig"',
  '"fig" is checked',
  'the progress bar is at 50 %',
  'the dialog "Data" contains "All is well"',
  'the dialog "Data" shows "typed"',
  'there are at least 3 cells in "Files"',
  '"plum" is selected',
  '"pear" is above "plum"',
  '"pear" comes before "plum"',
  '"pear", "2 kB" and "plum" are in this order',
  'the file ~/notes.txt exists',
  'the file notes.txt contains "done"',
  'the file ~/other.txt does not exist',
  '"Tab position" still has the value before',
  '"Name" has another value than before',
  '"Match case" is checked and "City" is empty',
];

const notHeld = [
  'there is no "Save" button',
  'the "Save" button is enabled',
  '"Match case" is not checked',
  '"City" has the focus',
  '"Name" is empty',
  '"Documents" is expanded',
  '"Name" is "ada"',
  'the status bar says "Busy"',
  '"Files" has 4 rows',
  'there are fewer than 2 rows in "Files"',
  '"plum" is above "pear"',
  '"plum", "pear" are in this order',
  'the file ~/notes.txt does not exist',
  '"Tab position" has another value than before',
  // What is not there is neither so nor not so.
  '"Wrap" is checked',
  '"Wrap" is not checked',
  '"Wrap" does not contain "x"',
  'the file ~/other.txt does not contain "x"',
  '"Match case" is checked and "Name" is empty',
];

for (const [outcome, sentences] of [
  ['held', held],
  ['not held', notHeld],
] as const) {
  for (const sentence of sentences) {
    test(`${sentence}: ${outcome}`, async () => {
      expect((await judged(sentence, screen, { before: 'East' })).held).toBe(outcome === 'held');
    });
  }
}

const findings: readonly (readonly [sentence: string, expected: string, found: string])[] = [
  ['"Match case" is not checked', '"Match case" is not checked', '"Match case" (check box) is checked'],
  ['"Name" is empty', '"Name" is empty', '"Name" (text) has "Ada"'],
  ['"Name" is "Bob"', '"Name" is "Bob"', 'it has "Ada"'],
  ['"Files" has 4 rows', '4 × row in "Files"', 'there are 3'],
  ['there is no "Save" button', 'no "Save" button on the screen', 'there is "Save" (push button)'],
  [
    '"plum" is above "pear"',
    '"plum" above "pear"',
    'in reading order: "pear" (table cell) at 10,110, "plum" (table cell) at 10,140',
  ],
  [
    '"Tab position" has another value than before',
    '"Tab position" is other than "East", remembered as before',
    'it is "East"',
  ],
];

for (const [sentence, expected, found] of findings) {
  test(`${sentence}: says what was expected and found`, async () => {
    expect(await judged(sentence, screen, { before: 'East' })).toEqual({ held: false, expected, found });
  });
}

test('a name that nothing was remembered under is an error', async () => {
  await expect(judged('"Name" still has the value first', screen, { before: 'East' })).rejects.toMatchObject(
    failure('not-understood', /^nothing was remembered as "first" \(remembered: before\)\./),
  );
});
