import { type Node, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { findManyBrackets } from './depth.js';
import { type FrontMatter, defaultSettings, isRefusal, keyNames, readKey } from './settings.js';
import type { Source } from './source.js';
import { didYouMean } from './suggest.js';

/** The front matter, and where the Markdown below it starts; undefined when it does not end. */
export interface Front {
  readonly settings: FrontMatter;
  readonly bodyOffset: number | undefined;
}

/** Reads the YAML between two lines of `---` at the top of a spec. */
export function readFront(source: Source): Front {
  const opening = /^(?:[ \t]*\n)*---[ \t]*(?:\n|$)/.exec(source.text);
  const settings = { ...defaultSettings, tags: [] };
  if (!opening) return { settings, bodyOffset: 0 };
  const start = opening[0].length;
  const closing = /^---[ \t]*(?:\n|$)/m.exec(source.text.slice(start));
  if (!closing) {
    const message = 'The front matter is not closed. Write a line "---" below its last key.';
    source.report({ code: 'front-matter', offset: opening[0].indexOf('---'), message });
    return { settings, bodyOffset: undefined };
  }
  const yaml = source.text.slice(start, start + closing.index);
  return {
    settings: { ...settings, ...readYaml(source, { yaml, start }) },
    bodyOffset: start + closing.index + closing[0].length,
  };
}

function readYaml(
  source: Source,
  { yaml, start }: { readonly yaml: string; readonly start: number },
): Partial<FrontMatter> {
  const deep = findManyBrackets(yaml);
  if (deep !== undefined) {
    const message = 'The front matter has too many brackets. Write plain keys and values.';
    source.report({ code: 'too-deep', offset: start + deep, message });
    return {};
  }
  const document = parseDocument(yaml, { prettyErrors: false });
  for (const error of [...document.errors, ...document.warnings]) {
    const quote = error.code === 'BAD_SCALAR_START' ? ' Put it in quotes.' : '';
    const message = `The front matter is not valid YAML: ${error.message}.${quote}`;
    source.report({
      code: 'front-matter',
      offset: start + Math.min(error.pos[0], yaml.trimEnd().length),
      message,
    });
  }
  // What a parser makes of broken YAML is a guess.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return {};
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return {};
  if (!isMap<Node, Node | null>(contents)) {
    const message = 'The front matter is not a list of keys. Write lines such as "app: mousepad".';
    source.report({ code: 'front-matter', offset: start + (contents.range?.[0] ?? 0), message });
    return {};
  }
  let settings: Partial<FrontMatter> = {};
  for (const { key, value } of contents.items) {
    const keyOffset = start + (key.range?.[0] ?? 0);
    const name = isScalar(key)
      ? String(key.value)
      : source.text.slice(keyOffset, start + (key.range?.[1] ?? 0));
    const reading = readKey(name, plainValue(value));
    if (!reading) {
      const message = `Unknown key "${name}" in the front matter.`;
      const advice = didYouMean(name, keyNames) || ' Remove the line.';
      source.report({ code: 'unknown-key', offset: keyOffset, message: message + advice });
    } else if (isRefusal(reading)) {
      const valued = reading.code === 'bad-value' && plainValue(value) !== null;
      const offset = valued ? start + (value?.range?.[0] ?? 0) : keyOffset;
      source.report({ ...reading, offset });
    } else settings = { ...settings, ...reading };
  }
  return settings;
}

function plainValue(node: Node | null): unknown {
  if (node === null) return null;
  if (isScalar(node)) return node.value;
  if (!isSeq<Node>(node)) return undefined;
  return node.items.every((item) => isScalar(item)) ? node.items.map((item) => plainValue(item)) : undefined;
}
