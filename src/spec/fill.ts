import type { Row } from './table.js';

/** Stands for a brace that was written `\{`; a spec holds no NUL itself. */
export const literalBrace = '\0';

/** A text with its places filled in. */
export interface Filled {
  readonly text: string;
  /** Names of the columns that were put in. */
  readonly used: readonly string[];
  /** Names that are no column, with the text they were written as. */
  readonly unknown: readonly { readonly name: string; readonly written: string }[];
}

const runs = /"(?:\\[^]|[^"\\])*"|“(?:\\[^]|[^”\\])*”|[^"“]+|["“]/g;
const slot = String.raw`\{\{[^{}]*\}\}|\{ *([\p{L}_][\p{L}\p{N}_ -]*)\}`;
const slots = new RegExp(slot, 'gu');
const slotsOrEscapes = new RegExp(String.raw`\\[^]|${slot}`, 'gu');

/**
 * Puts the cells of a row in the places of a text; what goes between quotes is escaped for their reader.
 *
 * `check` is a text of which Markdown has not taken the escapes. Without a row nothing is a place.
 */
export function fill(
  text: string,
  { row, kind }: { readonly row: Row | undefined; readonly kind: 'prose' | 'check' },
): Filled {
  const used: string[] = [];
  const unknown: { name: string; written: string }[] = [];
  const fillRun = (run: string) => {
    const closing = run.length > 1 && /^["“]/.test(run) ? run.at(-1) : undefined;
    // Markdown has taken the escapes of a sentence, but for those between quotes.
    const pattern = kind === 'check' || closing !== undefined ? slotsOrEscapes : slots;
    return run.replace(pattern, (written: string, inner?: string) => {
      if (written === '\\{' && kind === 'check') return '{';
      if (inner === undefined) return written;
      const name = inner.trim();
      const cell = row?.cells.get(name);
      if (cell === undefined) {
        unknown.push({ name, written });
        return written;
      }
      used.push(name);
      return closing === undefined ? cell : cell.replace(/[\\"”]/g, (mark) => escape(mark, closing));
    });
  };
  const filled = row ? text.replace(runs, fillRun) : text;
  return { text: kind === 'prose' ? filled.replaceAll(literalBrace, '{') : filled, used, unknown };
}

function escape(mark: string, closing: string): string {
  return mark === '\\' || mark === closing ? `\\${mark}` : mark;
}
