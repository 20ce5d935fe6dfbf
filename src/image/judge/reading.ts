import { clipRect, type Frame, type Rect } from '../frame.js';
import type { ReadText, SeenText } from '../judgement.js';
import { grow, hasCentre, union } from '../rect.js';

export type Word = Pick<SeenText, 'text' | 'box'>;

/** What text two pictures have in one place, as the reader sees it. */
export interface Reading {
  readonly expected: readonly Word[];
  readonly actual: readonly Word[];
}

const around = 3;

/** With more places than these all of them are read at once. */
const readAlone = 2;

/** Reads these places of both pictures; the answers are in their order. */
export async function readPlaces(
  read: ReadText,
  frames: { readonly expected: Frame; readonly actual: Frame },
  boxes: readonly Rect[],
): Promise<readonly Reading[]> {
  const before = await readFrame(read, frames.expected, boxes);
  const after = await readFrame(read, frames.actual, boxes);
  return boxes.map((_, at) => ({ expected: before[at] ?? [], actual: after[at] ?? [] }));
}

async function readFrame(
  read: ReadText,
  frame: Frame,
  boxes: readonly Rect[],
): Promise<readonly (readonly Word[])[]> {
  if (boxes.length <= readAlone) {
    const texts: (readonly Word[])[] = [];
    for (const box of boxes) texts.push(wordsOf(await read(frame, regionOf(frame, box))));
    return texts;
  }
  const words = wordsOf(await read(frame, regionOf(frame, boxes.reduce(union))));
  return boxes.map((box) => words.filter((word) => hasCentre(grow(box, around), word.box)));
}

/** The words of lines, in their order. */
export function wordsOf(lines: readonly SeenText[]): readonly Word[] {
  return lines.flatMap((line) => line.words ?? [line]);
}

function regionOf(frame: Frame, box: Rect): Rect {
  return clipRect(frame, grow(box, around)) ?? box;
}

export function textOf(words: readonly Pick<SeenText, 'text'>[]): string {
  return words
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Without white space, case and the differences that a reader gets wrong by itself. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s·•∙]/g, '')
    .toLowerCase()
    .replaceAll(/[l|!¦ı]/g, 'i')
    .replaceAll('1', 'i')
    .replaceAll(/[o°]/g, '0')
    .replaceAll(/[’‘`´“”"]/g, "'")
    .replaceAll(/'+/g, "'")
    .replaceAll(/\.+/g, '.')
    .replaceAll(/[–—]/g, '-');
}

/** Letters and digits only; signs get lost in reading. */
export function bare(text: string): string {
  return folded(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Whether two folded texts are the same but for narrow letters, of which readers lose one or the other (`fi`, `rt`). */
export function isNearlySame(a: string, b: string): boolean {
  let [i, j, lost] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    if (a[i] === b[j]) {
      i++;
      j++;
      continue;
    }
    if (narrow.test(a[i] ?? '') && a[i + 1] === b[j]) i++;
    else if (narrow.test(b[j] ?? '') && a[i] === b[j + 1]) j++;
    else return false;
    if (++lost > 1 + a.length / 24) return false;
  }
  return true;
}

const narrow = /[itfrj]/;
