import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { defaultSettings, frontMatterSchema, parseSpec } from './index.js';
import { keys } from './keys.js';
import { isRefusal } from './settings.js';

type Json = Readonly<Record<string, unknown>>;

/** The part of JSON Schema that the front matter uses; throws for any other. */
function fits(value: unknown, schema: Json): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    const check = keywords[keyword];
    if (!check) throw new Error(`unknown keyword ${keyword}`);
    return check(value, argument, schema);
  });
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const typeOf = (value: unknown) =>
  Array.isArray(value)
    ? 'array'
    : value === null
      ? 'null'
      : Number.isInteger(value)
        ? 'integer'
        : typeof value;

const keywords: Record<string, (value: unknown, argument: unknown, schema: Json) => boolean> = {
  ...Object.fromEntries(['$schema', 'title', 'description', 'default'].map((name) => [name, () => true])),
  type: (value, types) =>
    [types].flat().some((type) => type === typeOf(value) || (type === 'number' && typeof value === 'number')),
  enum: (value, values) => (values as unknown[]).includes(value),
  pattern: (value, pattern) => typeof value !== 'string' || new RegExp(String(pattern), 'u').test(value),
  minimum: (value, least) => typeof value !== 'number' || value >= Number(least),
  maximum: (value, most) => typeof value !== 'number' || value <= Number(most),
  items: (value, schema) => !Array.isArray(value) || value.every((item) => fits(item, schema as Json)),
  anyOf: (value, schemas) => (schemas as Json[]).some((schema) => fits(value, schema)),
  not: (value, schema) => !fits(value, schema as Json),
  minProperties: (value, least) => !isObject(value) || Object.keys(value).length >= Number(least),
  propertyNames: (value, schema) =>
    !isObject(value) || Object.keys(value).every((name) => fits(name, schema as Json)),
  properties: (value, schemas) =>
    !isObject(value) ||
    Object.entries(schemas as Record<string, Json>).every(
      ([name, schema]) => !Object.hasOwn(value, name) || fits(value[name], schema),
    ),
  additionalProperties: (value, allowed, { properties }) =>
    !isObject(value) ||
    Object.entries(value)
      .filter(([name]) => !Object.hasOwn(properties ?? {}, name))
      .every(([, each]) => allowed !== false && fits(each, allowed as Json)),
};

test('the schema has every key of the settings, with a description and the default', () => {
  const { properties } = frontMatterSchema as { readonly properties: Record<string, Json> };
  const names = [...Object.keys(defaultSettings), 'tags', 'use'];
  expect(Object.keys(properties).toSorted()).toEqual(names.toSorted());
  for (const [name, { read }] of Object.entries(keys)) {
    const { description, default: given } = properties[name] ?? {};
    expect(description).toMatch(/\.$/);
    const value = name === 'env' || name === 'limits' ? new Map() : given;
    const expected = name in defaultSettings ? defaultSettings[name as keyof typeof defaultSettings] : [];
    expect(read(value)).toEqual({ [name]: expected });
    expect(fits({ [name]: given }, frontMatterSchema)).toBe(true);
  }
});

const samples = [
  ...['kind: gui', 'kind: bug', 'kind: 1', 'app: mousepad a.txt', 'app: none', 'app: " "', 'app: 3'],
  ...[
    'network: online',
    'network: on',
    'network: {}',
    'level: any',
    'level: root',
    'theme: dark',
    'theme: blue',
  ],
  ...[
    'network: {allow: [a.org, "*.b.org:8443"], deny: c.org, localhost: [1, 65535]}',
    'network: {alow: [a]}',
  ],
  ...[
    'network: {allow: [http://a.org]}',
    'network: {localhost: 0}',
    'network: {allow: ["a.*"]}',
    'network: [a]',
  ],
  ...['display: 1280x800', 'display: 1280*800', 'display: 12800x800', 'files: a/b.txt', 'files: [a, b..c]'],
  ...[
    'files: [a/../b]',
    'files: ../b',
    'files: /etc',
    'files: "C:\\\\a"',
    'files: [1]',
    'locale: de_DE.UTF-8',
  ],
  ...['locale: a b', 'timezone: UTC', 'timezone: Europe/Berlin', 'timezone: europe/berlin', 'timezone: 3'],
  ...['keyboard: us', 'keyboard: de(nodeadkeys)', 'keyboard: German', 'scale: 100', 'scale: 150%'],
  ...[
    'scale: "175 %"',
    'scale: 110',
    'scale: 110%',
    'scale: true',
    'env: {A: b, C: 1, D: true}',
    'env: {1: a}',
  ],
  ...[
    'env: {A: [b]}',
    'env: {TZ: UTC}',
    'env: a',
    'env: [A]',
    'secrets: [A, B_2]',
    'secrets: A',
    'secrets: a',
  ],
  ...[
    'nested: true',
    'nested: browsers',
    'nested: yes please',
    'limits: {}',
    'limits: {memory: 2 GB}',
    'limits: 3',
  ],
  ...['limits: {memory: 2}', 'limits: {memory: 2 TB}', 'limits: {processes: 500}', 'limits: {files: 3}'],
  ...['secrets: {A: b}', 'secrets: [A=b]', 'setup: touch a', 'setup: none', 'setup: " "', 'setup: {}'],
  ...['setup: {packages: [a-b, g++], command: c}', 'setup: {packages: ab}', 'setup: {packages: [-y]}'],
  ...['setup: {command: ""}', 'setup: {pack: [ab]}', 'setup: 3', 'use: a.spec.md#T', 'use: ["#T", b.md#T]'],
  ...['use: a.spec.md', 'use: /a.md#T', 'use: a.txt#T', 'use: 3', 'timeout: 30 s', 'timeout: 1.5min'],
  ...[
    'timeout: 500',
    'timeout: 0',
    'timeout: -1',
    'timeout: soon',
    'tags: a',
    'tags: [a, "@b", 3]',
    'tags: a b',
  ],
  ...['screenshots: layout', 'screenshots: {level: text}', 'screenshots: loose', 'screenshots: {}'],
  ...['screenshots: {level: 3}', 'screenshots: {levle: text}', 'screenshots: [text]'],
  ...['privileges: administrator', 'budget: 3', 'banana: 1'],
];
for (const yaml of samples) {
  test(`schema and reader agree on ${yaml}`, () => {
    const source = `---\n${yaml}\n---\n## T\n- Go\n  - expect: x\n`;
    // What is missing in a file that is used is not seen by a schema.
    const { problems } = parseSpec({ file: 'x.spec.md', source, read: () => source.replace(/^use.*$/m, '') });
    expect(fits(parse(yaml), frontMatterSchema)).toBe(problems.every(({ code }) => code === 'bad-use'));
  });
}

test('a refusal is told from a value', () => {
  expect(isRefusal(keys.theme.read('blue'))).toBe(true);
  expect(isRefusal(keys.theme.read('dark'))).toBe(false);
});
