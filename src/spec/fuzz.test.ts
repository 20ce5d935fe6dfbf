import { expect, test } from '@playwright/test';
import { parseSpec } from './index.js';
import { editorSpec, plannerPlan } from './samples.js';

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
  for (let seed = 0; seed < 1000; seed++) {
    const source = mutate(seed % 2 === 0 ? editorSpec : plannerPlan, random(seed));
    const { spec, problems } = parseSpec({ file: 'a.spec.md', source });
    const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
    const steps = spec.tests.flatMap((found) => found.steps);
    const expectations = [...spec.tests, ...steps].flatMap((found) => found.expectations);
    for (const { position } of [...problems, ...spec.tests, ...steps, ...expectations]) {
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
