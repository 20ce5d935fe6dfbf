import { expect, test } from '@playwright/test';
import { idOf } from './atspi.js';
import type { Call, Calls } from './bus.js';
import { readCell, readCellText, visibleCells } from './table.js';

const bus = ':1.5';
const table = { bus, path: '/a/table' };
const columns = 16_384;
const cellSize = { width: 80, height: 20 };

/** A spreadsheet of which the cells of two rows and three columns can be seen, from C5 on; it counts its calls. */
function spreadsheet(): { readonly calls: Calls; readonly asked: () => Readonly<Record<string, number>> } {
  const asked: Record<string, number> = {};
  let made = 0;
  const places = new Map<string, readonly [row: number, column: number]>();
  const make = (row: number, column: number): unknown => {
    const path = `/a/cell/${made++}`;
    places.set(path, [row, column]);
    return [bus, path];
  };
  const answer = ({ path, member, body = [] }: Call): unknown => {
    const [row, column] = places.get(path) ?? [0, 0];
    const [a, b] = body as [number, number];
    switch (member) {
      case 'GetExtents':
        return path === table.path
          ? [100, 50, 3 * cellSize.width, 2 * cellSize.height]
          : [100 + (column - 2) * cellSize.width, 50 + (row - 4) * cellSize.height, 80, 20];
      case 'GetAccessibleAtPoint':
        return make(4 + Math.floor((b - 50) / cellSize.height), 2 + Math.floor((a - 100) / cellSize.width));
      case 'GetIndexInParent':
        return row * columns + column;
      case 'GetRowAtIndex':
        return Math.floor(a / columns);
      case 'GetColumnAtIndex':
        return a % columns;
      case 'GetAccessibleAt':
        return make(a, b);
      case 'Get':
        return { value: `${'ABCDEFG'[column]}${row + 1}` };
      case 'GetState':
        return [(1 << 25) | (1 << 8), 0];
      case 'GetText':
        return `text of row ${row}`;
      default:
        throw new Error(`no answer to ${member}`);
    }
  };
  const call = async (request: Call): Promise<readonly unknown[]> => {
    asked[request.member] = (asked[request.member] ?? 0) + 1;
    return Promise.resolve([answer(request)]);
  };
  return { calls: { call, end: () => {} }, asked: () => asked };
}

test('of a table that has no end, the cells on the screen are known by their place', async () => {
  const { calls, asked } = spreadsheet();
  const [cells, again] = [await visibleCells(calls, table), await visibleCells(calls, table)];
  expect(again.map(idOf)).toEqual(cells.map(idOf));
  expect(cells.map(idOf).slice(0, 4)).toEqual([
    ':1.5/a/table/4/2',
    ':1.5/a/table/4/3',
    ':1.5/a/table/4/4',
    ':1.5/a/table/5/2',
  ]);
  expect(cells).toHaveLength(6);
  expect(await cells[4]!.cell!.box).toEqual({ x: 180, y: 70, width: 80, height: 20 });
  expect(await readCell(calls, cells[4]!)).toEqual({
    role: 'table cell',
    name: 'D6',
    states: ['enabled', 'showing'],
    interfaces: ['Component', 'Text'],
  });
  expect(await readCellText(calls, cells[4]!)).toBe('text of row 5');
  // Of each reading: the table, three cells of a row and one more of the other.
  expect(asked()['GetExtents']).toBe(2 * 5);
});

test('a table that does not say what is at a point has no cells', async () => {
  const calls: Calls = { call: () => Promise.reject(new Error('no such method')), end: () => {} };
  expect(await visibleCells(calls, table)).toEqual([]);
});
