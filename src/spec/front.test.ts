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
      'env: {EDITOR: nano, VERSION: 1.10, DEBUG: true, EMPTY: ""}',
      'timezone: Europe/Berlin',
      'keyboard: de(nodeadkeys)',
      'theme: dark',
      'scale: 150%',
      'secrets: [PIN, API_KEY2, PIN]',
      'setup:',
      '  packages: [featherpad, libgtk-3-0, g++, featherpad]',
      '  command: touch a',
      'screenshots: {level: layout}',
      'nested: true',
      'limits: {memory: 1.5 GB, processes: 300}',
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
    env: { EDITOR: 'nano', VERSION: '1.10', DEBUG: 'true', EMPTY: '' },
    timezone: 'Europe/Berlin',
    keyboard: 'de(nodeadkeys)',
    theme: 'dark',
    scale: 150,
    secrets: ['PIN', 'API_KEY2'],
    setup: { packages: ['featherpad', 'libgtk-3-0', 'g++'], command: 'touch a' },
    screenshots: { level: 'layout' },
    nested: true,
    limits: { memory: 1_500_000_000, processes: 300 },
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

for (const [yaml, settings] of [
  ['timezone: UTC', { timezone: 'UTC' }],
  ['timezone: America/Port-au-Prince', { timezone: 'America/Port-au-Prince' }],
  ['timezone: Asia/Calcutta', { timezone: 'Asia/Calcutta' }],
  ['keyboard: no', { keyboard: 'no' }],
  ['scale: 200', { scale: 200 }],
  ['scale: "125"', { scale: 125 }],
  ['scale: 175 %', { scale: 175 }],
  ['secrets: PIN', { secrets: ['PIN'] }],
  ['secrets: []', { secrets: [] }],
  ['screenshots: text', { screenshots: { level: 'text' } }],
  ['screenshots: {level: layout}', { screenshots: { level: 'layout' } }],
  ['setup: none', { setup: { packages: [] } }],
  ['setup: touch "a b"', { setup: { packages: [], command: 'touch "a b"' } }],
  ['setup: {packages: gedit}', { setup: { packages: ['gedit'] } }],
  [
    'setup:\n  command: |\n    touch a\n    touch b',
    { setup: { packages: [], command: 'touch a\ntouch b' } },
  ],
  ['env:\n  A: 0x10\n  b_2: "1\\n2"', { env: { A: '0x10', b_2: '1\n2' } }],
  ['env: {}', { env: {} }],
] as const) {
  test(`reads ${JSON.stringify(yaml)}`, () => expect(read(yaml)).toMatchObject({ settings, problems: [] }));
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
  ...['privileges', 'budget', 'evidence', 'attempts', 'want'].map(
    (key) => [`${key}: x`, 'unsupported', 2, 1, /not supported yet/] as const,
  ),
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
  ['env: x', 'bad-value', 2, 6, /Write names and values such as \{EDITOR: nano\}/],
  ['env: [A, B]', 'bad-value', 2, 6, /names and values/],
  ['env: {2A: x}', 'bad-value', 2, 6, /"2A" is no name for a variable/],
  ['env: {A-B: x}', 'bad-value', 2, 6, /"A-B" is no name/],
  ['env: {A: }', 'bad-value', 2, 6, /Write A: "" for an empty one/],
  ['env: {A: [x]}', 'bad-value', 2, 6, /variable A has no text/],
  ['env: {LANG: de}', 'bad-value', 2, 6, /may not set LANG\. Write "locale: …" instead/],
  ['env: {TZ: UTC}', 'bad-value', 2, 6, /Write "timezone: …" instead/],
  ['env: {HOME: /root}', 'bad-value', 2, 6, /The sandbox sets it/],
  ['env: {A: "{{secret PIN}}"}', 'bad-secret', 2, 6, /may not stand in the front matter/],
  ['app: type {{secret PIN}}', 'bad-secret', 2, 6, /may not stand in the front matter/],
  ['files: ["{{secret PIN}}"]', 'bad-secret', 2, 8, /may not stand in the front matter/],
  ['timezone: Europe/Berln', 'bad-value', 2, 11, /Did you mean "Europe\/Berlin"/],
  ['timezone: europe/berlin', 'bad-value', 2, 11, /Did you mean "Europe\/Berlin"/],
  ['timezone: us/pacific', 'bad-value', 2, 11, /no value for "timezone"/],
  ['timezone: "+01:00"', 'bad-value', 2, 11, /region and city/],
  ['timezone: CEST', 'bad-value', 2, 11, /no value for "timezone"/],
  ['timezone: 1', 'bad-value', 2, 11, /Europe\/Berlin/],
  ['keyboard: German', 'bad-value', 2, 11, /de\(nodeadkeys\)/],
  ['keyboard: de()', 'bad-value', 2, 11, /de\(nodeadkeys\)/],
  ['network: []', 'bad-value', 2, 10, /offline or online, or what to reach such as/],
  ['network: {}', 'bad-value', 2, 10, /allow, deny or localhost/],
  ['network: {alow: [a.org]}', 'bad-value', 2, 10, /Unknown key "alow".*Did you mean "allow"/],
  ['network: {allow: [https://a.org/b]}', 'bad-value', 2, 10, /Write the host alone: a\.org\./],
  ['network: {allow: [a.org], deny: [A.ORG.]}', 'bad-value', 2, 10, /"a\.org" is in "allow" and in "deny"/],
  ['network: {localhost: [80, 65536]}', 'bad-value', 2, 10, /ports from 1 to 65535/],
  ['network: {allow: [localhost:3000]}', 'bad-value', 2, 10, /\{localhost: \[3000\]\}/],
  ['network: {allow: [*.a.org]}', 'front-matter', 2, 19, /"\*\.a\.org" as a reference\. Put it in quotes/],
  ['keyboard: "us; ls"', 'bad-value', 2, 11, /de\(nodeadkeys\)/],
  ['screenshots: layuot', 'bad-value', 2, 14, /Did you mean "layout"/],
  ['screenshots: {levle: text}', 'bad-value', 2, 14, /Unknown key "levle".* Did you mean "level"/],
  ['screenshots: {}', 'bad-value', 2, 14, /pixels, strict, layout or text/],
  ['theme: blue', 'bad-value', 2, 8, /light or dark/],
  ['scale: 110', 'bad-value', 2, 8, /100, 125, 150, 175 or 200/],
  ['scale: 1.5', 'bad-value', 2, 8, /100, 125, 150, 175 or 200/],
  ['scale: true', 'bad-value', 2, 8, /with or without %/],
  ['secrets: pin', 'bad-value', 2, 10, /names in capitals/],
  ['secrets: [2A]', 'bad-value', 2, 10, /names in capitals/],
  ['secrets: {PIN: 1234}', 'bad-value', 2, 10, /Values have no place in a spec.* Write \[PIN\]\./],
  ['secrets: [PIN=1234]', 'bad-value', 2, 10, /"PIN" has a value\. Values have no place/],
  ['secrets: PIN=1234', 'bad-value', 2, 10, /"PIN" has a value\. Values have no place/],
  ['setup: 3', 'bad-value', 2, 8, /Write a command line, or/],
  ['setup: {}', 'bad-value', 2, 8, /packages, command or both/],
  ['setup: [a]', 'bad-value', 2, 8, /command line/],
  ['setup: {package: a}', 'bad-value', 2, 8, /Unknown key "package".*Did you mean "packages"/],
  ['setup: {packages: [-y]}', 'bad-value', 2, 8, /"-y" is no name for a package/],
  ['setup: {packages: [a b]}', 'bad-value', 2, 8, /"a b" is no name/],
  ['setup: {packages: [Mousepad]}', 'bad-value', 2, 8, /small letters/],
  ['setup: {packages: }', 'bad-value', 2, 8, /list of names/],
  ['setup: {command: ""}', 'bad-value', 2, 8, /Write a command line/],
  ['use: login.spec.md', 'bad-value', 2, 6, /names no test\. Write use: other\.spec\.md#Title/],
  ['use: #Title', 'bad-value', 2, 1, /in quotes where it begins with "#"/],
  ['use: /etc/a.md#T', 'bad-value', 2, 6, /is not relative/],
  ['use: a.txt#T', 'bad-value', 2, 6, /no Markdown file/],
  ['use: {a: b}', 'bad-value', 2, 6, /other\.spec\.md#Title/],
  ['app: x\ntags: @smoke', 'front-matter', 3, 7, /not valid YAML.*quotes/],
  ['app: x\napp: y', 'front-matter', 3, 1, /not valid YAML/],
  ['app: [x', 'front-matter', 2, 8, /not valid YAML/],
  ['just words', 'front-matter', 2, 1, /not a list of keys/],
] as const) {
  test(`refuses ${JSON.stringify(yaml)}`, () => {
    const { problems, tests } = read(yaml);
    expect(problems[0]).toMatchObject({ code, file: 'a.spec.md', position: { line, column } });
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.message).not.toContain('1234');
    expect(tests).toHaveLength(1);
  });
}

test('says that the front matter is not closed', () => {
  const { problems } = parseSpec({ file: 'a.spec.md', source: `\n---\napp: x\n${body}` });
  expect(problems.map(({ code, position }) => ({ code, position }))).toEqual([
    { code: 'front-matter', position: { line: 2, column: 1 } },
  ]);
});
