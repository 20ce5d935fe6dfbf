import { readDocument } from './document.js';
import type { SpecError } from './error.js';
import { type ReadFile, resolveTests } from './resolve.js';
import { defaultSettings } from './settings.js';
import { maximumSize, openSource, tooLarge } from './source.js';
import type { Spec } from './types.js';

/** A spec as far as it could be read, and everything that is wrong with it, in the order of the file. */
export interface ParsedSpec {
  readonly spec: Spec;
  readonly problems: readonly SpecError[];
}

/**
 * Reads a spec from its Markdown; never throws.
 *
 * `read` gives the specs that it uses steps of, by their path: that of `file` with what `use` says put to its
 * folder. Without it, every use of another file is a mistake.
 *
 * @example
 * const { spec, problems } = parseSpec({ file: 'editor.spec.md', source });
 */
export function parseSpec(options: {
  readonly file: string;
  readonly source: string;
  readonly read?: ReadFile;
}): ParsedSpec {
  const { file, source } = options;
  const size = Buffer.byteLength(source);
  const nothing = { file, settings: defaultSettings, tests: [] };
  if (size > maximumSize) return { spec: nothing, problems: [tooLarge(file, size)] };
  const opened = openSource(file, source);
  const document = readDocument(opened);
  if (!document) return { spec: nothing, problems: opened.problems };
  const { tags: _, use: __, ...settings } = document.front;
  const spec = { file, settings, tests: resolveTests(document, options.read) };
  return { spec, problems: opened.problems.sort(byPlace) };
}

function byPlace(a: SpecError, b: SpecError): number {
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
