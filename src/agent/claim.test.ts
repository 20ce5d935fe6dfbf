import { expect, test } from '@playwright/test';
import { claimForms, parseExpectation, type Claim } from './claim.js';

const shows = (text: string): Claim => ({ about: 'screen', not: false, match: { op: 'shows', text } });
const hides = (text: string): Claim => ({ ...shows(text), not: true });
const title = (op: 'is' | 'contains' | 'starts' | 'ends', text: string): Claim => ({
  about: 'title',
  not: false,
  match: { op, text },
});
const open = (text: string): Claim => ({ about: 'windows', not: false, match: { op: 'is', text } });

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
  '"Saved" is shown twice',
  '"Saved" is shown within 5',
  '"Saved" is shown within five seconds',
  '"Saved" is never shown',
  '"A" and "B" are shown',
  '"A" is shown and "B" is not shown',
  'no text "Error" is shown',
  'no window "Find" is open',
  '"Save" is enabled',
  '"Preferences" is open',
  'the dialog is gone',
  // Which of the windows, or what else, is meant?
  'the dialog shows "Saved"',
  'it shows "Saved"',
  'the title',
  'the title "x"',
  'the title with "x"',
  'the title starts "x"',
  'the title is notes.txt',
  'the title is longer than "x"',
  '"Tab position" still has the value before',
];

for (const sentence of unread) {
  test(`does not guess what is expected by: ${sentence}`, () =>
    expect(parseExpectation(sentence)).toBeUndefined());
}

test('reads each form that it advises', () => {
  expect(claimForms.filter((form) => parseExpectation(form) === undefined)).toEqual([]);
});
