import { fromMarkdown } from 'mdast-util-from-markdown';
import { type Body, readBody } from './body.js';
import { findDeepest } from './depth.js';
import type { SpecError } from './error.js';
import { readFront } from './front.js';
import { type Section, readSections } from './section.js';
import { defaultSettings } from './settings.js';
import { type Source, maximumSize, openSource, tooLarge, withOwnProblems } from './source.js';
import type { Spec, SpecTest } from './types.js';

/** A spec as far as it could be read, and everything that is wrong with it, in the order of the file. */
export interface ParsedSpec {
  readonly spec: Spec;
  readonly problems: readonly SpecError[];
}

/**
 * Reads a spec from its Markdown; never throws.
 *
 * @example
 * const { spec, problems } = parseSpec({ file: 'editor.spec.md', source });
 */
export function parseSpec({ file, source }: { readonly file: string; readonly source: string }): ParsedSpec {
  const size = Buffer.byteLength(source);
  const nothing = { file, settings: defaultSettings, tests: [] };
  if (size > maximumSize) return { spec: nothing, problems: [tooLarge(file, size)] };
  const opened = openSource(file, source);
  const deep = findDeepest(opened.text);
  if (deep !== undefined) {
    const message = 'This line nests too deeply. Write it with fewer levels.';
    opened.report({ code: 'too-deep', offset: deep, message });
    return { spec: nothing, problems: opened.problems };
  }
  const spec = readSpec(opened);
  return { spec, problems: opened.problems.sort(byPlace) };
}

function readSpec(source: Source): Spec {
  const nul = source.text.indexOf('\0');
  if (nul >= 0) {
    const message = 'The file holds a NUL character, so it is not text. Save it as UTF-8 text.';
    source.report({ code: 'not-text', offset: nul, message });
  }
  const { settings: front, bodyOffset } = readFront(source);
  const { tags, ...settings } = front;
  if (bodyOffset === undefined) return { file: source.file, settings, tests: [] };
  // Blanks instead of the front matter keep every offset and line as it is in the file.
  const blank = source.text.slice(0, bodyOffset).replace(/[^\n]/g, ' ');
  const sections = readSections(source, fromMarkdown(blank + source.text.slice(bodyOffset)));
  return { file: source.file, settings, tests: readTests(source, { sections, tags }) };
}

interface ReadSection {
  readonly section: Section;
  readonly body: Body;
  readonly problems: readonly SpecError[];
}

function readTests(
  source: Source,
  { sections, tags }: { readonly sections: readonly Section[]; readonly tags: readonly string[] },
): readonly SpecTest[] {
  const read = sections
    .filter((section) => !isOverview(section))
    .map((section) => readSection(source, section));
  const suites = new Set<Section>();
  const found = read.filter(isTest);
  for (const { section } of found) {
    for (let above = section.parent; above; above = above.parent) suites.add(above);
  }
  const tests: SpecTest[] = [];
  for (const { section, body, problems } of found) {
    if (section.depth === 0) rejectHeadless(source, section);
    else if (suites.has(section)) rejectNested(source, { section, body });
    else {
      source.problems.push(...problems);
      const test = toTest(source, { section, body, tags, endOffset: endOf(sections, section) });
      rejectBadTest(source, { section, body, test, others: tests });
      tests.push(test);
    }
  }
  if (found.length === 0) {
    const message = 'The file has no test. Write a heading "## …" with numbered steps below it.';
    source.report({ code: 'no-test', offset: 0, message });
  }
  return tests;
}

function readSection(source: Source, section: Section): ReadSection {
  const own = withOwnProblems(source);
  const body = readBody(own, section.blocks);
  return { section, body, problems: own.problems };
}

function isTest({ section, body }: ReadSection): boolean {
  return body.certain || (section.depth > 0 && body.steps.length > 0);
}

// Playwright's planner lists the features of the application there.
function isOverview(section: Section | undefined): boolean {
  if (!section) return false;
  return /^(?:[\d.]+ )?application overview$/i.test(section.title) || isOverview(section.parent);
}

function toTest(
  source: Source,
  found: {
    readonly section: Section;
    readonly body: Body;
    readonly tags: readonly string[];
    readonly endOffset: number;
  },
): SpecTest {
  const { section, body } = found;
  const above: Section[] = [];
  for (let parent = section.parent; parent && parent.depth > 0; parent = parent.parent) above.unshift(parent);
  return {
    suites: above.map(({ title }) => title),
    title: section.title,
    tags: [...new Set([...found.tags, ...[...above, section].flatMap((heading) => heading.tags)])],
    position: source.position(section.offset),
    endLine: source.position(found.endOffset).line,
    steps: body.steps,
    expectations: body.expectations,
  };
}

function endOf(sections: readonly Section[], section: Section): number {
  let end = section.offset;
  for (const other of sections.slice(sections.indexOf(section))) {
    if (other !== section && other.depth <= section.depth) break;
    end = Math.max(end, other.offset, other.blocks.at(-1)?.position?.end.offset ?? 0);
  }
  return end;
}

function rejectBadTest(
  source: Source,
  found: {
    readonly section: Section;
    readonly body: Body;
    readonly test: SpecTest;
    readonly others: readonly SpecTest[];
  },
): void {
  const { section, body, test } = found;
  const { offset } = section;
  if (test.title === '') {
    const message = 'The heading of a test needs a title. Write one after the "#" marks.';
    source.report({ code: 'bad-heading', offset, message });
  }
  if (!body.expecting) {
    const advice = 'Write a list below "**Expected Results:**", or "- expect: none".';
    const message = `The test "${test.title}" expects nothing. ${advice}`;
    source.report({ code: 'no-expectation', offset, message });
  }
  const key = JSON.stringify([test.suites, test.title]);
  const twin = found.others.find((other) => JSON.stringify([other.suites, other.title]) === key);
  if (twin) {
    const message = `The test "${test.title}" exists already at line ${twin.position.line}. Rename one of them.`;
    source.report({ code: 'duplicate-test', offset, message });
  }
}

function rejectHeadless(source: Source, section: Section): void {
  const message = 'Steps stand before the first heading. Write a heading "## …" above them.';
  const offset = section.blocks[0]?.position?.start.offset ?? 0;
  source.report({ code: 'bad-heading', offset, message });
}

function rejectNested(
  source: Source,
  { section, body }: { readonly section: Section; readonly body: Body },
): void {
  if (!body.certain) return;
  const message = `"${section.title}" has steps, and so has a heading below it. Give only the deepest heading steps.`;
  source.report({ code: 'nested-test', offset: section.offset, message });
}

function byPlace(a: SpecError, b: SpecError): number {
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
