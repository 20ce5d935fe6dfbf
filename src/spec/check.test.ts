import { expect, test } from '@playwright/test';
import { parseCheck } from './check.js';
import { SpecError } from './error.js';

const at = { file: 'a.spec.md', position: { line: 7, column: 10 } };

const contains = (text: string) => ({ op: 'contains', text });

for (const [text, check] of [
  ['text: "Saved"', { name: 'text', not: false, match: contains('Saved') }],
  ['text:"Saved"', { name: 'text', not: false, match: contains('Saved') }],
  ['text: not "Saved"', { name: 'text', not: true, match: contains('Saved') }],
  ['text: contains "Saved"', { name: 'text', not: false, match: contains('Saved') }],
  ['text: “Saved \\”x”', { name: 'text', not: false, match: contains('Saved ”x') }],
  ['text: "a\\"b\\\\c\\nd"', { name: 'text', not: false, match: contains('a"b\\c\nd') }],
  ['text: "a" within 30 s', { name: 'text', not: false, match: contains('a'), within: 30_000 }],
  ['text: "a" within 500 ms', { name: 'text', not: false, match: contains('a'), within: 500 }],
  ['text: "a" within 2min ', { name: 'text', not: false, match: contains('a'), within: 120_000 }],
  ['text: "a" within 1.5 s', { name: 'text', not: false, match: contains('a'), within: 1500 }],
  [
    'text: not matches /^\\d+[/]\\/x$/im',
    { name: 'text', not: true, match: { op: 'matches', pattern: '^\\d+[/]\\/x$', flags: 'im' } },
  ],
  ['window: "Acme*"', { name: 'window', not: false, match: { op: 'like', text: 'Acme*' } }],
  ['window: "Acme"', { name: 'window', not: false, match: { op: 'is', text: 'Acme' } }],
  ['window: not "Acme"', { name: 'window', not: true, match: { op: 'is', text: 'Acme' } }],
  ['window: is "*Acme"', { name: 'window', not: false, match: { op: 'is', text: '*Acme' } }],
  ['window: contains "Acme"', { name: 'window', not: false, match: contains('Acme') }],
  [
    'window: matches /acme \\d/i within 5 s',
    { name: 'window', not: false, match: { op: 'matches', pattern: 'acme \\d', flags: 'i' }, within: 5000 },
  ],
  ['file: ~/notes.txt', { name: 'file', path: '~/notes.txt', not: false }],
  ['file: ~/notes.txt exists', { name: 'file', path: '~/notes.txt', not: false }],
  ['file: ~/notes.txt not exists', { name: 'file', path: '~/notes.txt', not: true }],
  ['file: ~/notes.txt within 1 s', { name: 'file', path: '~/notes.txt', not: false, within: 1000 }],
  ['file: "~/my notes.txt" exists', { name: 'file', path: '~/my notes.txt', not: false }],
  ['file: ~/a contains "x"', { name: 'file', path: '~/a', not: false, match: contains('x') }],
  ['file: ~/a not contains "x"', { name: 'file', path: '~/a', not: true, match: contains('x') }],
  ['file: ~/a is ""', { name: 'file', path: '~/a', not: false, match: { op: 'is', text: '' } }],
  [
    'file: ~/a matches /x/s within 3 s',
    {
      name: 'file',
      path: '~/a',
      not: false,
      match: { op: 'matches', pattern: 'x', flags: 's' },
      within: 3000,
    },
  ],
  ['screenshot: replaced', { name: 'screenshot', not: false, baseline: 'replaced', masks: [] }],
  [
    'screenshot: a_b-1 mask="the clock" mask=“the bar” within 2 s',
    { name: 'screenshot', not: false, baseline: 'a_b-1', masks: ['the clock', 'the bar'], within: 2000 },
  ],
] as const) {
  test(`reads ${JSON.stringify(text)}`, () => expect(parseCheck(text, at)).toEqual(check));
}

for (const [text, code, column, message] of [
  ['', 'bad-check', 10, /is not a check/],
  ['notes.txt', 'bad-check', 10, /is not a check/],
  ['text "a"', 'bad-check', 15, /colon/],
  ['  txt: "a"', 'unknown-check', 12, /Unknown check "txt"\. Did you mean "text"\?/],
  ['Text: "a"', 'unknown-check', 10, /Did you mean "text"/],
  ['clipbord: "a"', 'unknown-check', 10, /Did you mean "clipboard"/],
  ['banana: "a"', 'unknown-check', 10, /Use text, window, file, screenshot/],
  ['constructor: "a"', 'unknown-check', 10, /Unknown check/],
  ['exit: 0', 'unsupported', 10, /"exit" is not supported yet/],
  ['desktop-entry: x', 'unsupported', 10, /not supported yet/],
  ['text:', 'bad-check', 15, /found the end/],
  ['text: hello', 'bad-check', 16, /found "hello"/],
  ['text: "hello', 'bad-check', 16, /not closed/],
  ['text: “hello"', 'bad-check', 16, /Write ” at its end/],
  ['text: "a\\d"', 'bad-check', 18, /Unknown escape "\\d"/],
  ['text: ""', 'bad-check', 16, /empty/],
  ['text: "a" wihtin 3 s', 'bad-check', 20, /Did you mean "within"/],
  ['text: "a" "b"', 'bad-check', 20, /Unexpected/],
  ['text: "a"within 3 s', 'bad-check', 19, /space/],
  ['text: "a" within 3', 'bad-check', 27, /"3" is not a time/],
  ['text: "a" within soon', 'bad-check', 27, /"soon" is not a time/],
  ['text: "a" within 0 s', 'bad-check', 27, /not a time/],
  ['text: "a" within 3 s at step 2', 'unsupported', 31, /at step N/],
  ['window: like "a"', 'bad-check', 18, /found "like"/],
  ['window: matches /(/', 'bad-check', 26, /Invalid regular expression/],
  ['window: matches /a/ig', 'bad-check', 29, /Unknown flags "ig"/],
  ['window: matches /a', 'bad-check', 26, /Expected a regular expression/],
  ['window: matches', 'bad-check', 25, /Expected a regular expression/],
  ['file:', 'bad-check', 15, /path is missing/],
  ['file: not exists', 'bad-check', 16, /path is missing/],
  ['file: ~/a contians "x"', 'bad-check', 20, /Did you mean "contains"/],
  ['file: ~/a contains x', 'bad-check', 29, /double quotes/],
  ['file: ~/a not', 'bad-check', 23, /found the end/],
  ['file: ~/my notes.txt', 'bad-check', 21, /found "notes"/],
  ['screenshot: a/b', 'bad-check', 22, /letters, digits/],
  ['screenshot: not', 'bad-check', 22, /negated/],
  ['screenshot: a mask="b', 'bad-check', 29, /not closed/],
  ['screenshot: a mask=b', 'bad-check', 29, /double quotes/],
  ['screenshot: a maks="b"', 'bad-check', 24, /Unexpected/],
] as const) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    const error = parseCheck(text, at);
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({ code, file: 'a.spec.md', position: { line: 7, column } });
    expect(error).toHaveProperty('message', expect.stringMatching(message));
  });
}
