import type { Frame, Rect } from '../../image/index.js';
import type { Character } from './decode.js';
import { edge, inkColumns, widestGap, type Gap } from './ink.js';
import type { Word } from './types.js';

/** A gap that wide, in heights of the box, is a space that the recogniser left out. */
const SPACE = 0.18;
/** Most signs have wide gaps in fonts of fixed width, so theirs tell nothing. */
const LETTER = /[\p{Letter}\p{Number}<>]/u;

/**
 * Words of a line with their boxes: characters stand where the recogniser saw them, to about half a character; the gaps
 * between words are taken from the pixels.
 */
export function splitWords(characters: readonly Character[], picture: Frame, box: Rect): readonly Word[] {
  const ink = inkColumns(picture);
  const groups: Character[][] = [[]];
  const cuts: Gap[] = [];
  let previous: Character | undefined;
  let spaced = false;
  for (const character of characters) {
    if (character.text === ' ') {
      spaced = true;
      continue;
    }
    if (previous) {
      const gap = widestGap(ink, previous.x, character.x);
      const isWide = gap.end - gap.start >= box.height * SPACE;
      if (spaced || (isWide && LETTER.test(previous.text) && LETTER.test(character.text))) {
        cuts.push(gap);
        groups.push([]);
      }
    }
    groups.at(-1)?.push(character);
    previous = character;
    spaced = false;
  }
  if (!previous) return [];
  const first = edge(ink, characters[0]?.x ?? 0, -1);
  const last = edge(ink, previous.x, 1);
  return groups.map((group, at) => {
    const left = cuts[at - 1]?.end ?? first;
    const right = Math.max(left + 1, cuts[at]?.start ?? last + 1);
    const text = group.map((character) => character.text).join('');
    return { text, box: { x: box.x + left, y: box.y, width: right - left, height: box.height } };
  });
}
