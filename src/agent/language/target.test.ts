import { expect, test } from '@playwright/test';
import { readSentence } from './sentence.js';
import { describeTarget, parseTarget, type Target } from './target.js';

const read = (phrase: string): Target | undefined => {
  const sentence = readSentence(phrase);
  return parseTarget(sentence, sentence.words);
};

const targets: readonly (readonly [phrase: string, target: Target])[] = [
  // Names
  ['"Save"', { name: 'Save' }],
  ['the "Save"', { name: 'Save' }],
  ['“Save”', { name: 'Save' }],
  ['"the second button"', { name: 'the second button' }],
  ['Save', { name: 'Save' }],
  ['save', { name: 'save' }],
  ['the Save', { name: 'Save' }],
  ['Save As…', { name: 'Save As…' }],
  ['Find and Replace', { name: 'Find and Replace' }],
  ['Go to Line', { name: 'Go to Line' }],
  ['+', { name: '+' }],
  ['7', { name: '7' }],
  // Kinds
  ['the "Save" button', { name: 'Save', kind: 'button' }],
  ['a "Save" button', { name: 'Save', kind: 'button' }],
  ['the save button', { name: 'save', kind: 'button' }],
  ['OK button', { name: 'OK', kind: 'button' }],
  ['button "Save"', { name: 'Save', kind: 'button' }],
  ['the button named "Save"', { name: 'Save', kind: 'button' }],
  ['the button with the label "Save"', { name: 'Save', kind: 'button' }],
  ['the BUTTON', { kind: 'button' }],
  ['the field labelled "Name"', { name: 'Name', kind: 'field' }],
  ['the field for "Name"', { name: 'Name', kind: 'field' }],
  ['the "Name" text box', { name: 'Name', kind: 'field' }],
  ['the search box', { name: 'search', kind: 'field' }],
  ['the text area', { kind: 'field' }],
  ['the "Match case" check box', { name: 'Match case', kind: 'check box' }],
  ['the checkbox "Match case"', { name: 'Match case', kind: 'check box' }],
  ['the "Up" radio button', { name: 'Up', kind: 'radio button' }],
  ['the "Size" combo box', { name: 'Size', kind: 'combo box' }],
  ['drop-down list "Size"', { name: 'Size', kind: 'combo box' }],
  ['the File menu', { name: 'File', kind: 'menu' }],
  ['the "Save" menu item', { name: 'Save', kind: 'menu item' }],
  ['the menu entry "Save"', { name: 'Save', kind: 'menu item' }],
  ['the "General" tab', { name: 'General', kind: 'tab' }],
  ['the list item "Home"', { name: 'Home', kind: 'item' }],
  ['the "Help" link', { name: 'Help', kind: 'link' }],
  ['the message "Saved"', { name: 'Saved', kind: 'label' }],
  ['the status bar', { kind: 'status bar' }],
  ['the toolbar', { kind: 'tool bar' }],
  ['the "Preferences" dialog box', { name: 'Preferences', kind: 'dialog' }],
  // Ordinals
  ['the second "OK"', { name: 'OK', ordinal: 2 }],
  ['the 3rd button', { kind: 'button', ordinal: 3 }],
  ['the last "OK" button', { name: 'OK', kind: 'button', ordinal: -1 }],
  ['the First field', { kind: 'field', ordinal: 1 }],
  ['the 21st row', { kind: 'row', ordinal: 21 }],
  ['"Second"', { name: 'Second' }],
  // Relations
  ['the field next to "Name"', { kind: 'field', relation: { kind: 'next to', anchor: { name: 'Name' } } }],
  ['"OK" beside "Cancel"', { name: 'OK', relation: { kind: 'next to', anchor: { name: 'Cancel' } } }],
  ['"OK" to the left of "Cancel"', { name: 'OK', relation: { kind: 'left of', anchor: { name: 'Cancel' } } }],
  ['"OK" right of "Cancel"', { name: 'OK', relation: { kind: 'right of', anchor: { name: 'Cancel' } } }],
  [
    'the button below the "Name" field',
    { kind: 'button', relation: { kind: 'under', anchor: { name: 'Name', kind: 'field' } } },
  ],
  ['the label above "Name"', { kind: 'label', relation: { kind: 'above', anchor: { name: 'Name' } } }],
  [
    '"OK" in the dialog "Find"',
    { name: 'OK', relation: { kind: 'in', anchor: { name: 'Find', kind: 'dialog' } } },
  ],
  ['Save on the toolbar', { name: 'Save', relation: { kind: 'in', anchor: { kind: 'tool bar' } } }],
  [
    'Zoom in in the View menu',
    { name: 'Zoom in', relation: { kind: 'in', anchor: { name: 'View', kind: 'menu' } } },
  ],
  [
    'the second "OK" button next to "Name" in the "Find" dialog',
    {
      name: 'OK',
      kind: 'button',
      ordinal: 2,
      relation: {
        kind: 'next to',
        anchor: { name: 'Name', relation: { kind: 'in', anchor: { name: 'Find', kind: 'dialog' } } },
      },
    },
  ],
  [
    '"OK" in the "Find" dialog under "Name"',
    {
      name: 'OK',
      relation: {
        kind: 'in',
        anchor: { name: 'Find', kind: 'dialog', relation: { kind: 'under', anchor: { name: 'Name' } } },
      },
    },
  ],
];

for (const [phrase, target] of targets) {
  test(`reads ${phrase}`, () => expect(read(phrase)).toEqual(target));
}

const unread: readonly string[] = [
  '',
  'the',
  '""',
  '" "',
  '"Save',
  '“Save"',
  "'Save",
  '"Save" twice',
  'Save twice',
  'Save 3 times',
  'Save and verify it',
  'Save, Cancel',
  'Save if it is enabled',
  'Save until Finish appears',
  'everything',
  'everything you see',
  'all check boxes',
  'any button',
  'every "OK"',
  'both dialogs',
  'it',
  'here',
  'the second',
  'the second one',
  'a file',
  'an option',
  'the file',
  'the text',
  'the "Save" in the sidebar',
  'Save in the sidebar',
  '"A" "B"',
  '"A" or "B"',
  'button "A" button',
  'a name that goes on for more words than one has',
];

for (const phrase of unread) {
  test(`does not guess what is meant by: ${phrase}`, () => expect(read(phrase)).toBeUndefined());
}

test('writes a target as people would say it', () => {
  const phrases = [
    'the second "OK" button next to "Name" in the "Find" dialog',
    'the last row',
    'the 12th "x"',
    '"Save"',
  ];
  expect(phrases.map((phrase) => describeTarget(read(phrase)!))).toEqual([
    'second "OK" button next to "Name" in "Find" dialog',
    'last row',
    '12th "x"',
    '"Save"',
  ]);
});
