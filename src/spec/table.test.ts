import { expect, test } from '@playwright/test';
import { parseSpec } from './index.js';

const read = (lines: readonly string[]) => parseSpec({ file: 'a.spec.md', source: lines.join('\n') });

const problems = (lines: readonly string[]) =>
  read(lines).problems.map(
    ({ code, position, message }) => `${code} ${position.line}:${position.column} ${message}`,
  );

test('makes one test of each row', () => {
  const { spec, problems: wrong } = read([
    '# Shop',
    '## Orders a shirt @smoke',
    '1. Choose "{colour}"',
    '   - expect: "{colour} shirt" is shown',
    '2. Press {key}',
    '',
    '| colour | size | key   |',
    '|:-------|-----:|-------|',
    '| red    | L    | Enter |',
    '| *blue* |      | `\\|`  |',
    '',
    '**Expected Results:**',
    '- `text: "{size}{colour}" within 2 s`',
  ]);
  expect(wrong).toEqual([]);
  const made = (row: {
    readonly colour: string;
    readonly size: string;
    readonly key: string;
    line: number;
  }) => ({
    suites: ['Shop'],
    title: `Orders a shirt (colour=${row.colour}, size=${row.size}, key=${row.key})`,
    tags: ['@smoke'],
    position: { line: row.line, column: 1 },
    endLine: row.line,
    section: { position: { line: 2, column: 1 }, endLine: 13 },
    steps: [
      {
        text: `Choose "${row.colour}"`,
        position: { line: 3, column: 4 },
        expectations: [
          { kind: 'prose', text: `"${row.colour} shirt" is shown`, position: { line: 4, column: 14 } },
        ],
      },
      { text: `Press ${row.key}`, position: { line: 5, column: 4 }, expectations: [] },
    ],
    expectations: [
      {
        kind: 'check',
        text: `text: "${row.size}${row.colour}" within 2 s`,
        position: { line: 13, column: 4 },
        check: {
          name: 'text',
          not: false,
          match: { op: 'contains', text: `${row.size}${row.colour}` },
          within: 2000,
        },
      },
    ],
  });
  expect(spec.tests).toEqual([
    made({ colour: 'red', size: 'L', key: 'Enter', line: 9 }),
    made({ colour: 'blue', size: '', key: '|', line: 10 }),
  ]);
});

test('a title with places needs no row behind it, and the table may stand first', () => {
  const { spec, problems: wrong } = read([
    '## Adds {a} and {b}',
    '| a | b |',
    '|---|---|',
    '| 1 | 2 |',
    '| 3 | 4 |',
    '',
    '- Type "{a}+{ b }"',
    '  - expect: none',
  ]);
  expect(wrong).toEqual([]);
  expect(spec.tests.map(({ title, steps }) => [title, steps[0]?.text])).toEqual([
    ['Adds 1 and 2', 'Type "1+2"'],
    ['Adds 3 and 4', 'Type "3+4"'],
  ]);
});

/** What a step, or the text of a check, becomes with one row. */
function filled(step: string, cell: string) {
  const { spec, problems: wrong } = read([
    ...['---', 'secrets: [PIN]', '---', '## T'],
    ...[`- ${step}`, '  - expect: none', '', '| a | two words |', '|---|---|', `| ${cell} | 2 |`],
  ]);
  expect(wrong).toEqual([]);
  const [first] = spec.tests[0]?.steps ?? [];
  return first?.expectations[0]?.text ?? first?.text;
}

for (const [step, cell, text] of [
  ['Type {a}{two words}', '1', 'Type 12'],
  ['Type "{a}"', 'say "hi"', 'Type "say \\"hi\\""'],
  ['Type “{a}”', 'say "hi"', 'Type “say "hi"”'],
  ['Type {a}', 'say "hi"', 'Type say "hi"'],
  ['Type "{a}"', 'C:\\\\x', 'Type "C:\\\\x"'],
  ['Type "C:\\\\{a}"', 'x', 'Type "C:\\\\x"'],
  ['Type C:\\\\{a}', 'x', 'Type C:\\x'],
  ['Type "\\{a}" and \\{a} and {a}', '1', 'Type "{a}" and {a} and 1'],
  ['Type {a}', '{a} \\{a}', 'Type {a} {a}'],
  ['Type {a}', '`*x*`', 'Type *x*'],
  ['Type {} {1,2} { } {a}', '1', 'Type {} {1,2} { } 1'],
  ['Type "{{secret PIN}}{a}"', '1', 'Type "{{secret PIN}}1"'],
  ['Type "{{secret {a}}}"', 'PIN', 'Type "{{secret PIN}}"'],
  ['`text: "{a}"`', 'a "b" c', 'text: "a \\"b\\" c"'],
  ['`text: "\\{a} {a}"`', '1', 'text: "{a} 1"'],
  ['`text: matches /{a}[0-9]{3}/`', '1.', 'text: matches /1.[0-9]{3}/'],
  ['`file: ~/{a}.txt not exists`', 'x', 'file: ~/x.txt not exists'],
] as const) {
  test(`fills ${JSON.stringify(step)} with ${JSON.stringify(cell)}`, () =>
    expect(filled(step, cell)).toBe(text));
}

test('without a table braces are literal', () => {
  const { spec, problems: wrong } = read([
    '## T {a}',
    '- Type "{a} \\{b}" \\{c}',
    '  - expect: `text: "{a}"`',
  ]);
  expect(wrong).toEqual([]);
  expect(
    spec.tests.map(({ title, steps }) => [title, steps[0]?.text, steps[0]?.expectations[0]?.text]),
  ).toEqual([['T {a}', 'Type "{a} {b}" {c}', 'text: "{a}"']]);
});

test('a table elsewhere is context', () => {
  const { spec, problems: wrong } = read([
    ...['| a | a |', '|---|---|', '# A', '| a | a |', '|---|---|', '', '## B', '- Go {x}', '  - expect: y'],
    ...['', '> | a |', '> |---|', '> | 1 |'],
  ]);
  expect(wrong).toEqual([]);
  expect(spec.tests.map(({ title, section }) => [title, section])).toEqual([['B', undefined]]);
});

const head = ['## T', '- Type {a}', '  - expect: x', ''];
const mistakes: Record<string, readonly [lines: readonly string[], ...problems: readonly RegExp[]]> = {
  'a table without rows': [[...head, '| a |', '|---|'], /^bad-table 5:1 .*no rows/],
  'a column twice': [
    [...head, '| a | b | a |', '|---|---|---|', '| 1 | 2 | 3 |'],
    /^bad-table 5:11 .*"a" twice/,
  ],
  'a column without a name': [
    [...head, '| a |  |', '|---|---|', '| 1 | 2 |'],
    /^bad-table 5:\d "" is no name/,
  ],
  'a column with a bad name': [[...head, '| 1st |', '|---|', '| 1 |'], /^bad-table 5:3 "1st" is no name/],
  'a row that is too short': [
    [...head, '| a | b |', '|---|---|', '| 1 |'],
    /^bad-table 7:1 This row of the table has 1 cell instead of 2\. Write one cell/,
  ],
  'a row that is too long': [
    [...head, '| a |', '|---|', '| 1 | 2 |'],
    /^bad-table 7:1 .*2 cells instead of 1.*"\\\|"/,
  ],
  'a label right below the table': [
    [...head, '| a | b |', '|---|---|', '| 1 | 2 |', '**Expected Results:**', '- y'],
    /^bad-table 8:1 .*empty line above/,
  ],
  'dashes that do not fit the header': [
    [...head, '| a | b |', '|---|', '| 1 | 2 |'],
    /^bad-table 5:1 .*no table yet/,
  ],
  'a second table': [
    [...head, '| a |', '|---|', '| 1 |', '', '| b |', '|---|', '| 1 |'],
    /^bad-table 9:1 .*already, at line 5/,
  ],
  'a table inside a step': [
    ['## T', '- Type {a}', '  - expect: x', '', '  | a |', '  |---|', '  | 1 |'],
    /^bad-table 5:3 .*not inside one/,
  ],
  'a table that a step swallows': [
    ['## T', '- Type {a}', '  - expect: x', '| a |', '|---|', '| 1 |'],
    /^bad-table 3:5 .*empty line above/,
  ],
  'an unknown name, once for all rows': [
    [
      '## T {colour}{clour}',
      '- Type "x {colur}"',
      '  - expect: {x}',
      '',
      '| colour |',
      '|---|',
      '| 1 |',
      '| 2 |',
    ],
    /^unknown-parameter 1:14 The table has no column "clour"\. Did you mean "colour"\?$/,
    /^unknown-parameter 2:11 .*"colur"\. Did you mean "colour"/,
    /^unknown-parameter 3:13 .*"x"\. It has colour\. Write "\\\{" for a brace of the text\.$/,
  ],
  'a check that a row breaks, at the check': [
    ['## T', '- `file: ~/{a} exists`', '- `text: "{a}"`', '', '| a |', '|---|', '| 1 |', '| 2 x |', '| |'],
    /^bad-check 2:4 .*This is so for the row at line 8 \(a=2 x\)\.$/,
    /^bad-check 3:4 An empty text.*This is so for the row at line 9 \(a=\)\.$/,
  ],
  'a check that is wrong in itself, at its column': [
    ['## T', '- `text: hello`', '', '| a |', '|---|', '| 1 |', '| 2 |'],
    /^bad-check 2:10 .*found "hello"\.$/,
  ],
  'equal rows': [
    [...head, '| a |', '|---|', '| 1 |', '| 1 |'],
    /^duplicate-test 8:1 The test "T \(a=1\)" exists already at line 7\. Remove a row/,
  ],
  'a title that a row leaves empty': [
    ['## {a}', '- Go', '  - expect: x', '', '| a |', '|---|', '| |'],
    /^bad-heading 7:1 The test that this row makes needs a title/,
  ],
  'a test that expects nothing, once': [
    ['## T', '- Type {a}', '', '| a |', '|---|', '| 1 |', '| 2 |'],
    /^no-expectation 1:1/,
  ],
};
for (const [name, [lines, ...messages]] of Object.entries(mistakes)) {
  test(`reports ${name}`, () =>
    expect(problems(lines)).toEqual(messages.map((message) => expect.stringMatching(message))));
}

test('a table that would make too many steps is refused in time', () => {
  const steps = Array.from({ length: 1000 }, (_, index) => `- Type ${index}`);
  const rows = Array.from({ length: 1000 }, (_, index) => `| ${index} |`);
  const found = problems(['## T', ...steps, '  - expect: x', '', '| a |', '|---|', ...rows]);
  expect(found).toEqual([expect.stringMatching(/^too-large 1006:1 .*100000 lines/)]);
});
