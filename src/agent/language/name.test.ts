import { expect, test } from '@playwright/test';
import { escape, likeness, normalise, similarity, type Likeness } from './name.js';

const how = (name: string, candidate: string): Likeness | undefined =>
  likeness(name).find(([, matches]) => matches(candidate))?.[0];

test('drops what people leave out of names', () => {
  const names = [
    '_Save',
    '&Save',
    'Save…',
    'Save...',
    'Save:',
    '  Save \n',
    'SAVE',
    'Ｓave',
    'save & load',
    '…',
  ];
  expect(names.map(normalise)).toEqual([...Array.from({ length: 8 }, () => 'save'), 'save & load', '']);
});

const pairs: readonly (readonly [name: string, candidate: string, how: Likeness | undefined])[] = [
  ['Save', 'Save', 'exact'],
  ['save', 'Save…', 'same'],
  ['Replace all in', 'Replace all _in:', 'same'],
  ['Replace All', 'Replace all in:', 'part'],
  ['notes', 'notes.txt', 'part'],
  ['notes.txt', '*notes.txt - Mousepad', 'part'],
  ['C++', 'C++ sources', 'part'],
  ['Side-Pane', 'Show Side-Pane', 'part'],
  ['a/b', 'open a/b now', 'part'],
  ['Save', 'Unsaved', undefined],
  ['2', '12', undefined],
  ['save', 'Saved', undefined],
  ['Save all', 'Save', undefined],
  // Of one letter there is a part in too many names.
  ['A', 'A name', undefined],
  ['…', '…', 'exact'],
  ['…', 'Save…', undefined],
  ['.*', 'anything', undefined],
  ['Größe', 'Größe ändern', 'part'],
  ['Gr', 'Größe', undefined],
];

for (const [name, candidate, expected] of pairs) {
  test(`"${name}" against "${candidate}": ${expected ?? 'not alike'}`, () =>
    expect(how(name, candidate)).toBe(expected));
}

test('tells how close two names are', () => {
  expect([similarity('Save', 'save…'), similarity('Save', 'Quit'), similarity('', '')]).toEqual([1, 0, 0]);
  expect(similarity('Replace Everything', 'Replace')).toBeGreaterThan(
    similarity('Replace Everything', 'Find'),
  );
});

test('any printable text stands for itself in a regular expression, with the flag u too', () => {
  const characters = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i));
  for (const flags of ['', 'u']) {
    expect(characters.filter((text) => !new RegExp(`^${escape(text)}$`, flags).test(text))).toEqual([]);
  }
});
