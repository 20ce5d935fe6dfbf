import { readInline } from './inline.js';
import type { Range } from './label.js';
import { beginsExpectation } from './line.js';
import type { Source } from './source.js';

/** A text as it stands in the file, before a row of a table fills it. */
export interface Template {
  readonly text: string;
  readonly offset: number;
  /** Where its source ends. */
  readonly end: number;
}

/** An expectation as it stands in the file. */
export interface DraftExpectation extends Template {
  readonly kind: 'prose' | 'check';
}

/** What a line says as an expectation; `broken` was reported. */
export type ExpectationLine = DraftExpectation | 'none' | 'broken';

const prefix = /^(?:\*\*|__)?expect(?:s|ed)?[ \t]*:[ \t]*(?:\*\*|__)?\s*/i;

/** Reads a line that begins with `expect:` or holds only a code span; undefined for any other line. */
export function readExpectation(source: Source, range: Range): ExpectationLine | undefined {
  const text = source.text.slice(range.start, range.end);
  if (beginsExpectation(text)) return readExpected(source, range);
  return isOnlyCode(text) ? readExpected(source, range) : undefined;
}

/** Reads a line as an expectation, whether or not it begins with `expect:`. */
export function readExpected(source: Source, range: Range): ExpectationLine {
  const whole = source.text.slice(range.start, range.end);
  const start = range.start + (prefix.exec(whole)?.[0].length ?? 0);
  const text = source.text.slice(start, range.end);
  const inline = readInline(oneLine(text));
  if (start > range.start && inline.text.toLowerCase() === 'none') return 'none';
  if (inline.text === '') {
    const message = 'The expectation is empty. Write what must hold, or remove the line.';
    source.report({ code: 'bad-expectation', offset: range.start, message });
    return 'broken';
  }
  const { code } = inline;
  const { end } = range;
  if (!code) return { kind: 'prose', text: inline.text, offset: start + inline.offset, end };
  if (text.trim().includes('\n')) {
    const message = 'A check may not be broken over lines. Write it on one line.';
    source.report({ code: 'bad-check', offset: start + code.offset, message });
    return 'broken';
  }
  return { kind: 'check', text: code.text, offset: start + code.offset, end };
}

/** Source text of several lines as one; a hard break is a space as well. */
export function oneLine(text: string): string {
  return text.replace(/[ \t]*(?<!\\)\\?\n[ \t]*/g, ' ').trimEnd();
}

function isOnlyCode(text: string): boolean {
  return text.startsWith('`') && readInline(oneLine(text)).code !== undefined;
}
