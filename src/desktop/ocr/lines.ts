import { hasCentre, union, type Rect } from '../../image/index.js';
import type { TextLine } from './types.js';

/** The line at another place. */
export function moved(line: TextLine, x: number, y: number): TextLine {
  const move = (box: Rect): Rect => ({ ...box, x: box.x + x, y: box.y + y });
  const words = line.words.map((word) => ({ ...word, box: move(word.box) }));
  return { ...line, box: move(line.box), words };
}

/** The lines cut down to their words whose centre lies in `region`, in reading order. */
export function linesWithin(lines: readonly TextLine[], region: Rect): readonly TextLine[] {
  const cut = lines.flatMap((line) => {
    const words = line.words.filter(({ box }) => hasCentre(region, box));
    const [first, ...rest] = words;
    if (!first) return [];
    if (words.length === line.words.length) return [line];
    const box = rest.reduce((sum, word) => union(sum, word.box), first.box);
    return [{ ...line, text: words.map(({ text }) => text).join(' '), box, words }];
  });
  return inReadingOrder(cut);
}

/** Row by row; lines whose middles are less than half a line apart stand in one row. */
export function inReadingOrder(lines: readonly TextLine[]): readonly TextLine[] {
  const rows: TextLine[][] = [];
  for (const line of lines.toSorted((a, b) => middle(a.box) - middle(b.box))) {
    const first = rows.at(-1)?.[0];
    if (first && middle(line.box) - middle(first.box) < first.box.height / 2) rows.at(-1)?.push(line);
    else rows.push([line]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.box.x - b.box.x));
}

function middle({ y, height }: Rect): number {
  return y + height / 2;
}
