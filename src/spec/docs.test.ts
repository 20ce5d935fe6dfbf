import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Code } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from '@playwright/test';
import { checkNames, frontMatterSchema, parseSpec } from './index.js';
import { keyNames } from './schema.js';

const root = join(import.meta.dirname, '../..');
const documents = ['docs/spec-language.md', 'README.md'] as const;

/** The ```md blocks of a page; the word behind `md` is the file name that others use it by. */
function examplesOf(page: string) {
  const { children } = fromMarkdown(readFileSync(join(root, page), 'utf8'));
  return children
    .filter((node): node is Code => node.type === 'code' && node.lang === 'md')
    .filter(({ meta }) => meta !== 'no-test')
    .map(({ value, meta, position }) => ({ page, source: value, name: meta, line: position?.start.line }));
}

const examples = documents.flatMap((page) => examplesOf(page));
const files = new Map(examples.map(({ name, source }) => [name ?? '', source]));

test('there are examples', () => expect(examples.length).toBeGreaterThan(8));

for (const { page, source, line } of examples) {
  test(`the example at ${page}:${line} is a spec`, () => {
    expect(source).toMatch(/^(?:---|#)/);
    const { problems } = parseSpec({ file: 'example.spec.md', source, read: (path) => files.get(path) });
    expect(problems.map(({ message, position }) => `${position.line}: ${message}`)).toEqual([]);
  });
}

test('the reference names every key with its default, and every check', () => {
  const text = readFileSync(join(root, documents[0]), 'utf8');
  const properties = frontMatterSchema.properties as Readonly<Record<string, { readonly default: unknown }>>;
  for (const [name, { default: given }] of Object.entries(properties)) {
    const shown = typeof given === 'object' ? '' : `\`${given as string}\``;
    expect(text).toMatch(new RegExp(String.raw`^\| \`${name}\` \|.*\| ${shown || 'none'} \|$`, 'm'));
  }
  for (const name of keyNames) expect(text).toContain(`\`${name}\``);
  for (const name of checkNames) expect(text).toContain(`| \`${name}: `);
});
