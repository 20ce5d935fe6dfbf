import type { Html, List, ListItem, Paragraph, RootContent } from 'mdast';
import { type Range, readLabel } from './label.js';
import type { Source } from './source.js';

/** A line below the first one of a list item. */
export interface NestedLine extends Range {
  /** `expected` follows a label inside the step; a label ends the list although no empty line stands before it. */
  readonly role: 'plain' | 'numbered' | 'expected' | 'inner-label' | 'steps-label' | 'expected-label';
}

/** A list line and the lines below it, in order, however deep they stand. */
export interface ListLine {
  /** `bare` is an item that only holds another list, `unreadable` was reported. */
  readonly head: Range | 'bare' | 'unreadable';
  readonly nested: readonly NestedLine[];
}

const expectation = /^(?:\*\*|__)?expect(?:s|ed)?[ \t]*:/i;
const bullet = /^(?:[-*+]|(\d{1,9})[.)])[ \t]+(?=\S)/;

/** Whether text begins with `expect:`. */
export function beginsExpectation(text: string): boolean {
  return expectation.test(text);
}

/** Whether some line of a text looks like the line of dashes below the header of a table. */
export function looksLikeTable(text: string): boolean {
  const [, ...lines] = text.split('\n');
  return lines.some((line) => /^[ \t|:-]+$/.test(line) && line.includes('|') && line.includes('-'));
}

/** Reads an item of a list, including lines that Markdown takes for a part of its paragraph. */
export function readItem(source: Source, item: ListItem): ListLine {
  const nested: NestedLine[] = [];
  let head: ListLine['head'] = item.children[0]?.type === 'list' ? 'bare' : 'unreadable';
  let expected = false;
  const indent = (item.position?.start.column ?? 1) - 1;
  for (const child of item.children) {
    const range = rangeOf(child);
    rejectTable(source, child);
    if (child.type === 'list') nested.push(...readNested(source, { list: child, expected }));
    else if (child.type === 'code') nested.push(...readIndented(source, range));
    else if (isText(child)) {
      const first = child === item.children[0];
      const lines = splitLines(source, { range, indent, opening: first ? 'head' : 'line' });
      if (first) head = lines.shift() ?? head;
      nested.push(...lines.filter(({ role }) => role !== 'inner-label'));
      expected ||= lines.some(({ role }) => role === 'inner-label');
    }
  }
  if (head === 'unreadable') {
    const message = 'This line of the list has no text. Write it as a sentence, or remove it.';
    source.report({ code: 'bad-step', offset: rangeOf(item.children[0] ?? item).start, message });
  }
  return { head, nested };
}

function rejectTable(source: Source, child: RootContent): void {
  const { start, end } = rangeOf(child);
  const swallowed = isText(child) && looksLikeTable(source.text.slice(start, end));
  if (child.type !== 'table' && !swallowed) return;
  const message =
    'A table stands below the steps, not inside one. Write an empty line above it, and do not indent it.';
  source.report({ code: 'bad-table', offset: start, message });
}

/** Reads the `expect:` lines of an indented code block, which a planner's indentation may turn out to be. */
export function readIndented(source: Source, block: Range): readonly NestedLine[] {
  if (/^(?:```|~~~)/.test(source.text.slice(block.start))) return [];
  return splitLines(source, { range: block, indent: 0, opening: 'line' }).filter((line) =>
    beginsExpectation(source.text.slice(line.start, line.end)),
  );
}

export function rangeOf(node: RootContent): Range {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

function readNested(
  source: Source,
  { list, expected }: { readonly list: List; readonly expected: boolean },
): readonly NestedLine[] {
  const role = expected ? 'expected' : list.ordered ? 'numbered' : 'plain';
  return list.children.flatMap((item) => {
    if (item.children.length === 0) return [];
    const { head, nested } = readItem(source, item);
    return typeof head === 'string' ? nested : [{ start: head.start, end: head.end, role }, ...nested];
  });
}

// Playwright's planner indents `- expect:` so little that Markdown reads it as the paragraph going on.
function splitLines(
  source: Source,
  options: { readonly range: Range; readonly indent: number; readonly opening: 'head' | 'line' },
): NestedLine[] {
  const lines: NestedLine[] = [];
  let offset = options.range.start;
  for (const text of source.text.slice(offset, options.range.end).split('\n')) {
    const line = { start: offset + text.length - text.trimStart().length, end: offset + text.length };
    offset = line.end + 1;
    const last = lines.at(-1);
    const starting =
      last || options.opening === 'line' ? startLines(source, { line, indent: options.indent }) : [];
    if (starting.length > 0) lines.push(...starting);
    else if (last?.role === 'inner-label') lines.push({ ...line, role: 'expected' });
    else if (last) lines[lines.length - 1] = { ...last, end: line.end };
    else lines.push({ ...line, role: 'plain' });
  }
  return lines;
}

/** What a line is when it does not just go on with the one above. */
function startLines(
  source: Source,
  { line, indent }: { readonly line: Range; readonly indent: number },
): readonly NestedLine[] {
  const text = source.text.slice(line.start, line.end);
  const mark = bullet.exec(text);
  if (mark)
    return [{ start: line.start + mark[0].length, end: line.end, role: mark[1] ? 'numbered' : 'plain' }];
  const label = readLabel(source, line);
  const marked = /^[*_]/.test(text);
  if (beginsExpectation(text) && !marked && !label?.alone) return [{ ...line, role: 'plain' }];
  if (!label || label.name === 'other') return [];
  if (label.name === 'expected' && source.position(line.start).column - 1 > indent) {
    return [label.alone ? { ...line, role: 'inner-label' } : { ...label.rest, role: 'expected' }];
  }
  const ending: NestedLine = { ...line, role: `${label.name}-label` };
  return label.alone ? [ending] : [ending, { ...label.rest, role: 'plain' }];
}

function isText(node: RootContent): node is Paragraph | Html {
  return node.type === 'paragraph' || node.type === 'html';
}
