import { expect, test } from '@playwright/test';
import { SpecError, decodeSpec, parseSpec } from './index.js';

const codes = (source: string) =>
  parseSpec({ file: 'a.spec.md', source }).problems.map(
    ({ code, position }) => `${code} ${position.line}:${position.column}`,
  );

const mistakes: Record<string, { readonly source: string; readonly problems: readonly string[] }> = {
  'an empty file': { source: '', problems: ['no-test 1:1'] },
  'prose alone': { source: '# A\n## B\nProse.\n', problems: ['no-test 1:1'] },
  'steps without a heading': { source: '1. Go\n   - expect: x', problems: ['bad-heading 1:1'] },
  'a heading of tags alone': { source: '# A\n## @b\n- Go\n  - expect: x', problems: ['bad-heading 2:1'] },
  'a test without an expectation': { source: '# A\n## B\n- Go', problems: ['no-expectation 2:1'] },
  'a label without a list': { source: '## B\n**Steps:**', problems: ['no-expectation 1:1'] },
  'two tests with one title': {
    source: '# A\n## B\n- Go\n  - expect: x\n## B @tag\n- Go\n  - expect: x',
    problems: ['duplicate-test 5:1'],
  },
  'steps of a suite': {
    source: '# A\n1. Start\n## B\n1. Go\n   - expect: x',
    problems: ['nested-test 1:1'],
  },
  'numbered lines in a step': {
    source: '## A\n1. Go\n   1. First\n   2. Second\n   - expect: x',
    problems: ['nested-step 3:7', 'nested-step 4:7'],
  },
  'a step that is no line of text': {
    source: '## A\n1. > Go\n2. Go\n   - expect: x',
    problems: ['bad-step 2:4'],
  },
  'an empty step': { source: '## A\n1.\n2. Go\n   - expect: x', problems: ['bad-step 2:1'] },
  'steps in the line of the label': {
    source: '## A\n**Steps:** go\n\n**Expected:** x',
    problems: ['bad-step 2:12'],
  },
  'a mistyped label': {
    source: '## A\n- Go\n  - expect: x\n\n**Expcted Results:**\n- y',
    problems: ['unknown-label 5:3'],
  },
  'a mistyped expectation': {
    source: '## A\n- Go\n  - exepct: x\n  - expect: y\n- except: z',
    problems: ['unknown-label 3:5', 'unknown-label 5:3'],
  },
  'steps below a label that is not known': {
    source: '## A\n**Procedure:**\n1. Go\n\n**Expected Results:**\n- x',
    problems: ['unknown-label 3:1'],
  },
  'an empty expectation': {
    source: '## A\n- Go\n  - expect:\n  - expect: x',
    problems: ['bad-expectation 3:5'],
  },
  'an empty expectation alone': { source: '## A\n- Go\n  - expect:', problems: ['bad-expectation 3:5'] },
  'bad checks': {
    source:
      '---\napp: x\n---\n## A\n- Go\n  - `txt: "a"`\n  - expect: ``text: "a" b``\n\n**Expected:**\n- `unit: a`',
    problems: ['unknown-check 6:6', 'bad-check 7:25', 'unsupported 10:4'],
  },
  'a check over two lines': { source: '## A\n- Go\n  - `text:\n    "a"`', problems: ['bad-check 3:6'] },
  'a NUL': { source: '## A\n- Go\0\n  - expect: x', problems: ['not-text 2:5'] },
  'more than 1 MiB': { source: `## A\n${'é'.repeat(600_000)}`, problems: ['too-large 1:1'] },
  'several mistakes, in the order of the file': {
    source: '---\nlevle: any\nkind: bug\n---\n## A\n- Go\n## B\n- Go\n  - `x: 1`',
    problems: ['unknown-key 2:1', 'unsupported 3:1', 'no-expectation 5:1', 'unknown-check 9:6'],
  },
};
for (const [name, { source, problems }] of Object.entries(mistakes)) {
  test(`reports ${name}`, () => expect(codes(source)).toEqual(problems));
}

for (const [name, source, problems] of [
  ['brackets', `---\napp: ${'['.repeat(50_000)}\n---\n## A\n- Go\n  - expect: x`, ['too-deep 2:206']],
  ['lists', `## A\n${'- '.repeat(50_000)}Go`, ['too-deep 2:1']],
  ['quotes', `## A\n\n${'> '.repeat(50_000)}Go`, ['too-deep 3:1']],
  ['emphasis', `## A\n- ${'*a '.repeat(1000)}${'a* '.repeat(1000)}`, ['no-expectation 1:1']],
] as const) {
  test(`absurdly nested ${name} do not end the process`, () => expect(codes(source)).toEqual(problems));
}

test('decodes UTF-8 and tells the line that is not', () => {
  const encoder = new TextEncoder();
  expect(decodeSpec(encoder.encode('é\r\n“x”'), 'a.spec.md')).toBe('é\r\n“x”');
  const broken = decodeSpec(Uint8Array.from([0x61, 0x0a, 0xe4, 0x0a]), 'a.spec.md');
  expect(broken).toBeInstanceOf(SpecError);
  expect(broken).toMatchObject({ code: 'not-text', file: 'a.spec.md', position: { line: 2, column: 1 } });
  expect(decodeSpec(new Uint8Array(1024 * 1024 + 1), 'a.spec.md')).toMatchObject({ code: 'too-large' });
});
