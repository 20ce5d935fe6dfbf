import { parseCheck } from './check.js';
import { readInline } from './inline.js';
import type { Range } from './label.js';
import { beginsExpectation } from './line.js';
import type { Source } from './source.js';
import { SpecError } from './error.js';
import type { Expectation } from './types.js';

/** What a line says as an expectation; `broken` was reported. */
export type ExpectationLine = Expectation | 'none' | 'broken';

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
  const at = (offset: number) => source.position(start + offset);
  if (start > range.start && inline.text.toLowerCase() === 'none') return 'none';
  if (inline.text === '') {
    const message = 'The expectation is empty. Write what must hold, or remove the line.';
    source.report({ code: 'bad-expectation', offset: range.start, message });
    return 'broken';
  }
  if (!inline.code) {
    if (rejectSecret(source, { text: inline.text, offset: start + inline.offset })) return 'broken';
    return { kind: 'prose', text: inline.text, position: at(inline.offset) };
  }
  const { code } = inline;
  if (text.trim().includes('\n')) {
    const message = 'A check may not be broken over lines. Write it on one line.';
    source.report({ code: 'bad-check', offset: start + code.offset, message });
    return 'broken';
  }
  const position = at(code.offset);
  const check = parseCheck(code.text, { file: source.file, position });
  if (check instanceof SpecError) {
    source.problems.push(check);
    return 'broken';
  }
  return { kind: 'check', text: code.text, position, check };
}

/** Source text of several lines as one; a hard break is a space as well. */
export function oneLine(text: string): string {
  return text.replace(/[ \t]*(?<!\\)\\?\n[ \t]*/g, ' ').trimEnd();
}

/** Reports the placeholder of a secret, which would otherwise be typed as it stands. */
export function rejectSecret(
  source: Source,
  found: { readonly text: string; readonly offset: number },
): boolean {
  const secret = /\{\{\s*secret\b.*?\}\}/.exec(found.text)?.[0];
  if (secret === undefined) return false;
  const message = `"${secret}": secrets are not supported yet. Remove it.`;
  source.report({ code: 'unsupported', offset: found.offset, message });
  return true;
}

function isOnlyCode(text: string): boolean {
  return text.startsWith('`') && readInline(oneLine(text)).code !== undefined;
}
