import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { type Body, readBody } from './body.js';
import { findDeepest } from './depth.js';
import { SpecError } from './error.js';
import { literalBrace } from './fill.js';
import { readFront } from './front.js';
import { type Instance, fillProse, instantiate } from './instance.js';
import { rejectSecret } from './secret.js';
import { type Section, readSections } from './section.js';
import type { FrontMatter } from './settings.js';
import { type Source, withOwnProblems } from './source.js';
import { type Row, describeRow } from './table.js';
import type { SpecTest } from './types.js';

/** A spec as it stands in its file, before the steps of others are put in; its problems are in `source`. */
export interface Document {
  readonly source: Source;
  readonly front: FrontMatter;
  /** Where each entry of `front.use` stands. */
  readonly useOffsets: readonly number[];
  readonly tests: readonly DraftTest[];
}

/** A test, or one row of a test with a table. */
export interface DraftTest extends Omit<SpecTest, 'steps' | 'expectations'>, Instance {
  /** Where its heading stands. */
  readonly offset: number;
  /** Whether it expects something itself, or says that it expects nothing. */
  readonly expecting: boolean;
}

/** The most lines that the tables of one spec may make. */
const mostLines = 100_000;

/** Reads a file as far as that is possible without any other; undefined when it nests too deeply. */
export function readDocument(source: Source): Document | undefined {
  const deep = findDeepest(source.text);
  if (deep !== undefined) {
    const message = 'This line nests too deeply. Write it with fewer levels.';
    source.report({ code: 'too-deep', offset: deep, message });
    return undefined;
  }
  const nul = source.text.indexOf('\0');
  if (nul >= 0) {
    const message = 'The file holds a NUL character, so it is not text. Save it as UTF-8 text.';
    source.report({ code: 'not-text', offset: nul, message });
  }
  const { settings: front, useOffsets, bodyOffset } = readFront(source);
  if (bodyOffset === undefined) return { source, front, useOffsets, tests: [] };
  // Blanks instead of the front matter keep every offset and line as it is in the file.
  const blank = source.text.slice(0, bodyOffset).replace(/[^\n]/g, ' ');
  const tree = fromMarkdown(blank + source.text.slice(bodyOffset), {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  return {
    source,
    front,
    useOffsets,
    tests: readTests(source, { sections: readSections(source, tree), front }),
  };
}

interface ReadSection {
  readonly section: Section;
  readonly body: Body;
  readonly problems: readonly SpecError[];
}

function readTests(
  source: Source,
  { sections, front }: { readonly sections: readonly Section[]; readonly front: FrontMatter },
): readonly DraftTest[] {
  const read = sections
    .filter((section) => !isOverview(section))
    .map((section) => readSection(source, section));
  const suites = new Set<Section>();
  const found = read.filter(isTest);
  for (const { section } of found) {
    for (let above = section.parent; above; above = above.parent) suites.add(above);
  }
  for (const section of suites) rejectSecretTitle(source, section);
  const tests: DraftTest[] = [];
  const titles = new Map<string, DraftTest>();
  let room = mostLines;
  for (const { section, body, problems } of found) {
    if (section.depth === 0) rejectHeadless(source, section);
    else if (suites.has(section)) rejectNested(source, { section, body });
    else {
      source.problems.push(...problems);
      rejectSecretTitle(source, section);
      const rows = fitting(source, { body, section, room });
      room -= rows.length * linesOf(body);
      for (const test of toTests(source, {
        section,
        body,
        rows,
        front,
        endOffset: endOf(sections, section),
      })) {
        rejectBadTitle(source, { section, test, titles });
        tests.push(test);
      }
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

function linesOf({ steps, expectations }: Body): number {
  return steps.reduce((sum, step) => sum + 1 + step.expectations.length, expectations.length + 1);
}

/** The rows of a test, or one `undefined` where it has no table; the first alone where there are too many. */
function fitting(
  source: Source,
  { body, section, room }: { readonly body: Body; readonly section: Section; readonly room: number },
): readonly (Row | undefined)[] {
  const rows = body.rows ?? [undefined];
  if (!body.rows || rows.length * linesOf(body) <= room) return rows;
  const message = `The rows of this table make more than ${mostLines} lines. Split the spec into several files.`;
  source.report({ code: 'too-large', offset: body.rows[0]?.offset ?? section.offset, message });
  return rows.slice(0, 1);
}

interface Making {
  readonly section: Section;
  readonly body: Body;
  readonly rows: readonly (Row | undefined)[];
  readonly front: FrontMatter;
  readonly endOffset: number;
}

function toTests(source: Source, making: Making): readonly DraftTest[] {
  // What is wrong in the steps is so in every row, and told once.
  const told = new Set<string>();
  return making.rows.map((row) => {
    const own = withOwnProblems(source);
    const test = toTest(own, { ...making, row });
    for (const problem of own.problems) {
      const { code, position } = problem;
      const key = `${code} ${position.line}:${position.column}`;
      if (row === undefined || !told.has(key)) source.problems.push(problem);
      told.add(key);
    }
    return test;
  });
}

function toTest(source: Source, making: Making & { readonly row: Row | undefined }): DraftTest {
  const { section, body, front, row } = making;
  const above: Section[] = [];
  for (let parent = section.parent; parent && parent.depth > 0; parent = parent.parent) above.unshift(parent);
  const { offset } = section;
  const filled = fillProse({ source, row }, { text: section.title, offset, end: section.end });
  const title = row && filled.used.length === 0 ? `${filled.text} (${describeRow(row)})` : filled.text;
  const heading = { position: source.position(offset), endLine: source.position(making.endOffset).line };
  const at = row && source.position(row.offset);
  return {
    suites: above.map((suite) => suite.title.replaceAll(literalBrace, '{')),
    title: title.trim(),
    tags: [...new Set([...front.tags, ...[...above, section].flatMap(({ tags }) => tags)])],
    ...(at ? { position: at, endLine: at.line, section: heading } : heading),
    ...instantiate({ source, row, secrets: front.secrets }, body),
    offset,
    expecting: body.expecting,
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

/** Also notes the title. */
function rejectBadTitle(
  source: Source,
  found: { readonly section: Section; readonly test: DraftTest; readonly titles: Map<string, DraftTest> },
): void {
  const { section, test } = found;
  const report = (code: 'bad-heading' | 'duplicate-test', message: string) =>
    source.problems.push(new SpecError({ code, file: source.file, position: test.position, message }));
  if (section.title === '' || test.title === '') {
    const nameless = section.title === '' ? 'The heading of a test' : 'The test that this row makes';
    report('bad-heading', `${nameless} needs a title. Write one after the "#" marks.`);
  }
  const key = JSON.stringify([test.suites, test.title]);
  const twin = found.titles.get(key);
  if (!twin) {
    found.titles.set(key, test);
    return;
  }
  const advice = test.section ? 'Remove a row, or change the title.' : 'Rename one of them.';
  report(
    'duplicate-test',
    `The test "${test.title}" exists already at line ${twin.position.line}. ${advice}`,
  );
}

function rejectSecretTitle(source: Source, { title: text, offset }: Section): void {
  rejectSecret(source, { text, offset, where: 'a heading' });
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
