import type { Source } from './source.js';
import { suggest } from './suggest.js';

/** A run of the source, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A label such as `**Steps:**`, and what follows it. */
export interface Label {
  readonly name: 'steps' | 'expected' | 'other';
  readonly rest: Range;
  /** Whether it has a line of its own. */
  readonly alone: boolean;
}

const stepsName = /^(?:test )?steps?(?: to reproduce)?$/i;
const expectedName = /^(?:expected(?: (?:results?|outcomes?|behaviou?rs?))?|expectations?|expect)$/i;
const bold = /^(\s*([*_]{1,3}))([^*_]+?)\2[ \t]*(:?)[ \t]*/;
const plain = /^(\s*)()([A-Za-z][A-Za-z ]*?)[ \t]*(:|$)[ \t]*/;

/** The label that a title or the words before a colon stand for. */
export function labelName(text: string): Label['name'] {
  const words = text.replace(/:\s*$/, '').replace(/\s+/g, ' ').trim();
  if (stepsName.test(words)) return 'steps';
  return expectedName.test(words) ? 'expected' : 'other';
}

/** The labels of a paragraph, in order; each line may begin with one. */
export function readLabels(source: Source, paragraph: Range): readonly Label[] {
  const labels: Label[] = [];
  let offset = paragraph.start;
  for (const line of source.text.slice(paragraph.start, paragraph.end).split('\n')) {
    const end = offset + line.length;
    const label = readLabel(source, { start: offset, end });
    const last = labels.at(-1);
    if (label) labels.push(label);
    else if (last)
      labels[labels.length - 1] = { ...last, alone: false, rest: { start: last.rest.start, end } };
    offset = end + 1;
  }
  return labels;
}

/** The label that a line begins with. */
export function readLabel(source: Source, range: Range): Label | undefined {
  const line = source.text.slice(range.start, range.end);
  const match = bold.exec(line) ?? plain.exec(line);
  if (!match) return undefined;
  const [whole, before = '', marks = '', words = '', colon] = match;
  const rest = { start: range.start + whole.length, end: range.end };
  const alone = source.text.slice(rest.start, rest.end).trim() === '';
  const name = labelName(words);
  if (marks.length < 2) {
    const named = name === 'expected' || (name === 'steps' && alone);
    return named ? { name, rest, alone } : undefined;
  }
  if (colon !== ':' && !/:\s*$/.test(words) && !alone) return undefined;
  const nearest =
    name === 'other' && suggest(words.replace(/:\s*$/, ''), ['Steps', 'Expected Results', 'Expected']);
  if (nearest) {
    const message = `Unknown label "${words}". Did you mean "**${nearest}:**"?`;
    source.report({ code: 'unknown-label', offset: range.start + before.length, message });
  }
  return { name, rest, alone };
}
