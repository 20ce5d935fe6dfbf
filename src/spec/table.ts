import type { Table, TableCell, TableRow } from 'mdast';
import { literalBrace } from './fill.js';
import { readInline } from './inline.js';
import { rangeOf } from './line.js';
import type { Source } from './source.js';

/** One row of a table of parameters: the cell of each column, in the order of the columns. */
export interface Row {
  readonly offset: number;
  readonly cells: ReadonlyMap<string, string>;
}

const columnName = /^[\p{L}_][\p{L}\p{N}_ -]*$/u;

/** The rows of a table of parameters; undefined when it was reported. */
export function readRows(source: Source, table: Table): readonly Row[] | undefined {
  const [header, ...rows] = table.children;
  const { start } = rangeOf(table);
  const columns = header && readColumns(source, header);
  if (!columns) return undefined;
  if (rows.length === 0) {
    return refuse(source, start, 'The table has no rows. Write one for each test below its header.');
  }
  const read: Row[] = [];
  for (const row of rows) {
    const { start: offset, end } = rangeOf(row);
    const { length } = row.children;
    if (length !== columns.length) {
      const advice = source.text.slice(offset, end).includes('|')
        ? 'Write one cell for each column; a "|" inside a cell is "\\|".'
        : 'If it does not belong to the table, write an empty line above it.';
      const cells = length === 1 ? '1 cell' : `${length} cells`;
      return refuse(
        source,
        offset,
        `This row of the table has ${cells} instead of ${columns.length}. ${advice}`,
      );
    }
    const cells = row.children.map((cell, index) => [columns[index] ?? '', textOf(source, cell)] as const);
    read.push({ offset, cells: new Map(cells) });
  }
  return read;
}

/** A row in words, for titles: `colour=red, size=L`. */
export function describeRow({ cells }: Row): string {
  return [...cells].map(([name, cell]) => `${name}=${cell}`).join(', ');
}

function readColumns(source: Source, header: TableRow): readonly string[] | undefined {
  const columns: string[] = [];
  for (const cell of header.children) {
    const name = textOf(source, cell);
    const { start } = rangeOf(cell);
    const offset = start + (/^\|?\s*/.exec(source.text.slice(start))?.[0].length ?? 0);
    if (!columnName.test(name)) {
      const advice = 'Begin with a letter; letters, digits, "_", "-" and spaces may follow.';
      return refuse(source, offset, `"${name}" is no name for a column. ${advice}`);
    }
    if (columns.includes(name)) {
      return refuse(source, offset, `The table has the column "${name}" twice. Rename one of them.`);
    }
    columns.push(name);
  }
  return columns;
}

function textOf(source: Source, { children }: TableCell): string {
  const [first, last] = [children[0], children.at(-1)];
  if (!first || !last) return '';
  const raw = source.text.slice(rangeOf(first).start, rangeOf(last).end);
  // The table takes `\|` for `|` before anything else is read, even in a code span.
  const { text, code } = readInline(raw.replaceAll('\\|', '|'));
  return (code?.text ?? text).replaceAll(literalBrace, '{');
}

function refuse(source: Source, offset: number, message: string): undefined {
  source.report({ code: 'bad-table', offset, message });
}
