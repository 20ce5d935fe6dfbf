import { test, expect } from '@playwright/test';
import { SandboxError } from './error.js';
import { maxMessageBytes, parseRequest, requestId, type Request } from './protocol.js';

const options = {
  level: 'elevated',
  network: 'offline',
  display: { width: 1280, height: 800 },
  locale: 'C.UTF-8',
} as const;
const exec = { id: 3, verb: 'exec', sandbox: '71000', argv: ['ls', '-l'], env: { LANG: 'C' } } as const;
const prepare = {
  id: 6,
  verb: 'prepare',
  sandbox: '71000',
  command: 'touch a\ntouch b',
  inputs: 'a1'.repeat(32),
  timeout: 1000,
} as const;

const requests: readonly Request[] = [
  { id: 1, verb: 'provision', options },
  { id: 0, verb: 'provision', options: { ...options, level: 'unelevated', network: 'online' } },
  { id: 2, verb: 'start', sandbox: '71000' },
  exec,
  { ...exec, stdin: 'aGVsbG8=', timeout: 1000 },
  { ...exec, stdin: '' },
  { ...exec, argv: ['printf', 'a\u2028b\n"\\\u{1f600}'], env: {} },
  { id: 5, verb: 'provision', options: { ...options, packages: ['l3afpad', 'g++', 'libgtk-3-0'] } },
  prepare,
  { id: 4, verb: 'stop', sandbox: '71000' },
  { id: Number.MAX_SAFE_INTEGER, verb: 'deprovision', sandbox: '71000' },
];

test('accepts what each verb sends, unchanged', () => {
  expect(requests.map((request) => parseRequest(JSON.stringify(request)))).toEqual(requests);
});

const provision = (changes: object): object => ({
  id: 1,
  verb: 'provision',
  options: { ...options, ...changes },
});
const deep = '['.repeat(200_000) + ']'.repeat(200_000);

const refused: readonly (readonly [what: string, message: unknown, named: RegExp])[] = [
  ['no JSON', '{"id":1', /not JSON/],
  ['an empty line', '', /not JSON/],
  ['a list', [exec], /message is a list/],
  ['null', 'null', /message is null/],
  ['no id', { verb: 'stop', sandbox: 'x' }, /id is undefined/],
  ['a negative id', { ...exec, id: -1 }, /id is -1/],
  ['an id with a fraction', { ...exec, id: 1.5 }, /id is 1\.5/],
  ['an id as text', { ...exec, id: '1' }, /id is "1"/],
  ['no verb', { id: 1 }, /verb is undefined/],
  ['an unknown verb', { id: 1, verb: 'toString' }, /verb is "toString"/],
  ['a verb nested without end', `{"id":1,"verb":${deep}}`, /verb is a list/],
  ['a field too many', { ...exec, uid: 0 }, /field "uid"/],
  ['a prototype', '{"id":1,"verb":"stop","sandbox":"x","__proto__":{}}', /field "__proto__"/],
  ['no options', { id: 1, verb: 'provision' }, /options is undefined/],
  ['an option too many', provision({ user: 0 }), /field "user"/],
  ['an unknown level', provision({ level: 'root' }), /level is "root"/],
  ['an unknown network', provision({ network: null }), /network is null/],
  ['no display', provision({ display: undefined }), /display is undefined/],
  ['a display that is too wide', provision({ display: { width: 7681, height: 800 } }), /width is 7681/],
  ['a display without height', provision({ display: { width: 1280 } }), /height is undefined/],
  ['a depth of the display', provision({ display: { ...options.display, depth: 8 } }), /field "depth"/],
  ['a locale with a line', provision({ locale: 'C\nPATH=/tmp' }), /locale is "C\\nPATH/],
  ['a locale with a path', provision({ locale: '../../x' }), /locale is/],
  ['packages as a text', provision({ packages: 'hello' }), /packages are no list/],
  ['65 packages', provision({ packages: Array.from({ length: 65 }, () => 'hello') }), /at most 64/],
  ['an option as a package', provision({ packages: ['-y'] }), /packages have "-y"/],
  ['a path as a package', provision({ packages: ['./a.deb'] }), /packages have/],
  ['a version of a package', provision({ packages: ['hello=1'] }), /packages have/],
  ['two packages in one', provision({ packages: ['hello world'] }), /packages have/],
  ['an empty setup command', { ...prepare, command: '' }, /command is ""/],
  ['NUL in a setup command', { ...prepare, command: 'a\0' }, /command has/],
  ['inputs that are no hash', { ...prepare, inputs: `../${'a'.repeat(61)}` }, /inputs is/],
  ['a setup without a time limit', { ...prepare, timeout: undefined }, /timeout is undefined/],
  ['no sandbox', { id: 1, verb: 'start' }, /sandbox is undefined/],
  ['an empty sandbox', { id: 1, verb: 'stop', sandbox: '' }, /sandbox is ""/],
  ['a long sandbox', { id: 1, verb: 'deprovision', sandbox: 'x'.repeat(65) }, /sandbox is "x{64,}…?"/],
  ['no argv', { ...exec, argv: undefined }, /argv/],
  ['an empty argv', { ...exec, argv: [] }, /argv/],
  ['argv of 1025', { ...exec, argv: Array.from({ length: 1025 }, () => 'x') }, /argv/],
  ['a number in argv', { ...exec, argv: ['ls', 1] }, /argv has 1/],
  ['NUL in argv', { ...exec, argv: ['a\0b'] }, /argv has/],
  ['a very long word in argv', { ...exec, argv: ['x'.repeat(131_073)] }, /argv has/],
  ['no env', { ...exec, env: undefined }, /env is undefined/],
  ['env as a list', { ...exec, env: ['A=1'] }, /env is a list/],
  ['a name with an equals sign in env', { ...exec, env: { 'A=B': '' } }, /name "A=B"/],
  ['an empty name in env', { ...exec, env: { '': '' } }, /name ""/],
  ['a number in env', { ...exec, env: { SIZE: 1 } }, /SIZE has 1/],
  ['NUL in env', { ...exec, env: { SIZE: '\0' } }, /SIZE has/],
  [
    '257 variables',
    { ...exec, env: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`V${i}`, ''])) },
    /env has more than 256/,
  ],
  ['a list as stdin', { ...exec, stdin: [0] }, /stdin is a list/],
  ['a timeout of 0', { ...exec, timeout: 0 }, /timeout is 0/],
  ['a timeout of more than a day', { ...exec, timeout: 86_400_001 }, /timeout is 86400001/],
  ['a timeout as text', { ...exec, timeout: '1' }, /timeout is "1"/],
];

for (const [what, message, named] of refused) {
  test(`names the field: ${what}`, () => {
    const error = failure(typeof message === 'string' ? message : JSON.stringify(message));
    expect(error).toMatchObject({
      name: 'SandboxError [bad-message]',
      code: 'bad-message',
      message: expect.stringMatching(named),
    });
    expect(error?.message.length).toBeLessThan(250);
  });
}

test('tells the id of a message that it refuses, and 0 where there is none', () => {
  const lines = ['{"id":7,"verb":"x"}', '{"id":-7}', '{"id":"7"}', '{"id":1.5}', 'null', '7', '{', ''];
  expect(lines.map(requestId)).toEqual([7, 0, 0, 0, 0, 0, 0, 0]);
});

test('refuses mutated messages with its own error only', () => {
  const next = random(20_260_101);
  const pick = <Item>(items: readonly Item[]): Item => items[next() % items.length]!;
  const words = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '\\u0000',
    '\0',
    'null',
    '-1',
    '1e999',
    '""',
    'é',
    '\u2028',
  ];
  const unexpected: unknown[] = [];
  for (let round = 0; round < 20_000; round++) {
    let line = JSON.stringify(pick(requests));
    for (let edits = 1 + (next() % 4); edits > 0; edits--) {
      const at = next() % (line.length + 1);
      const length = next() % 4;
      const other = JSON.stringify(pick(requests));
      const from = next() % other.length;
      line =
        line.slice(0, at) + pick(['', pick(words), other.slice(from, from + 9)]) + line.slice(at + length);
    }
    const error = failure(line);
    if (error !== undefined && !(error instanceof SandboxError && error.code === 'bad-message'))
      unexpected.push([line, error]);
    if (!Number.isSafeInteger(requestId(line))) unexpected.push([line, requestId(line)]);
  }
  expect(unexpected).toEqual([]);
});

test('takes the largest message in reasonable time', () => {
  const stdin = 'A'.repeat(maxMessageBytes - 200);
  const request: Request = { ...exec, stdin };
  expect(parseRequest(JSON.stringify(request))).toEqual(request);
});

function failure(line: string): Error | undefined {
  try {
    parseRequest(line);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Whole numbers that are the same in every run (xorshift32, Marsaglia 2003). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
