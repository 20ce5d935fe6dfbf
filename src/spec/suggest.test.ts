import { expect, test } from '@playwright/test';
import { didYouMean, suggest } from './suggest.js';

const names = ['network', 'level', 'text', 'window', 'screenshot', 'file'];

for (const [word, nearest] of [
  ['netwrok', 'network'],
  ['Network', 'network'],
  ['windows', 'window'],
  ['txt', 'text'],
  ['screen', 'screenshot'],
  ['flie', 'file'],
  ['banana', undefined],
  ['x', undefined],
  ['', undefined],
] as const) {
  test(`suggests ${nearest} for "${word}"`, () => expect(suggest(word, names)).toBe(nearest));
}

test('ends a message with the suggestion, or with nothing', () => {
  expect(didYouMean('levle', names)).toBe(' Did you mean "level"?');
  expect(didYouMean('banana', names)).toBe('');
});
