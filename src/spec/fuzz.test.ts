import { expect, test } from '@playwright/test';
import { parseSpec } from './index.js';
import { editorSpec, loginSpec, orderSpec, plannerPlan } from './samples.js';

// A linear congruential generator (Numerical Recipes), so that a failure names a seed that repeats it.
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pieces = [
  '"',
  '`',
  '*',
  '\\',
  '---\n',
  '\n',
  '\r\n',
  '  ',
  '\t',
  '- ',
  '1. ',
  '# ',
  '> ',
  '[',
  '{',
  ': ',
  '|',
  '|---|\n',
  '{{secret ',
  '}}',
  'use: ',
  'login.spec.md#',
];
const more = [
  'expect: ',
  '**Steps:**\n',
  '/(',
  '\0',
  '\uFEFF',
  '\uD800',
  '😀',
  '<b',
  '&lt;',
  'within ',
  '“',
  '\uE000',
  '@',
];

function mutate(source: string, pick: (below: number) => number): string {
  let text = source;
  for (let count = 1 + pick(8); count > 0; count--) {
    const start = pick(text.length + 1);
    const end = Math.min(text.length, start + pick(12));
    const piece = [...pieces, ...more][pick(pieces.length + more.length)] ?? '';
    const other = text.slice(pick(text.length + 1)).slice(0, pick(40));
    const inserted = [piece, '', other][pick(3)] ?? '';
    text = text.slice(0, start) + inserted + text.slice(pick(2) === 0 ? start : end);
  }
  return text;
}

test('never throws, and every place is inside the file', () => {
  const wrong: string[] = [];
  for (let seed = 0; seed < 1500; seed++) {
    const pick = random(seed);
    const source = mutate([editorSpec, plannerPlan, orderSpec][seed % 3] ?? '', pick);
    const other = pick(4) === 0 ? mutate(loginSpec, pick) : loginSpec;
    const { spec, problems } = parseSpec({ file: 'a.spec.md', source, read: () => other });
    const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
    const steps = spec.tests.flatMap((found) => found.steps);
    const expectations = [...spec.tests, ...steps].flatMap((found) => found.expectations);
    const placed = [...problems, ...spec.tests, ...steps, ...expectations];
    for (const { position, ...rest } of placed) {
      if ('file' in rest && rest.file !== 'a.spec.md') continue;
      const width = lines[position.line - 1]?.length ?? -1;
      if (position.line >= 1 && position.column >= 1 && position.column <= width + 1) continue;
      wrong.push(`seed ${seed}: ${position.line}:${position.column}`);
    }
    for (const { message } of problems) {
      if (/undefined|NaN|\[object/.test(message)) wrong.push(`seed ${seed}: ${message}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('what is to be broken is whole at first', () => {
  const { spec, problems } = parseSpec({ file: 'a.spec.md', source: orderSpec, read: () => loginSpec });
  expect(problems).toEqual([]);
  expect(spec.tests.map(({ title, steps }) => [title, steps.map(({ text }) => text)])).toEqual(
    ['red', 'blue'].map((colour) => [
      `Orders a ${colour} shirt`,
      [
        'Type "{{secret PIN}}" into "PIN"',
        `Choose "${colour}"`,
        'Type "{{secret PIN}}" into "PIN"',
        'Type "{{secret CODE}}" into "Code"',
      ],
    ]),
  );
});
