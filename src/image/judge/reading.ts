import type { Frame, Rect } from '../frame.js';
import type { ReadText, SeenText } from '../judgement.js';

/** What text two pictures have in one place, as the reader sees it. */
export interface Reading {
  readonly expected: string;
  readonly actual: string;
  /** Equal but for white space, and for letters that readers mistake for each other. */
  readonly isSame: boolean;
}

const around = 3;

/** Reads one place of both pictures. */
export async function readBoth(read: ReadText, expected: Frame, actual: Frame, box: Rect): Promise<Reading> {
  const region = {
    x: Math.max(0, box.x - around),
    y: Math.max(0, box.y - around),
    width: 0,
    height: 0,
  };
  const sized = (frame: Frame): Rect => ({
    ...region,
    width: Math.min(frame.width, box.x + box.width + around) - region.x,
    height: Math.min(frame.height, box.y + box.height + around) - region.y,
  });
  const before = textOf(await read(expected, sized(expected)));
  const after = textOf(await read(actual, sized(actual)));
  return { expected: before, actual: after, isSame: folded(before) === folded(after) && before !== '' };
}

export function textOf(lines: readonly SeenText[]): string {
  return lines
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
