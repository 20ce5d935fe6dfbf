import { expect, test } from '@playwright/test';
import { claimForms, parseExpectation, type Claim, type Direction, type State } from './claim.js';
import type { Target } from './target.js';

const shows = (text: string): Claim => ({ about: 'screen', not: false, match: { op: 'shows', text } });
const hides = (text: string): Claim => ({ ...shows(text), not: true });
const title = (op: 'is' | 'contains' | 'starts' | 'ends', text: string): Claim => ({
  about: 'title',
  not: false,
  match: { op, text },
});
const open = (text: string): Claim & { about: 'windows' } => ({
  about: 'windows',
  not: false,
  match: { op: 'is', text },
});
const state = (is: State, target: Target, not = false): Claim => ({ about: 'state', not, target, state: is });
const element = (target: Target, not = false): Claim => ({ about: 'element', not, target });
const value = (
  op: 'is' | 'contains' | 'starts' | 'ends' | 'shows',
  target: Target,
  text: string,
): Claim & { about: 'reading' } => ({
  about: 'reading',
  not: false,
  reading: { of: 'value', target },
  match: { op, text },
});
const count = (least: number, most: number, target: Target): Claim & { about: 'count' } => ({
  about: 'count',
  not: false,
  target,
  least,
  most,
});
const order = (direction: Direction, ...names: readonly string[]): Claim & { about: 'order' } => ({
  about: 'order',
  not: false,
  targets: names.map((name) => ({ name })),
  direction,
});
const same = (target: Target, as: string, not = false): Claim => ({
  about: 'same',
  not,
  reading: { of: 'value', target },
  as,
});
const files: Target = { relation: { kind: 'in', anchor: { name: 'Files' } } };

const claims: readonly (readonly [sentence: string, claim: Claim])[] = [
  // Text on the screen
  ['"Saved" is shown', shows('Saved')],
  ['“Saved” is shown.', shows('Saved')],
  ["'Saved' is now visible", shows('Saved')],
  ['"Saved"', shows('Saved')],
  ['"Saved" appears', shows('Saved')],
  ['"Saved" has appeared', shows('Saved')],
  ['The text "Saved" is displayed', shows('Saved')],
  ['the words "all done" are on the screen', shows('all done')],
  ['the screen shows "Saved"', shows('Saved')],
  ['the screen does not show "Error"', hides('Error')],
  ['"Error" is not shown', hides('Error')],
  ['"Error" isn\'t shown', hides('Error')],
  ['"Error" is no longer there', hides('Error')],
  ['"Error" does not appear', hides('Error')],
  ['"Error" is gone', hides('Error')],
  ['"Error" is hidden', hides('Error')],
  ['"Error" disappears', hides('Error')],
  ['"Error" is not gone', shows('Error')],
  ['"is not shown" is shown', shows('is not shown')],
  // Time
  ['"Done" is shown within 5 s', { ...shows('Done'), within: 5_000 }],
  ['"Done" within 60 s', { ...shows('Done'), within: 60_000 }],
  ['"Done" is shown, within 2 minutes', { ...shows('Done'), within: 120_000 }],
  ['"Done" is shown within 1.5 seconds', { ...shows('Done'), within: 1_500 }],
  ['"Done" is shown in at most 300 ms', { ...shows('Done'), within: 300 }],
  ['"Error" is gone within 1 min', { ...hides('Error'), within: 60_000 }],
  // The title
  ['the title is "notes.txt"', title('is', 'notes.txt')],
  ['The window title is now "Notes"', title('is', 'Notes')],
  ['the window\'s title equals "Notes"', title('is', 'Notes')],
  ['the title of the window contains "notes"', title('contains', 'notes')],
  ['title starts with "*"', title('starts', '*')],
  ['the title now begins with "*"', title('starts', '*')],
  ['the title ends with "Mousepad"', title('ends', 'Mousepad')],
  ['the title is not "x"', { ...title('is', 'x'), not: true }],
  ['the title is no longer "x"', { ...title('is', 'x'), not: true }],
  ['the title does not contain "x"', { ...title('contains', 'x'), not: true }],
  ['the title doesn’t end with "x"', { ...title('ends', 'x'), not: true }],
  ['the title no longer starts with "*" within 3 s', { ...title('starts', '*'), not: true, within: 3_000 }],
  // Windows
  ['the window "Preferences" is open', open('Preferences')],
  ['a dialog titled "Find" appears', open('Find')],
  ['the "Find" dialog is shown', open('Find')],
  ['the window "Acme*" has opened', { ...open('Acme*'), match: { op: 'like', text: 'Acme*' } }],
  ['the "Find" dialog is gone', { ...open('Find'), not: true }],
  ['the window "Find" is not open', { ...open('Find'), not: true }],
  ['the dialog "Find" closes within 2 s', { ...open('Find'), not: true, within: 2_000 }],
  ['the window "Find" is not closed', open('Find')],
  ['"Preferences" is open', open('Preferences')],
  ['no window "Find" is open', element({ name: 'Find', kind: 'window' }, true)],
  ['no text "Error" is shown', hides('Error')],
  // Elements
  ['the dialog is gone', element({ kind: 'dialog' }, true)],
  ['a dialog is open', element({ kind: 'dialog' })],
  ['no dialog is open', element({ kind: 'dialog' }, true)],
  ['there is a "Save" button', element({ name: 'Save', kind: 'button' })],
  [
    'there is no "Save" button in the dialog',
    element({ name: 'Save', kind: 'button', relation: { kind: 'in', anchor: { kind: 'dialog' } } }, true),
  ],
  ['the "Save" button is not shown', element({ name: 'Save', kind: 'button' }, true)],
  // States
  ['"Save" is enabled', state('enabled', { name: 'Save' })],
  ['the "Save" button is greyed out', state('enabled', { name: 'Save', kind: 'button' }, true)],
  ['"Match case" is not checked', state('checked', { name: 'Match case' }, true)],
  ['"Match case" isn\'t ticked', state('checked', { name: 'Match case' }, true)],
  ['Match case is unchecked', state('checked', { name: 'Match case' }, true)],
  ['the radio button "Up" is selected', state('selected', { name: 'Up', kind: 'radio button' })],
  ['"Name" has the focus', state('focused', { name: 'Name' })],
  ['"Name" is focused', state('focused', { name: 'Name' })],
  ['"Details" is still expanded', state('expanded', { name: 'Details' })],
  ['"Details" is collapsed', state('expanded', { name: 'Details' }, true)],
  ['the "Name" field is empty', state('empty', { name: 'Name', kind: 'field' })],
  ['"Name" is read-only', state('editable', { name: 'Name' }, true)],
  // Values
  ['"Name" contains "Ada"', value('contains', { name: 'Name' }, 'Ada')],
  ['the field "Name" is "Ada"', value('is', { name: 'Name', kind: 'field' }, 'Ada')],
  ['the value of "Name" is "Ada"', value('is', { name: 'Name' }, 'Ada')],
  ['"Size" has the value "12"', value('is', { name: 'Size' }, '12')],
  ['"Size" is set to "12"', value('is', { name: 'Size' }, '12')],
  ['the status bar says "Ready"', value('shows', { kind: 'status bar' }, 'Ready')],
  ['the dialog shows "Saved"', value('shows', { kind: 'dialog' }, 'Saved')],
  ['"Name" does not contain "Ada"', { ...value('contains', { name: 'Name' }, 'Ada'), not: true }],
  ['"Name" no longer starts with "A"', { ...value('starts', { name: 'Name' }, 'A'), not: true }],
  [
    'the clipboard contains "x"',
    { about: 'reading', not: false, reading: { of: 'clipboard' }, match: { op: 'contains', text: 'x' } },
  ],
  // Files and programs
  ['the file ~/notes.txt exists', { about: 'file', not: false, path: '~/notes.txt' }],
  ['the file "notes.txt" does not exist', { about: 'file', not: true, path: '~/notes.txt' }],
  ['the file "~/a b.txt" has been deleted', { about: 'file', not: true, path: '~/a b.txt' }],
  [
    '~/notes.txt contains "done"',
    {
      about: 'reading',
      not: false,
      reading: { of: 'file', path: '~/notes.txt' },
      match: { op: 'contains', text: 'done' },
    },
  ],
  [
    'the file ~/notes.txt is empty',
    {
      about: 'reading',
      not: false,
      reading: { of: 'file', path: '~/notes.txt' },
      match: { op: 'is', text: '' },
    },
  ],
  ['the application has ended', { about: 'process', not: true }],
  ['the application is still running', { about: 'process', not: false }],
  ['mousepad is running', { about: 'process', not: false, program: 'mousepad' }],
  // Counts and order
  ['"Files" has 3 rows', count(3, 3, { kind: 'row', ...files })],
  ['there are at least two items in "Files"', count(2, Infinity, { kind: 'item', ...files })],
  ['no items are shown in "Files"', count(0, 0, { kind: 'item', ...files })],
  ['exactly 3 buttons are shown', count(3, 3, { kind: 'button' })],
  ['there are fewer than 3 entries in "Files"', count(0, 2, { kind: 'item', ...files })],
  ['"Saved" is shown twice', count(2, 2, { name: 'Saved' })],
  ['"A" is above "B"', order('above', 'A', 'B')],
  ['"A" is not to the left of "B"', { ...order('left of', 'A', 'B'), not: true }],
  ['"A" comes before "B"', order('before', 'A', 'B')],
  ['"A" is listed after "B"', order('before', 'B', 'A')],
  ['"A", "B" and "C" are in this order', order('before', 'A', 'B', 'C')],
  // What was remembered
  ['"Tab position" still has the value before', same({ name: 'Tab position' }, 'before')],
  ['"Tab position" has another value than before', same({ name: 'Tab position' }, 'before', true)],
  ['"Total" is the same as "first total"', same({ name: 'Total' }, 'first total')],
  ['"Total" has changed since start', same({ name: 'Total' }, 'start', true)],
  // Several
  ['"A" and "B" are shown', { about: 'all', not: false, claims: [shows('A'), shows('B')] }],
  ['"A" is shown and "B" is not shown', { about: 'all', not: false, claims: [shows('A'), hides('B')] }],
];

for (const [sentence, claim] of claims) {
  test(`reads the expectation: ${sentence}`, () => expect(parseExpectation(sentence)).toEqual(claim));
}

const unread: readonly string[] = [
  '',
  '""',
  'everything works',
  'Saved is shown',
  '"Saved',
  '"Saved" is shown nicely',
  '"Saved" is shown within 5',
  '"Saved" is shown within five seconds',
  '"Saved" is never shown',
  // Since when?
  '"Total" has changed',
  '"Total" is unchanged',
  'it shows "Saved"',
  'the title',
  'the title "x"',
  'the title with "x"',
  'the title starts "x"',
  'the title is notes.txt',
  'the title is longer than "x"',
];

for (const sentence of unread) {
  test(`does not guess what is expected by: ${sentence}`, () =>
    expect(parseExpectation(sentence)).toBeUndefined());
}

test('reads each form that it advises', () => {
  expect(claimForms.filter((form) => parseExpectation(form) === undefined)).toEqual([]);
});

test('what can no longer be pressed is disabled, and not released', () => {
  const button = { name: 'OK', kind: 'button' };
  expect(
    ['can be pressed', 'can no longer be pressed', "can't be clicked", 'cannot be used'].map((predicate) =>
      parseExpectation(`the OK button ${predicate}`),
    ),
  ).toEqual(
    [false, true, true, true].map((not) => ({ about: 'state', not, target: button, state: 'enabled' })),
  );
});

test.describe('what is said of several', () => {
  const all = (...each: readonly unknown[]) => ({ about: 'all', not: false, claims: each });
  const checked = (name: string, not = false) => ({
    about: 'state',
    not,
    target: { name },
    state: 'checked',
  });

  test('holds for each, and the first is not only shown', () => {
    expect(parseExpectation('"A" and "B" are checked')).toEqual(all(checked('A'), checked('B')));
    expect(parseExpectation('both "A" and "B" are not checked')).toEqual(
      all(checked('A', true), checked('B', true)),
    );
    expect(parseExpectation('the "A", "B" and "C" buttons are disabled')).toEqual(
      all(
        ...['A', 'B', 'C'].map((name) => ({
          about: 'state',
          not: true,
          target: { name, kind: 'button' },
          state: 'enabled',
        })),
      ),
    );
  });

  test('is said of the same thing, and not of the screen', () => {
    const contains = (text: string, not = false) => ({
      about: 'reading',
      not,
      reading: { of: 'value', target: { name: 'Name' } },
      match: { op: 'contains', text },
    });
    expect(parseExpectation('"Name" contains "A", "B" and "C"')).toEqual(
      all(contains('A'), contains('B'), contains('C')),
    );
    expect(parseExpectation('"Name" does not contain "A" and "B"')).toEqual(
      all(contains('A', true), contains('B', true)),
    );
  });

  test('is shown or gone together', () => {
    const shown = (text: string, not: boolean) => ({ about: 'screen', not, match: { op: 'shows', text } });
    expect(parseExpectation('"A" and "B" are not shown')).toEqual(all(shown('A', true), shown('B', true)));
    expect(parseExpectation('the screen shows "A" and "B"')).toEqual(
      all(shown('A', false), shown('B', false)),
    );
  });
});
