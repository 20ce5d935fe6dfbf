import type { Box } from '../types.js';
import { idOf, toCount, toName, toRef, toStates, toText, type Facts, type Ref } from './atspi.js';
import type { Calls } from './bus.js';
import { ask, first, none, nothing, property, readBox } from './object.js';

/** More cells than these do not fit on a screen that a person reads. */
const MAX_ROWS = 120;
const MAX_COLUMNS = 60;
/** A header above the first row, and lines between cells, are no cell. */
const TRIES = [3, 33, 12];

interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * The headers and cells of a table that are on the screen, row by row: a spreadsheet has 17,000,000,000 cells, and makes an
 * object of each that is asked for, with another path each time. So a cell is known by its place.
 */
export async function visibleCells(calls: Calls, table: Ref): Promise<Ref[]> {
  const box = await readBox(calls, table);
  if (box === undefined) return [];
  const [from, to] = await Promise.all([
    corner(calls, table, box, 'first'),
    corner(calls, table, box, 'last'),
  ]);
  if (from === undefined || to === undefined) return [];
  const rows = Math.min(to.row - from.row + 1, MAX_ROWS);
  const columns = Math.min(to.column - from.column + 1, MAX_COLUMNS);
  const headers = await Promise.all(
    Array.from({ length: Math.max(0, columns) }, (_, index) =>
      ask(calls, table, 'Table', 'GetColumnHeader', { signature: 'i', body: [from.column + index] }).then(
        first(toRef),
        nothing,
      ),
    ),
  );
  const grid = await Promise.all(
    Array.from({ length: Math.max(0, rows) }, (_, row) =>
      Promise.all(
        Array.from({ length: Math.max(0, columns) }, (__, column) => {
          const at = { signature: 'ii', body: [from.row + row, from.column + column] };
          return ask(calls, table, 'Table', 'GetAccessibleAt', at).then(first(toRef), nothing);
        }),
      ),
    ),
  );
  return [
    ...headers.filter((header) => header !== undefined),
    ...toCells(calls, { table: idOf(table), grid, from }),
  ];
}

interface Grid {
  readonly table: string;
  readonly grid: readonly (readonly (Ref | undefined)[])[];
  /** Place of its first cell. */
  readonly from: Place;
}

/** A row has one height and a column one width, so that most cells need not be asked for theirs. */
function toCells(calls: Calls, { table, grid, from }: Grid): Ref[] {
  const boxOf = (ref: Ref | undefined): Promise<Box | undefined> =>
    ref === undefined ? Promise.resolve(undefined) : readBox(calls, ref);
  const columns = (grid[0] ?? []).map(boxOf);
  const rows = grid.map((row, index) => (index === 0 ? columns[0] : boxOf(row[0])));
  return grid.flatMap((row, at) =>
    row.flatMap((ref, index) => {
      const box = Promise.all([columns[index], rows[at]]).then(
        ([across, down]) => across && down && { ...across, y: down.y, height: down.height },
      );
      return ref === undefined
        ? []
        : [{ ...ref, cell: { id: `${table}/${from.row + at}/${from.column + index}`, box } }];
    }),
  );
}

/** What one of the many cells holds, in a single answer. */
export function readCellText(calls: Calls, ref: Ref): Promise<string | undefined> {
  const all = { signature: 'ii', body: [0, -1] };
  return ask(calls, ref, 'Text', 'GetText', all).then(first(toText), nothing);
}

/** What has to be asked of each of the many cells, and nothing more. */
export async function readCell(calls: Calls, ref: Ref): Promise<Facts> {
  const [states, name] = await Promise.all([
    ask(calls, ref, 'Accessible', 'GetState').then(first(toStates), none),
    property(calls, ref, 'Name').then(toName),
  ]);
  return { role: 'table cell', name, states, interfaces: ['Component', 'Text'] };
}

async function corner(
  calls: Calls,
  table: Ref,
  { x, y, width, height }: Box,
  which: 'first' | 'last',
): Promise<Place | undefined> {
  for (const inset of TRIES) {
    const point = which === 'first' ? [x + inset, y + inset] : [x + width - inset, y + height - inset];
    const at = { signature: 'iiu', body: [...point, 0] };
    const cell = await ask(calls, table, 'Component', 'GetAccessibleAtPoint', at).then(first(toRef), nothing);
    const index =
      cell && (await ask(calls, cell, 'Accessible', 'GetIndexInParent').then(first(toCount), nothing));
    if (index === undefined || index < 0) continue;
    const of = { signature: 'i', body: [index] };
    const [row, column] = await Promise.all([
      ask(calls, table, 'Table', 'GetRowAtIndex', of).then(first(toCount), nothing),
      ask(calls, table, 'Table', 'GetColumnAtIndex', of).then(first(toCount), nothing),
    ]);
    if (row !== undefined && column !== undefined && row >= 0 && column >= 0) return { row, column };
  }
  return undefined;
}
