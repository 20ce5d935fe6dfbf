import type { Frame, Rect } from '../../image/index.js';
import type { Character } from './decode.js';
import { edge, inkColumns, inkOf, widestGap, type Gap } from './ink.js';
import { correctGlyphs } from './glyphs.js';
import type { Word } from './types.js';

/** A gap that wide, in heights of the box, is a space that the recogniser left out; beside a sign or in a number it is wider. */
const SPACE = 0.18;
const WIDE_SPACE = 0.35;
/** These follow what is before them. */
const CLOSING = /[.,:;!?)\]}%]/;
const LETTER = /[\p{Letter}\p{Number}<>]/u;

/**
 * Words of a line with their boxes: characters stand where the recogniser saw them, to about half a character; the gaps
 * between words are taken from the pixels.
 */
export function splitWords(read: readonly Character[], picture: Frame, box: Rect): readonly Word[] {
  const mask = inkOf(picture);
  const ink = inkColumns(mask);
  const characters = correctGlyphs(read, mask, ink);
  const pitch = pitchOf(characters);
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
      if (isSpace(gap, [previous, character], { height: box.height, pitch, spaced })) {
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
    const text = withEllipsis(group.map((character) => character.text).join(''));
    return { text, box: { x: box.x + left, y: box.y, width: right - left, height: box.height } };
  });
}

interface Between {
  readonly height: number;
  readonly pitch: number | undefined;
  /** Whether the recogniser read one. */
  readonly spaced: boolean;
}

/** Whether a space stands between two characters. */
function isSpace(
  { start, end }: Gap,
  [left, right]: readonly [Character, Character],
  { height, pitch, spaced }: Between,
): boolean {
  if (spaced) return true;
  if (pitch !== undefined) return right.x - left.x > pitch * 1.6;
  if (CLOSING.test(right.text)) return false;
  const areLetters = [left, right].every(({ text }) => LETTER.test(text));
  const areDigits = [left, right].every(({ text }) => /\d/.test(text));
  const width = (end - start) / height;
  return width >= (areLetters && !areDigits ? SPACE : WIDE_SPACE);
}

/** The width of all characters of a font of fixed width; undefined for others. */
function pitchOf(characters: readonly Character[]): number | undefined {
  const steps = characters.flatMap(({ text, x }, at) => {
    const next = characters[at + 1];
    return next === undefined || next.text === ' ' || text === ' ' ? [] : [next.x - x];
  });
  const usual = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
  const even = steps.filter((step) => Math.abs(step - usual) <= usual * 0.17).length;
  return steps.length >= 5 && even >= steps.length * 0.85 ? usual : undefined;
}

/** The recogniser often loses a dot of three, or takes one for a comma. */
function withEllipsis(text: string): string {
  return text.replace(/(?<=[\p{Letter}\p{Number})\]"])(?:[.,]{2,4}|\u2026\.?|\.\u2026)$/u, '...');
}
