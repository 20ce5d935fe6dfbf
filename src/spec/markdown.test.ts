import { expect, test } from '@playwright/test';
import { parseSpec } from './index.js';
import { editorSpec, plannerPlan } from './samples.js';
import type { Expectation, SpecTest } from './types.js';

const read = (source: string) => parseSpec({ file: 'a.spec.md', source });

const words = ({ text, position }: Expectation) => `${text} @${position.line}:${position.column}`;

/** A test in few words: steps with their places, expectations below them. */
function outline({ suites, title, steps, expectations }: SpecTest) {
  return {
    title: [...suites, title].join(' > '),
    steps: steps.map((step) => [
      `${step.text} @${step.position.line}:${step.position.column}`,
      ...step.expectations.map(words),
    ]),
    end: expectations.map(words),
  };
}

function outlines(source: string) {
  const { spec, problems } = read(source);
  expect(problems).toEqual([]);
  return spec.tests.map(outline);
}

test('reads the first example of the language', () => {
  const { spec, problems } = read(editorSpec);
  expect(problems).toEqual([]);
  expect(spec).toEqual({
    file: 'a.spec.md',
    settings: {
      kind: 'gui',
      app: 'mousepad notes.txt',
      network: 'offline',
      level: 'elevated',
      display: { width: 1280, height: 800 },
      files: ['data/notes.txt'],
      locale: 'C.UTF-8',
      timeout: 60_000,
      env: {},
      timezone: 'UTC',
      keyboard: 'us',
      theme: 'light',
      scale: 100,
      secrets: [],
      setup: { packages: [] },
      screenshots: { level: 'strict' },
      nested: 'browsers',
      limits: {},
    },
    tests: [
      {
        suites: ['Text editor'],
        title: 'Replaces a word everywhere',
        tags: ['@smoke'],
        position: { line: 12, column: 1 },
        endLine: 25,
        steps: [
          { text: 'Open Search > Replace…', position: { line: 14, column: 4 }, expectations: [] },
          { text: 'Type "colour" into "Search for"', position: { line: 15, column: 4 }, expectations: [] },
          {
            text: 'Type "color" into the field next to "Replace with"',
            position: { line: 16, column: 4 },
            expectations: [],
          },
          {
            text: 'Click "Replace All"',
            position: { line: 17, column: 4 },
            expectations: [
              { kind: 'prose', text: '"2 occurrences" is shown', position: { line: 18, column: 14 } },
            ],
          },
          { text: 'Press Ctrl+S and close the dialog', position: { line: 19, column: 4 }, expectations: [] },
        ],
        expectations: [
          {
            kind: 'prose',
            text: 'the title no longer starts with "*"',
            position: { line: 22, column: 3 },
          },
          {
            kind: 'check',
            text: 'file: ~/notes.txt contains "color"',
            position: { line: 23, column: 4 },
            check: {
              name: 'file',
              path: '~/notes.txt',
              not: false,
              match: { op: 'contains', text: 'color' },
            },
          },
          {
            kind: 'check',
            text: 'file: ~/notes.txt not contains "colour"',
            position: { line: 24, column: 4 },
            check: {
              name: 'file',
              path: '~/notes.txt',
              not: true,
              match: { op: 'contains', text: 'colour' },
            },
          },
          {
            kind: 'check',
            text: 'screenshot: replaced mask="the status bar"',
            position: { line: 25, column: 4 },
            check: {
              ...{ name: 'screenshot', not: false, baseline: 'replaced' },
              masks: [{ by: 'element', phrase: 'the status bar' }],
            },
          },
        ],
      },
    ],
  });
});

test('reads a plan as the planner of Playwright writes it', () => {
  expect(outlines(plannerPlan)).toEqual([
    {
      title: 'TodoMVC > Test Scenarios > 1. Adding todos > 1.1. adds-a-todo',
      steps: [
        [' @21:6', 'The list is empty @22:15'],
        [
          'Click in the "What needs to be done?" field @23:6',
          'The field is focused @24:15',
          'A caret is shown @25:15',
        ],
        ['Press Enter @26:6'],
        [' @27:3', 'The counter says "1 item left" @28:15'],
      ],
      end: [],
    },
    {
      title: 'TodoMVC > Test Scenarios > 1. Adding todos > 1.2. older-dialect',
      steps: [['Press Enter @35:4'], ['Wait @36:4']],
      end: ['The field is empty @39:3'],
    },
  ]);
});

test('a byte order mark and other line ends change nothing', () => {
  const expected = read(editorSpec);
  expect(read(`\uFEFF${editorSpec.replaceAll('\n', '\r\n')}`)).toEqual(expected);
  expect(read(editorSpec.replaceAll('\n', '\r'))).toEqual(expected);
});

test('deeper headings are suites, the deepest with steps is the test, tags go down', () => {
  const source = [
    '# A @one',
    '- what this is about',
    '## B',
    'Prose @three.',
    '### C @two a@b.example',
    '- Go',
    '  - expect: x',
    '### D',
    '1. Go',
    '   - expect: y',
    '#### Notes',
    'Nothing to do.',
    '',
    'E @two',
    '---',
    '- Go',
    '  - expect: z',
  ].join('\n');
  const { spec, problems } = read(source);
  expect(problems).toEqual([]);
  expect(
    spec.tests.map(({ suites, title, tags, position, endLine }) => [suites, title, tags, position, endLine]),
  ).toEqual([
    [['A', 'B'], 'C a@b.example', ['@one', '@two'], { line: 5, column: 1 }, 7],
    [['A', 'B'], 'D', ['@one'], { line: 8, column: 1 }, 12],
    [['A'], 'E', ['@one', '@two'], { line: 14, column: 1 }, 17],
  ]);
});

const forms: Record<
  string,
  { readonly source: string; readonly steps?: readonly string[][]; readonly end?: readonly string[] }
> = {
  'a numbered line, with expectations of both kinds': {
    source: '1. Go\n   - expect: x\n   - `text: "a"`\n   - expect: `text: "b"`\n   - a remark',
    steps: [['Go @2:4', 'x @3:14', 'text: "a" @4:7', 'text: "b" @5:15']],
  },
  'a dashed line': { source: '* Go\n  + Expect:  x', steps: [['Go @2:3', 'x @3:14']] },
  'an expectation without a dash': {
    source: '1. Go\n   expect: x\n\n   `text: "a"`',
    steps: [['Go @2:4', 'x @3:12', 'text: "a" @5:5']],
  },
  'an expectation indented too little': {
    source: '1. Go\n - expect: x\n2. Stay',
    steps: [['Go @2:4', 'x @3:12'], ['Stay @4:4']],
  },
  'an expectation indented too much': {
    source: '1. Go\n         - expect: x\n         - `text: "a"`\n\n           - expect: y',
    steps: [['Go @2:4', 'x @3:20', 'text: "a" @4:13', 'y @6:22']],
  },
  'a step over two lines': {
    source: '1. Go **there\n   and** back\n   - expect: x\n     is\\\n     shown',
    steps: [['Go there and back @2:4', 'x is shown @4:14']],
  },
  'steps below a label': {
    source: 'Prose.\n\n**Steps:**\n\n1. Go\n\n**Expected Results:**\n\n1. x\n2. expect: y\n   - z',
    steps: [['Go @6:4']],
    end: ['x @10:4', 'y @11:12', 'z @12:6'],
  },
  'labels in other spellings': {
    source:
      '__Steps__\n- Go\n\nExpected Result\n- x\n\n**Expected**: y\n\nExpected outcome: z\nw\n**Actual:** q',
    steps: [['Go @3:3']],
    end: ['x @6:3', 'y @8:15', 'z w @10:19'],
  },
  'labels as headings': {
    source: '### Steps\n1. Go\n### Expected Results:\n- x',
    steps: [['Go @3:4']],
    end: ['x @5:3'],
  },
  'a label without an empty line above it': {
    source: '1. Go\n**Expected Results:**\n- x',
    steps: [['Go @2:4']],
    end: ['x @4:3'],
  },
  'a label inside a step': {
    source: '1. Go\n\n   **Expected Result:**\n   - x\n2. Stay',
    steps: [['Go @2:4', 'x @5:6'], ['Stay @6:4']],
  },
  'a label inside a step without an empty line': {
    source: '1. Go\n   **Expected:**\n   - x\n2. Stay\n   **Expected:** y\n   - **Expect:** z',
    steps: [
      ['Go @2:4', 'x @4:6'],
      ['Stay @5:4', 'y @6:18', 'z @7:18'],
    ],
  },
  'a label with its text right below the steps': {
    source: '1. Go\nExpected results: x\n',
    steps: [['Go @2:4']],
    end: ['x @3:19'],
  },
  'a label with its text on the next line': {
    source: '- Go\n\n***Expected***\nx',
    steps: [['Go @2:3']],
    end: ['x @5:1'],
  },
  'a list below another label is context': {
    source: '**Assumptions:**\n- none\n\n**Steps:**\n1. Go\n   - expect: x\n\n**Notes:**\n- later',
    steps: [['Go @6:4', 'x @7:14']],
  },
  'a remark in bold is context': {
    source: '**Report:** it breaks\n\n1. Go\n   - expect: x',
    steps: [['Go @4:4', 'x @5:14']],
  },
  'an expectation before the first step': {
    source: '- expect: x\n- Go',
    steps: [[' @2:3', 'x @2:11'], ['Go @3:3']],
  },
  'expectations without steps': { source: '**Expected Results:**\n- x', end: ['x @3:3'] },
  'expect: none': { source: '- Go\n- expect: none', steps: [['Go @2:3']] },
  'expect: none below the label': {
    source: '- Go\n\n**Expected Results:**\n- Expect: None',
    steps: [['Go @2:3']],
  },
  'blocks of code and quotes are context': {
    source: '```\n- expect: no\n```\n> - no\n\n1. Go\n   - expect: x\n   ```\n   - expect: no\n   ```',
    steps: [['Go @7:4', 'x @8:14']],
  },
};
for (const [name, { source, steps = [], end = [] }] of Object.entries(forms)) {
  test(`reads ${name}`, () => expect(outlines(`## T\n${source}`)).toEqual([{ title: 'T', steps, end }]));
}
