import { expect, test } from '@playwright/test';
import { ask } from './ask.js';
import { type AnswerSchema, type StandardSchema } from './schema.js';
import { contextOf, drawDesktop, element, failure, topLevel } from './testing.js';

const files = element('list', 'Files');
const status = element('status bar', '', { id: 'status' });
const elements = [
  element('frame', 'notes.txt - Editor'),
  element('text', '', { labels: ['Tab width:'], text: '4', states: ['enabled', 'editable'] }),
  element('text', 'Name', { text: 'Ada', states: ['enabled', 'editable'] }),
  element('combo box', 'North', { labels: ['Tab position'] }),
  element('check box', 'Match case', { states: ['enabled', 'checked'] }),
  element('check box', 'Wrap', { states: [] }),
  element('push button', 'Save', { states: [] }),
  files,
  element('list item', 'a.txt', { parent: files.id }),
  element('list item', 'b.txt', { parent: files.id }),
  element('list item', 'elsewhere'),
  status,
  element('label', '2 occurrences', { parent: 'status' }),
  element('page tab', 'General'),
  element('page tab', 'View'),
];
const context = () =>
  contextOf(drawDesktop({ elements, windows: [topLevel('notes.txt - Editor')] }), { timeout: 50 });

const answers: readonly (readonly [question: string, schema: AnswerSchema, answer: unknown])[] = [
  ['the value of "Name"', 'string', 'Ada'],
  ['What is the value of "Tab width"?', 'string', '4'],
  ['the value of "Tab width"', 'number', 4],
  ['the value of "Tab position"', 'string', 'North'],
  ['What does the "Name" field contain?', 'string', 'Ada'],
  ['What is in "Name"?', 'string', 'Ada'],
  ['What does the status bar show?', 'string', '2 occurrences'],
  ['the text of the status bar', 'string', '2 occurrences'],
  ['Is "Match case" checked?', 'boolean', true],
  ['Is "Match case" not checked?', 'boolean', false],
  ['Is the "Wrap" check box unchecked?', 'boolean', true],
  ['Is the "Save" button enabled?', 'boolean', false],
  ['Is "Save" greyed out?', 'boolean', true],
  ['Is "2 occurrences" shown?', 'boolean', true],
  ['Is "3 occurrences" shown?', 'boolean', false],
  ['Is the window "Preferences" open?', 'boolean', false],
  ['Does the title contain "notes.txt"?', 'boolean', true],
  ['How many "list item" are shown in "Files"?', 'number', 2],
  ['How many list items are in "Files"?', 'number', 2],
  ['How many check boxes are there?', 'number', 2],
  ['How many tabs are shown', 'string', '2'],
  ['How many "a.txt" are shown?', 'number', 1],
  ['How many "z.txt" are there?', 'number', 0],
  ['the number of check boxes', 'number', 2],
  ['the number of items in "Files"', 'number', 2],
  ['the items in "Files"', 'string[]', ['a.txt', 'b.txt']],
  ['Which are the tabs?', 'string[]', ['General', 'View']],
  ['Does "Name" contain "Ad"?', 'boolean', true],
  ['the title', 'string', 'notes.txt - Editor'],
  ['What is the title of the window?', 'string', 'notes.txt - Editor'],
  ['Which windows are open?', 'string[]', ['notes.txt - Editor']],
  ['How many windows are open?', 'number', 1],
];

for (const [question, schema, answer] of answers) {
  test(`${question} → ${JSON.stringify(answer)}`, async () => {
    expect(await ask(context(), question, schema)).toEqual(answer);
  });
}

/** As zod, valibot and arktype implement it. */
const even: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'number' && value % 2 === 0
        ? { value: value / 2 }
        : { issues: [{ message: 'it must be an even number' }] },
  },
};

test('an answer is what a Standard Schema makes of it, typed', async () => {
  const half: number = await ask(context(), 'the value of "Tab width"', even);
  expect(half).toBe(2);
});

test('an answer that is not as the schema wants is an error', async () => {
  await expect(ask(context(), 'the value of "Name"', even)).rejects.toMatchObject(
    failure('invalid-answer', 'the answer to "the value of "Name"" is "Ada", but it must be an even number'),
  );
  await expect(ask(context(), 'Is "Wrap" checked?', 'number')).rejects.toMatchObject(
    failure('invalid-answer', 'the answer to "Is "Wrap" checked?" is false, but it is no number'),
  );
});

test('a question about what is not there waits, and says what is', async () => {
  await expect(ask(context(), 'the value of "Nam"', 'string')).rejects.toMatchObject(
    failure('not-found', /^nothing on the screen is "Nam"\. Nearest: "Name" \(text\);.*\(waited 0\.05 s\)$/),
  );
});

for (const question of [
  'What is the meaning of this?',
  'Is it good?',
  'How many errors are there?',
  'Save the file',
  '"Save"',
  'Is "Save" better than "Cancel"?',
  'What does it show?',
]) {
  test(`is not understood: ${question}`, async () => {
    await expect(ask(context(), question, 'string')).rejects.toMatchObject(
      failure('not-understood', /^the question ".+" is not understood\. Questions look like: /),
    );
  });
}
