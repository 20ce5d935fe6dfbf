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
  [
    'value: "Search for" is "colour"',
    { name: 'value', field: 'Search for', not: false, match: { op: 'is', text: 'colour' } },
  ],
  [
    'value: “Size” not is "" within 2 s',
    { name: 'value', field: 'Size', not: true, match: { op: 'is', text: '' }, within: 2000 },
  ],
  ['value: "Size" contains "px"', { name: 'value', field: 'Size', not: false, match: contains('px') }],
  [
    'value: "Size" matches /^\\d+ px$/',
    { name: 'value', field: 'Size', not: false, match: { op: 'matches', pattern: '^\\d+ px$', flags: '' } },
  ],
  ['process: mousepad', { name: 'process', program: 'mousepad', not: false }],
  ['process: not mousepad within 5 s', { name: 'process', program: 'mousepad', not: true, within: 5000 }],
  ['process: "not"', { name: 'process', program: 'not', not: false }],
  ['process: not "my app"', { name: 'process', program: 'my app', not: true }],
  ['exit: 0', { name: 'exit', code: 0, not: false }],
  ['exit: not 139 within 10 s', { name: 'exit', code: 139, not: true, within: 10_000 }],
  ['exit: 3221225477', { name: 'exit', code: 3_221_225_477, not: false }],
  ['clipboard: "a"', { name: 'clipboard', not: false, match: contains('a') }],
  ['clipboard: not contains "a"', { name: 'clipboard', not: true, match: contains('a') }],
  ['clipboard: is ""', { name: 'clipboard', not: false, match: { op: 'is', text: '' } }],
  [
    'clipboard: matches /^a/ within 1 s',
    { name: 'clipboard', not: false, match: { op: 'matches', pattern: '^a', flags: '' }, within: 1000 },
  ],
  ['command: "ls -la"', { name: 'command', command: 'ls -la', exits: 0, not: false }],
  [
    'command: "test -e \\"a b\\"" exits 1 within 3 s',
    { name: 'command', command: 'test -e "a b"', exits: 1, not: false, within: 3000 },
  ],
  [
    'command: "ls -la" contains "notes.txt"',
    { name: 'command', command: 'ls -la', exits: 0, not: false, match: contains('notes.txt') },
  ],
  [
    'command: "ls /x" exits 2 not contains "y" within 3 s',
    { name: 'command', command: 'ls /x', exits: 2, not: true, match: contains('y'), within: 3000 },
  ],
  [
    'command: "whoami" matches /^codex/',
    {
      name: 'command',
      command: 'whoami',
      exits: 0,
      not: false,
      match: { op: 'matches', pattern: '^codex', flags: '' },
    },
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
  ['inventory: a.json', 'unsupported', 10, /"inventory" is not supported yet/],
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
  ['file: ~/a is not "x"', 'bad-check', 23, /Write "not" before "is"/],
  ['value:', 'bad-check', 16, /name of a field in double quotes/],
  ['value: Size is "1"', 'bad-check', 17, /double quotes, but found "Size"/],
  ['value: "" is "1"', 'bad-check', 17, /is empty/],
  ['value: "Size" "1"', 'bad-check', 24, /Expected is, contains or matches/],
  ['value: "Size" cotnains "1"', 'bad-check', 24, /Did you mean "contains"/],
  ['value: "Size" is not "1"', 'bad-check', 27, /Write "not" before "is"/],
  ['process:', 'bad-check', 18, /program is missing/],
  ['process: not', 'bad-check', 22, /program is missing/],
  ['process: within 3 s', 'bad-check', 19, /program is missing/],
  ['process: /usr/bin/mousepad', 'bad-check', 19, /without folders/],
  ['process: mousepad runs', 'bad-check', 28, /Unexpected "runs"/],
  ['exit: ok', 'bad-check', 16, /exit code such as 0, but found "ok"/],
  ['exit: -1', 'bad-check', 16, /exit code/],
  ['exit: 4294967296', 'bad-check', 16, /exit code/],
  ['clipboard: a', 'bad-check', 21, /found "a"/],
  ['clipboard: ""', 'bad-check', 21, /empty/],
  ['command: ls', 'bad-check', 19, /command line in double quotes/],
  ['command: " "', 'bad-check', 19, /is empty/],
  ['command: "ls" exits', 'bad-check', 29, /exit code/],
  ['command: "ls" exist 1', 'bad-check', 24, /Did you mean "exits"/],
  ['command: "ls" not', 'bad-check', 27, /found the end/],
  ['command: "ls" not exits 1', 'bad-check', 28, /Expected is, contains or matches/],
  ['command: "ls" contains "a" exits 1', 'bad-check', 37, /Unexpected "exits"/],
] as const) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    const error = parseCheck(text, at);
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({ code, file: 'a.spec.md', position: { line: 7, column } });
    expect(error).toHaveProperty('message', expect.stringMatching(message));
  });
}
