import { expect, test } from '@playwright/test';
import { type Step, parseSpec } from './index.js';

type Files = Readonly<Record<string, string>>;

function read(files: Files, file = 'a.spec.md') {
  const asked: string[] = [];
  const parsed = parseSpec({
    file,
    source: files[file] ?? '',
    read: (path) => {
      asked.push(path);
      return files[path];
    },
  });
  return { ...parsed, asked };
}

const problems = (files: Files) =>
  read(files).problems.map(
    ({ code, file, position, message }) => `${code} ${file}:${position.line}:${position.column} ${message}`,
  );

/** Steps as `text @file:line`, expectations below them. */
const outline = (steps: readonly Step[] | undefined) =>
  steps?.map(({ text, file, position, expectations }) => [
    `${text} @${file ?? ''}:${position.line}`,
    ...expectations.map((each) => `${each.text} @${each.file ?? ''}:${each.position.line}`),
  ]);

const login = [
  '---',
  'app: other',
  'secrets: [PIN]',
  '---',
  '# Account',
  '## Logs in @login',
  '1. Type "me" into "Name"',
  '2. Type "{{secret PIN}}" into "PIN"',
  '   - expect: "Welcome" is shown',
  '',
  '**Expected Results:**',
  '- not shared',
].join('\n');

test('puts the steps of another test before every test and in the place of a step', () => {
  const {
    spec,
    problems: wrong,
    asked,
  } = read(
    {
      'specs/a.spec.md': [
        '---',
        'secrets: [PIN]',
        'use: ../shared/login.spec.md#Logs in',
        '---',
        '## A',
        '- Press Enter',
        '- use: ../shared/login.spec.md#Account > Logs in',
        '  - expect: "Again" is shown',
        '- Use "Logs in" of ../shared/login.spec.md',
        '- Press Tab',
        '## B',
        '- Wait',
      ].join('\n'),
      'shared/login.spec.md': login,
    },
    'specs/a.spec.md',
  );
  expect(wrong).toEqual([]);
  expect(asked).toEqual(['shared/login.spec.md']);
  const from = 'shared/login.spec.md';
  const shared = [
    [`Type "me" into "Name" @${from}:7`],
    [`Type "{{secret PIN}}" into "PIN" @${from}:8`, `"Welcome" is shown @${from}:9`],
  ];
  expect(spec.tests.map(({ title, tags, steps }) => [title, tags, outline(steps)])).toEqual([
    [
      'A',
      [],
      [
        ...shared,
        ['Press Enter @:6'],
        ...[shared[0], [...(shared[1] ?? []), '"Again" is shown @:8']],
        ...shared,
        ['Press Tab @:10'],
      ],
    ],
    ['B', [], [...shared, ['Wait @:12']]],
  ]);
  expect(spec.settings.app).toBe('none');
});

test('a step of another file says so in whole', () => {
  const { spec } = read({
    'a.spec.md': '## A\n- use: b.spec.md#B',
    'b.spec.md': '## B\n- Go\n  - `text: "x"`',
  });
  expect(spec.tests[0]?.steps).toEqual([
    {
      text: 'Go',
      position: { line: 2, column: 3 },
      file: 'b.spec.md',
      expectations: [
        {
          kind: 'check',
          text: 'text: "x"',
          position: { line: 3, column: 6 },
          file: 'b.spec.md',
          check: { name: 'text', not: false, match: { op: 'contains', text: 'x' } },
        },
      ],
    },
  ]);
});

test('steps of the same file have no file, wherever they come through', () => {
  const { spec, problems: wrong } = read({
    'a.spec.md': '## A\n- use: "#B"\n- use: #B\n- use: b.spec.md#C\n## B\n- Go\n  - expect: x',
    'b.spec.md': '## C\n- use: a.spec.md#B\n- Stay\n  - expect: y',
  });
  expect(wrong).toEqual([]);
  expect(outline(spec.tests[0]?.steps)).toEqual([
    ['Go @:6', 'x @:7'],
    ['Go @:6', 'x @:7'],
    ['Go @:6', 'x @:7'],
    ['Stay @b.spec.md:3', 'y @b.spec.md:4'],
  ]);
});

test('what stands first in another spec comes along, in the same spec it does not come twice', () => {
  const { spec, problems: wrong } = read({
    'a.spec.md': '---\nuse: ["b.spec.md#B", b.spec.md#C]\n---\n## A\n- use: #A2\n## A2\n- Go\n  - expect: x',
    'b.spec.md': '---\nuse: c.spec.md#D\n---\n## B\n- b\n  - expect: none\n## C\n- c\n  - expect: none',
    'c.spec.md': '## D\n- d\n  - expect: none',
  });
  expect(wrong).toEqual([]);
  expect(spec.tests[0]?.steps.map(({ text }) => text)).toEqual(['d', 'b', 'd', 'c', 'Go']);
});

test('a row of a table can be used, and a row can say what is used', () => {
  const { spec, problems: wrong } = read({
    'a.spec.md':
      '## A\n- use: b.spec.md#Opens {what}\n- use: b.spec.md#B (n=1)\n\n| what |\n|---|\n| File |\n| Edit |',
    'b.spec.md':
      '## Opens File\n- Open File\n  - expect: x\n## Opens Edit\n- Open Edit\n  - expect: y\n## B\n- Type {n}\n  - expect: z\n\n| n |\n|---|\n| 1 |',
  });
  expect(wrong).toEqual([]);
  expect(spec.tests.map(({ steps }) => steps.map(({ text }) => text))).toEqual([
    ['Open File', 'Type 1'],
    ['Open Edit', 'Type 1'],
  ]);
});

test('expectations below a use of no steps are judged alone', () => {
  const { spec, problems: wrong } = read({
    'a.spec.md': '## A\n- use: b.spec.md#B\n  - expect: x',
    'b.spec.md': '## B\n**Expected Results:**\n- y',
  });
  expect(wrong).toEqual([]);
  expect(outline(spec.tests[0]?.steps)).toEqual([[' @:2', 'x @:3']]);
});

const b = '## Logs in\n- Go\n  - expect: x\n## Logs out\n- Go\n  - expect: x';
const chain = (length: number): Files =>
  Object.fromEntries(
    Array.from({ length: length + 1 }, (_, index) => [
      index === 0 ? 'a.spec.md' : `${index}.spec.md`,
      index === length ? '## T\n- Go\n  - expect: x' : `## T\n- use: ${index + 1}.spec.md#T`,
    ]),
  );

const mistakes: Record<string, readonly [files: Files, ...problems: readonly (string | RegExp)[]]> = {
  'a file that is not there': [
    { 'a.spec.md': '---\nuse: b.spec.md#B\n---\n## A\n- Go\n- use: b.spec.md#B\n## A2\n- Go' },
    'bad-use a.spec.md:2:6 "b.spec.md" cannot be read. Write its path relative to a.spec.md.',
    'bad-use a.spec.md:6:3 "b.spec.md" cannot be read. Write its path relative to a.spec.md.',
  ],
  'a title that is nearly there': [
    { 'a.spec.md': '## A\n- use: b.spec.md#Log in', 'b.spec.md': b },
    'bad-use a.spec.md:2:3 "b.spec.md" has no test "Log in". Did you mean "Logs in"?',
  ],
  'a title that is not there': [
    { 'a.spec.md': '## A\n- use: b.spec.md#Other', 'b.spec.md': b },
    'bad-use a.spec.md:2:3 "b.spec.md" has no test "Other". It has "Logs in", "Logs out".',
  ],
  'a title that is there twice': [
    {
      'a.spec.md': '## A\n- use: b.spec.md#B',
      'b.spec.md': '# X\n## B\n- Go\n  - expect: x\n# Y\n## B\n- Go\n  - expect: x',
    },
    'bad-use a.spec.md:2:3 "b.spec.md" has several tests "B". Write "X > B" or "Y > B".',
  ],
  'a mistake in the other file': [
    { 'a.spec.md': '## A\n- use: b.spec.md#B', 'b.spec.md': '## B\n- Go\n  - `txt: "a"`' },
    /^bad-use a\.spec\.md:2:3 "b\.spec\.md" has a mistake at 3:6: Unknown check "txt"/,
  ],
  'a test that uses itself': [
    { 'a.spec.md': '## A\n- use: #A' },
    'bad-use a.spec.md:2:3 This use leads back to where it came from: a.spec.md#A → a.spec.md#A.',
  ],
  'a circle': [
    { 'a.spec.md': '## A\n- use: b.spec.md#B', 'b.spec.md': '---\nuse: a.spec.md#A\n---\n## B\n- Go' },
    /^bad-use a\.spec\.md:2:3 This use leads back.*: a\.spec\.md#A → b\.spec\.md#B → a\.spec\.md#A\.$/,
  ],
  'a circle that the spec is not part of': [
    {
      'a.spec.md': '## A\n- use: b.spec.md#B',
      'b.spec.md': '## B\n- use: c.spec.md#C',
      'c.spec.md': '## C\n- use: ./b.spec.md#B',
    },
    /a\.spec\.md#A → b\.spec\.md#B → c\.spec\.md#C → b\.spec\.md#B\.$/,
  ],
  'more than 8 uses in a row': [chain(9), /^bad-use a\.spec\.md:2:3 More than 8 uses/],
  'a secret that only the other file lists': [
    { 'a.spec.md': '## A\n- use: login.spec.md#Logs in', 'login.spec.md': login },
    'bad-use a.spec.md:2:3 These steps need the secret "PIN". Add it to "secrets" in the front matter.',
  ],
  'a use without a title': [
    { 'a.spec.md': '## A\n- use: b.spec.md\n- Go\n  - expect: x', 'b.spec.md': b },
    'bad-use a.spec.md:2:3 "b.spec.md" names no test. Write use: other.spec.md#Title.',
  ],
  'a use that is no line of the list': [
    { 'a.spec.md': '## A\nuse: b.spec.md#Logs in\n\n- Go\n  - expect: x', 'b.spec.md': b },
    /^bad-use a\.spec\.md:2:1 .*Write "- " before it/,
  ],
  'a mistyped use': [
    { 'a.spec.md': '## A\n- ues: b.spec.md#Logs in\n- Go\n  - expect: x', 'b.spec.md': b },
    'unknown-label a.spec.md:2:3 Unknown label "ues:". Write use: other.spec.md#Title.',
  ],
  'steps of others that expect nothing': [
    { 'a.spec.md': '## A\n- use: b.spec.md#B', 'b.spec.md': '## B\n- Go\n  - expect: none' },
    /^no-expectation a\.spec\.md:1:1/,
  ],
};
for (const [name, [files, ...messages]] of Object.entries(mistakes)) {
  test(`reports ${name}`, () =>
    expect(problems(files)).toEqual(
      messages.map((message) => (typeof message === 'string' ? message : expect.stringMatching(message))),
    ));
}

test('8 uses in a row are allowed', () => expect(problems(chain(8))).toEqual([]));

test('without a way to read files only the own one can be used', () => {
  const source = '## A\n- use: b.spec.md#B\n- use: #C\n## C\n- Go\n  - expect: x';
  const { spec, problems: wrong } = parseSpec({ file: 'a.spec.md', source });
  expect(wrong.map(({ code, position }) => `${code} ${position.line}`)).toEqual(['bad-use 2']);
  expect(outline(spec.tests[0]?.steps)).toEqual([['Go @:5', 'x @:6']]);
});

test('uses that multiply are refused in time', () => {
  const files = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      index === 0 ? 'a.spec.md' : `${index}.spec.md`,
      `## T\n${`- use: ${index + 1}.spec.md#T\n`.repeat(index < 7 ? 20 : 0)}- Go\n  - expect: x`,
    ]),
  );
  expect(problems(files)[0]).toMatch(/^bad-use a\.spec\.md:\d+:3 .*100000 steps/);
});
