import type { List, Paragraph, RootContent, Table } from 'mdast';
import type { DraftExpectation, ExpectationLine, Template } from './expectation.js';
import { oneLine, readExpectation, readExpected } from './expectation.js';
import { readInline } from './inline.js';
import { type Label, type Range, labelName, readLabels } from './label.js';
import { type NestedLine, beginsExpectation, looksLikeTable, rangeOf } from './line.js';
import { readIndented, readItem } from './line.js';
import type { Source } from './source.js';
import { suggest } from './suggest.js';
import { type Row, readRows } from './table.js';
import { isUse, useForm } from './use.js';

/** A step as it stands in the file. */
export interface DraftStep extends Template {
  readonly expectations: readonly DraftExpectation[];
}

/** What stands under one heading. */
export interface Body {
  readonly steps: readonly DraftStep[];
  readonly expectations: readonly DraftExpectation[];
  /** The table of parameters; a broken one is as none. */
  readonly rows?: readonly Row[];
  /** Whether it can only be a test: it has a label, an expectation or a numbered line. */
  readonly certain: boolean;
  /** Whether it expects something, or says that it expects nothing. */
  readonly expecting: boolean;
}

interface OpenStep extends Template {
  readonly expectations: DraftExpectation[];
}

interface Draft {
  readonly source: Source;
  readonly steps: OpenStep[];
  readonly expectations: DraftExpectation[];
  rows?: readonly Row[];
  table?: Table;
  mode: Label['name'] | 'unlabelled';
  certain: boolean;
  expecting: boolean;
  /** Where a numbered list stands below a label that means nothing here. */
  skipped?: number;
}

/** Reads the steps and expectations among the blocks under a heading. */
export function readBody(source: Source, blocks: readonly RootContent[]): Body {
  const draft: Draft = {
    ...{ source, steps: [], expectations: [] },
    ...{ mode: 'unlabelled', certain: false, expecting: false },
  };
  for (const block of blocks) {
    if (block.type === 'heading') {
      openLabel(draft, labelName(source.text.slice(...endsOf(block.children))));
    } else if (block.type === 'paragraph') addParagraph(draft, block);
    else if (block.type === 'list') addList(draft, block);
    else if (block.type === 'table') addTable(draft, block);
    else if (block.type === 'code') addIndented(draft, rangeOf(block));
  }
  if (draft.certain && draft.steps.length === 0 && draft.skipped !== undefined) {
    const message = 'This list is not read, as its label is not known. Write "**Steps:**" above it.';
    source.report({ code: 'unknown-label', offset: draft.skipped, message });
  }
  return draft;
}

/** Offsets of the start of the first and the end of the last node. */
export function endsOf(nodes: readonly RootContent[]): [number, number] {
  return [nodes[0]?.position?.start.offset ?? 0, nodes.at(-1)?.position?.end.offset ?? 0];
}

function openLabel(draft: Draft, name: Label['name']): void {
  draft.mode = name;
  if (name !== 'other') draft.certain = true;
}

function addParagraph(draft: Draft, paragraph: Paragraph): void {
  const { source } = draft;
  const range = rangeOf(paragraph);
  const text = source.text.slice(range.start, range.end);
  if (looksLikeTable(text)) {
    const message = 'This is no table yet. Give its line of dashes as many cells as its header.';
    source.report({ code: 'bad-table', offset: range.start, message });
    return;
  }
  if (isUse(text)) {
    const message = `A "use" is a line of the list of steps. Write "- " before it.`;
    source.report({ code: 'bad-use', offset: range.start, message });
    return;
  }
  for (const { name, rest, alone } of readLabels(source, range)) {
    // A remark such as `**Seed:** …` says nothing about the list below it.
    if (alone || name !== 'other') openLabel(draft, name);
    if (alone) continue;
    if (name === 'expected') addExpected(draft, rest);
    if (name === 'steps') {
      const message = 'Steps are a list. Write each as a line "1. …" below the label.';
      source.report({ code: 'bad-step', offset: rest.start, message });
    }
  }
}

function addTable(draft: Draft, table: Table): void {
  const { source } = draft;
  if (draft.table) {
    const { line } = source.position(rangeOf(draft.table).start);
    const message = `The test has a table already, at line ${line}. Write one table, or two tests.`;
    source.report({ code: 'bad-table', offset: rangeOf(table).start, message });
    return;
  }
  draft.table = table;
  const rows = readRows(source, table);
  if (rows) draft.rows = rows;
}

function addList(draft: Draft, list: List): void {
  if (draft.mode === 'other') {
    if (list.ordered) draft.skipped ??= rangeOf(list).start;
    return;
  }
  if (list.ordered || draft.mode !== 'unlabelled') draft.certain = true;
  for (const item of list.children) {
    const { head, nested } = readItem(draft.source, item);
    if (typeof head === 'object') {
      if (draft.mode === 'expected') addExpected(draft, head);
      else addStep(draft, head);
    } else if (draft.mode !== 'expected') openEmpty(draft, rangeOf(item).start);
    for (const line of nested) addNested(draft, line);
  }
}

function addExpected(draft: Draft, range: Range): void {
  addExpectation(draft, { to: draft.expectations, line: readExpected(draft.source, range) });
}

function addStep(draft: Draft, range: Range): void {
  const { source } = draft;
  const line = readExpectation(source, range);
  if (line) {
    addExpectation(draft, { to: lastStep(draft, range.start).expectations, line });
    return;
  }
  const { text, offset } = readInline(oneLine(source.text.slice(range.start, range.end)));
  const start = range.start + offset;
  if (rejectTypo(source, range)) return;
  // The planner writes `-` for a step that only looks.
  openStep(draft, { text: text === '-' ? '' : text, offset: start, end: range.end });
}

function addNested(draft: Draft, range: NestedLine): void {
  const { source } = draft;
  const { role } = range;
  if (role === 'steps-label' || role === 'expected-label') {
    openLabel(draft, role === 'steps-label' ? 'steps' : 'expected');
    return;
  }
  if (draft.mode === 'expected') {
    addExpected(draft, range);
    return;
  }
  const line = role === 'expected' ? readExpected(source, range) : readExpectation(source, range);
  if (line) {
    addExpectation(draft, { to: lastStep(draft, range.start).expectations, line });
    return;
  }
  if (rejectTypo(source, range) || role !== 'numbered') return;
  const message = 'A step has no numbered lines below it. Write them as steps of their own.';
  source.report({ code: 'nested-step', offset: range.start, message });
}

function addIndented(draft: Draft, block: Range): void {
  const steps = draft.mode === 'unlabelled' || draft.mode === 'steps';
  if (!steps) return;
  for (const line of readIndented(draft.source, block)) addNested(draft, line);
}

function addExpectation(
  draft: Draft,
  { to, line }: { readonly to: DraftExpectation[]; readonly line: ExpectationLine },
): void {
  draft.certain = true;
  draft.expecting = true;
  if (line !== 'none' && line !== 'broken') to.push(line);
}

function lastStep(draft: Draft, offset: number): OpenStep {
  return draft.steps.at(-1) ?? openEmpty(draft, offset);
}

function openEmpty(draft: Draft, offset: number): OpenStep {
  return openStep(draft, { text: '', offset, end: offset });
}

function openStep(draft: Draft, template: Template): OpenStep {
  const opened = { ...template, expectations: [] };
  draft.steps.push(opened);
  return opened;
}

function rejectTypo(source: Source, range: Range): boolean {
  const text = source.text.slice(range.start, range.end);
  const [, word, rest = ''] = /^([A-Za-z]+)[ \t]*:(.*)/s.exec(text) ?? [];
  if (word === undefined || beginsExpectation(text)) return false;
  const reference = /\.md#/i.test(rest) && word.toLowerCase() !== 'use';
  if (reference && suggest(word, ['use'])) {
    const message = `Unknown label "${word}:". ${useForm}`;
    source.report({ code: 'unknown-label', offset: range.start, message });
    return true;
  }
  if (!suggest(word, ['expect'])) return false;
  const message = `Unknown label "${word}:". Did you mean "expect:"?`;
  source.report({ code: 'unknown-label', offset: range.start, message });
  return true;
}
