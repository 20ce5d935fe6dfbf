import type { List, Paragraph, RootContent } from 'mdast';
import { type ExpectationLine, oneLine, readExpectation, readExpected, rejectSecret } from './expectation.js';
import { readInline } from './inline.js';
import { type Label, type Range, labelName, readLabels } from './label.js';
import { type NestedLine, beginsExpectation, rangeOf, readIndented, readItem } from './line.js';
import type { Source } from './source.js';
import { suggest } from './suggest.js';
import type { Expectation, Step } from './types.js';

/** What stands under one heading. */
export interface Body {
  readonly steps: readonly Step[];
  readonly expectations: readonly Expectation[];
  /** Whether it can only be a test: it has a label, an expectation or a numbered line. */
  readonly certain: boolean;
  /** Whether it expects something, or says that it expects nothing. */
  readonly expecting: boolean;
}

interface OpenStep extends Step {
  readonly expectations: Expectation[];
}

interface Draft {
  readonly source: Source;
  readonly steps: OpenStep[];
  readonly expectations: Expectation[];
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
  if (/\n[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t:|-]*(?:\n|$)/.test(text)) {
    const message = 'Tables of parameters are not supported yet. Write one test per row.';
    source.report({ code: 'unsupported', offset: range.start, message });
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
    } else if (draft.mode !== 'expected') openStep(draft, { text: '', offset: rangeOf(item).start });
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
  if (rejectTypo(source, range) || rejectSecret(source, { text, offset: start })) return;
  // The planner writes `-` for a step that only looks.
  openStep(draft, { text: text === '-' ? '' : text, offset: start });
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
  { to, line }: { readonly to: Expectation[]; readonly line: ExpectationLine },
): void {
  draft.certain = true;
  draft.expecting = true;
  if (line !== 'none' && line !== 'broken') to.push(line);
}

function lastStep(draft: Draft, offset: number): OpenStep {
  return draft.steps.at(-1) ?? openStep(draft, { text: '', offset });
}

function openStep(draft: Draft, step: { readonly text: string; readonly offset: number }): OpenStep {
  const opened = { text: step.text, position: draft.source.position(step.offset), expectations: [] };
  draft.steps.push(opened);
  return opened;
}

function rejectTypo(source: Source, range: Range): boolean {
  const text = source.text.slice(range.start, range.end);
  const word = /^([A-Za-z]+)[ \t]*:/.exec(text)?.[1];
  if (word === undefined || beginsExpectation(text) || !suggest(word, ['expect'])) return false;
  const message = `Unknown label "${word}:". Did you mean "expect:"?`;
  source.report({ code: 'unknown-label', offset: range.start, message });
  return true;
}
