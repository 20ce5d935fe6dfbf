import { expect, test } from '@playwright/test';
import { parseExpectation } from './claim.js';
import { quotedText, readSentence, type Sentence } from './sentence.js';
import { parseStep } from './step.js';

const sentences: readonly (readonly [text: string, read: Sentence])[] = [
  ['Click Save', { words: 'Click Save', quoted: [] }],
  ['Click "Save".', { words: 'Click ⟦0⟧', quoted: ['Save'] }],
  ['Click Save!', { words: 'Click Save', quoted: [] }],
  ['  Click \t "Save"\n now ', { words: 'Click ⟦0⟧ now', quoted: ['Save'] }],
  ['Type "a  b. c" into "Name"', { words: 'Type ⟦0⟧ into ⟦1⟧', quoted: ['a  b. c', 'Name'] }],
  [String.raw`Type "a \"b\" \\ \n" now`, { words: 'Type ⟦0⟧ now', quoted: [String.raw`a "b" \ \n`] }],
  [
    'Click “Save”, „Öffnen“, „Otwórz” and «Fermer»',
    { words: 'Click ⟦0⟧, ⟦1⟧, ⟦2⟧ and ⟦3⟧', quoted: ['Save', 'Öffnen', 'Otwórz', 'Fermer'] },
  ],
  ['Run `ls -l`', { words: 'Run ⟦0⟧', quoted: ['ls -l'] }],
  ["Click 'Save' and ‘Don’t save’", { words: 'Click ⟦0⟧ and ⟦1⟧', quoted: ['Save', 'Don’t save'] }],
  ['Click "Don\'t save"', { words: 'Click ⟦0⟧', quoted: ["Don't save"] }],
  [
    "the title doesn't say it's the users' file",
    { words: "the title doesn't say it's the users' file", quoted: [] },
  ],
  ['Type ""', { words: 'Type ⟦0⟧', quoted: [''] }],
  ['Click "Save', { words: 'Click "Save', quoted: [] }],
  [String.raw`Click "Save\"`, { words: String.raw`Click "Save\"`, quoted: [] }],
  ['Click ⟦0⟧ "Save"', { words: 'Click \uFFFD0\uFFFD ⟦0⟧', quoted: ['Save'] }],
  ['Open File > Save As...', { words: 'Open File > Save As...', quoted: [] }],
  ['Press Ctrl+.', { words: 'Press Ctrl+.', quoted: [] }],
  ['', { words: '', quoted: [] }],
];

for (const [text, read] of sentences) {
  test(`takes the quoted parts out of: ${text}`, () => expect(readSentence(text)).toEqual(read));
}

test('gives the text of a phrase that is one quoted part and nothing else', () => {
  const sentence = readSentence('Type "one" into "two"');
  expect(['⟦0⟧', ' ⟦1⟧ ', 'the ⟦0⟧', '⟦2⟧', 'one', ''].map((phrase) => quotedText(sentence, phrase))).toEqual(
    ['one', 'two', undefined, undefined, undefined, undefined],
  );
});

// Each would take hours, were its parts read as often as there are ways to take it apart.
for (const text of ['A above '.repeat(40), '"A", '.repeat(60), 'Click "A" and '.repeat(40)]) {
  test(`gives up in time: ${text.slice(0, 20)}…`, () => {
    expect([parseStep(`${text} the`), parseExpectation(`${text} the`)]).toEqual([undefined, undefined]);
  });
}

test('gives up what is longer than any sentence, but for what it quotes', () => {
  const click = 'click "A" and ';
  expect(parseStep(`${click.repeat(20)}click "B"`)).toHaveLength(21);
  expect(parseStep(`${click.repeat(80)}click "B"`)).toBeUndefined();
  expect(parseStep(`Type "${'A'.repeat(5_000)}"`)).toHaveLength(1);
});
