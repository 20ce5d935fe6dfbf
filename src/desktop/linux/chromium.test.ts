import { expect, test } from '@playwright/test';
import type { Element } from '../types.js';
import { amendNumber } from './chromium.js';

/** Text and value of a field for numbers, and the text that is on the screen. */
const cases: readonly (readonly [text: string, value: number, shown: string])[] = [
  ['1', 4, '4'],
  ['4', 4, '4'],
  ['4.0', 4, '4.0'],
  ['', 0, ''],
  ['many', 0, 'many'],
];

for (const [text, current, shown] of cases) {
  test(`a field for numbers with the text "${text}" and the value ${current} shows "${shown}"`, () => {
    const field: Element = {
      id: 'a:/1',
      role: 'spin button',
      name: 'Cups',
      labels: [],
      text,
      value: { current, minimum: 1, maximum: 9 },
      states: ['enabled', 'showing'],
      box: { x: 0, y: 0, width: 60, height: 20 },
      app: 'Chromium',
    };
    expect(amendNumber(field)).toEqual({ ...field, text: shown });
    expect(amendNumber({ ...field, role: 'text' })).toEqual({ ...field, role: 'text' });
  });
}
