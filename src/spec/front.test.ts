import { expect, test } from '@playwright/test';
import { defaultSettings, parseSpec } from './index.js';

const body = '# S\n## T\n- Go\n  - expect: x\n';

function read(yaml: string) {
  const { spec, problems } = parseSpec({ file: 'a.spec.md', source: `---\n${yaml}\n---\n${body}` });
  return { settings: spec.settings, tests: spec.tests, problems };
}

test('a spec without front matter gets the defaults', () => {
  const { spec, problems } = parseSpec({ file: 'a.spec.md', source: body });
  expect({ settings: spec.settings, problems }).toEqual({ settings: defaultSettings, problems: [] });
  expect(read('# nothing').settings).toEqual(defaultSettings);
});

test('reads every key', () => {
  const { settings, tests, problems } = read(
    [
      'kind: gui',
      'app: mousepad notes.txt   # started first',
      'network: online',
      'level: any',
      'display: 1920x1080',
      'files: [data/notes.txt, b.txt]',
      'locale: de_DE.UTF-8',
      'timeout: 2 min',
      'tags: [smoke, "@slow"]',
    ].join('\n'),
  );
  expect(problems).toEqual([]);
  expect(settings).toEqual({
    kind: 'gui',
    app: 'mousepad notes.txt',
    network: 'online',
    level: 'any',
    display: { width: 1920, height: 1080 },
    files: ['data/notes.txt', 'b.txt'],
    locale: 'de_DE.UTF-8',
    timeout: 120_000,
  });
  expect(tests[0]?.tags).toEqual(['@smoke', '@slow']);
});

for (const [yaml, timeout] of [
  ['timeout: 30 s', 30_000],
  ['timeout: 500 ms', 500],
  ['timeout: 1.5 min', 90_000],
  ['timeout: 5000', 5000],
] as const) {
  test(`reads "${yaml}"`, () => expect(read(yaml)).toMatchObject({ settings: { timeout }, problems: [] }));
}

test('a single file or tag needs no list', () => {
  const { settings, tests, problems } = read('files: notes.txt\ntags: smoke');
  expect({ files: settings.files, tags: tests[0]?.tags, problems }).toEqual({
    files: ['notes.txt'],
    tags: ['@smoke'],
    problems: [],
  });
});

for (const [yaml, code, line, column, message] of [
  ['app: x\nnetwrok: offline', 'unknown-key', 3, 1, /Unknown key "netwrok".*Did you mean "network"\?/],
  ['banana: 1', 'unknown-key', 2, 1, /Remove the line/],
  ['constructor: 1', 'unknown-key', 2, 1, /Unknown key/],
  ['[a]: 1', 'unknown-key', 2, 1, /Unknown key "\[a\]"/],
  ['kind: install', 'unsupported', 2, 1, /kind "install" is not supported yet/],
  ['kind: bug', 'unsupported', 2, 1, /kind "bug" is not supported yet/],
  ['kind: web', 'bad-value', 2, 7, /"web" is no value for "kind"/],
  ...['env', 'timezone', 'keyboard', 'theme', 'scale', 'privileges', 'secrets', 'setup', 'use', 'budget'].map(
    (key) => [`${key}: x`, 'unsupported', 2, 1, /not supported yet/] as const,
  ),
  ['evidence: x', 'unsupported', 2, 1, /not supported yet/],
  ['attempts: 3', 'unsupported', 2, 1, /not supported yet/],
  ['want: reproduced', 'unsupported', 2, 1, /not supported yet/],
  ['app:', 'bad-value', 2, 1, /An empty value is no value for "app"/],
  ['app: {a: b}', 'bad-value', 2, 6, /This value/],
  ['app: 3', 'bad-value', 2, 6, /command line/],
  ['network:  maybe', 'bad-value', 2, 11, /offline or online/],
  ['level: root', 'bad-value', 2, 8, /elevated, unelevated or any/],
  ['display: 1280*800', 'bad-value', 2, 10, /1280x800/],
  ['display: 319x200', 'bad-value', 2, 10, /320x200/],
  ['display: 7681x4320', 'bad-value', 2, 10, /7680x4320/],
  ['files: [/etc/passwd]', 'bad-value', 2, 8, /below the folder/],
  ['files: [a/../../b]', 'bad-value', 2, 8, /below the folder/],
  ['files: ["C:\\\\a"]', 'bad-value', 2, 8, /below the folder/],
  ['files: [[a]]', 'bad-value', 2, 8, /below the folder/],
  ['locale: "a; b"', 'bad-value', 2, 9, /C\.UTF-8/],
  ['timeout: soon', 'bad-value', 2, 10, /30 s/],
  ['timeout: 0', 'bad-value', 2, 10, /30 s/],
  ['timeout: 48000 min', 'bad-value', 2, 10, /at most a day/],
  ['tags: [a b]', 'bad-value', 2, 7, /list of words/],
  ['app: x\ntags: @smoke', 'front-matter', 3, 7, /not valid YAML.*quotes/],
  ['app: x\napp: y', 'front-matter', 3, 1, /not valid YAML/],
  ['app: [x', 'front-matter', 2, 8, /not valid YAML/],
  ['just words', 'front-matter', 2, 1, /not a list of keys/],
] as const) {
  test(`refuses ${JSON.stringify(yaml)}`, () => {
    const { problems, tests } = read(yaml);
    expect(problems[0]).toMatchObject({ code, file: 'a.spec.md', position: { line, column } });
    expect(problems[0]?.message).toMatch(message);
    expect(tests).toHaveLength(1);
  });
}

test('says that the front matter is not closed', () => {
  const { problems } = parseSpec({ file: 'a.spec.md', source: `\n---\napp: x\n${body}` });
  expect(problems.map(({ code, position }) => ({ code, position }))).toEqual([
    { code: 'front-matter', position: { line: 2, column: 1 } },
  ]);
});
