import { type Alias, type Node, type YAMLMap, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { findManyBrackets } from './depth.js';
import { keyNames, readKey } from './schema.js';
import { mentionsSecret } from './secret.js';
import { type FrontMatter, type Reading, defaultSettings, isRefusal } from './settings.js';
import type { Source } from './source.js';
import { didYouMean } from './suggest.js';

/** The front matter, and where the Markdown below it starts; undefined when it does not end. */
export interface Front {
  readonly settings: FrontMatter;
  /** Where each entry of `use` stands. */
  readonly useOffsets: readonly number[];
  readonly bodyOffset: number | undefined;
}

/** Reads the YAML between two lines of `---` at the top of a spec. */
export function readFront(source: Source): Front {
  const opening = /^(?:[ \t]*\n)*---[ \t]*(?:\n|$)/.exec(source.text);
  const nothing = { settings: { ...defaultSettings, tags: [], use: [] }, useOffsets: [] };
  if (!opening) return { ...nothing, bodyOffset: 0 };
  const start = opening[0].length;
  const closing = /^---[ \t]*(?:\n|$)/m.exec(source.text.slice(start));
  if (!closing) {
    const message = 'The front matter is not closed. Write a line "---" below its last key.';
    source.report({ code: 'front-matter', offset: opening[0].indexOf('---'), message });
    return { ...nothing, bodyOffset: undefined };
  }
  const bodyOffset = start + closing.index + closing[0].length;
  const map = readYaml(source, { yaml: source.text.slice(start, start + closing.index), start });
  if (!map) return { ...nothing, bodyOffset };
  let { settings, useOffsets }: Pick<Front, 'settings' | 'useOffsets'> = nothing;
  for (const pair of map.items) {
    settings = { ...settings, ...readPair(source, { pair, start }) };
    if (isScalar(pair.key) && pair.key.value === 'use') useOffsets = offsetsOf(pair.value, start);
  }
  return { settings, useOffsets, bodyOffset };
}

type FrontMap = YAMLMap<Node, Node | null>;

function readYaml(
  source: Source,
  { yaml, start }: { readonly yaml: string; readonly start: number },
): FrontMap | undefined {
  const deep = findManyBrackets(yaml);
  if (deep !== undefined) {
    const message = 'The front matter has too many brackets. Write plain keys and values.';
    source.report({ code: 'too-deep', offset: start + deep, message });
    return undefined;
  }
  const document = parseDocument(yaml, { prettyErrors: false });
  for (const error of [...document.errors, ...document.warnings]) {
    const quote = error.code === 'BAD_SCALAR_START' || error.code === 'BAD_ALIAS' ? ' Put it in quotes.' : '';
    const message = `The front matter is not valid YAML: ${error.message}.${quote}`;
    source.report({
      code: 'front-matter',
      offset: start + Math.min(error.pos[0], yaml.trimEnd().length),
      message,
    });
  }
  // What a parser makes of broken YAML is a guess.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return undefined;
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return undefined;
  if (isMap<Node, Node | null>(contents)) return contents;
  const message = 'The front matter is not a list of keys. Write lines such as "app: mousepad".';
  source.report({ code: 'front-matter', offset: start + (contents.range?.[0] ?? 0), message });
  return undefined;
}

function readPair(
  source: Source,
  { pair: { key, value }, start }: { readonly pair: FrontMap['items'][number]; readonly start: number },
): Partial<FrontMatter> {
  const sourceOf = (node: Node | null) =>
    source.text.slice(start + (node?.range?.[0] ?? 0), start + (node?.range?.[1] ?? 0));
  const keyOffset = start + (key.range?.[0] ?? 0);
  const valueOffset = start + (value?.range?.[0] ?? 0);
  const name = isScalar(key) ? String(key.value) : sourceOf(key);
  if (mentionsSecret(sourceOf(value))) {
    const message = `A secret may not stand in the front matter. Name it in "secrets", use it in a step.`;
    source.report({ code: 'bad-secret', offset: valueOffset, message });
    return {};
  }
  const alias = aliasIn(value);
  if (alias !== undefined) {
    const message = `YAML reads "*${alias.source}" as a reference. Put it in quotes.`;
    source.report({ code: 'front-matter', offset: start + (alias.range?.[0] ?? 0), message });
    return {};
  }
  const plain = plainValue(value);
  const reading: Reading | undefined = readKey(name, plain);
  if (!reading) {
    const message = `Unknown key "${name}" in the front matter.`;
    const advice = didYouMean(name, keyNames) || ' Remove the line.';
    source.report({ code: 'unknown-key', offset: keyOffset, message: message + advice });
    return {};
  }
  if (!isRefusal(reading)) return reading;
  const valued = reading.code === 'bad-value' && plain !== null;
  source.report({ ...reading, offset: valued ? valueOffset : keyOffset });
  return {};
}

function aliasIn(node: Node | null): Alias | undefined {
  if (isAlias(node)) return node;
  const below = isSeq<Node>(node)
    ? node.items
    : isMap<Node, Node | null>(node)
      ? node.items.map(({ value }) => value)
      : [];
  for (const each of below) {
    const found = aliasIn(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function offsetsOf(value: Node | null, start: number): readonly number[] {
  const nodes = isSeq<Node>(value) ? value.items : [value];
  return nodes.map((node) => start + (node?.range?.[0] ?? 0));
}

/** Scalars as YAML reads them, lists of scalars, and maps of both, whose scalars are texts as written. */
function plainValue(node: Node | null): unknown {
  if (node === null) return null;
  if (isScalar(node)) return node.value;
  if (isSeq<Node>(node)) {
    return node.items.every((item) => isScalar(item)) ? node.items.map((item) => item.value) : undefined;
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const entries = node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', textOf(value)]);
  return new Map(entries as [string, unknown][]);
}

// `VERSION: 1.10` is not to become 1.1.
function textOf(node: Node | null): unknown {
  if (!isScalar(node)) return plainValue(node);
  return typeof node.value === 'string' || node.value === null ? node.value : node.source;
}
