import type { Frame } from '../frame.js';
import type { Difference, ReadText } from '../judgement.js';
import { grow, middle, overlaps, wholeOf } from '../rect.js';
import { folded, isNearlySame, textOf, wordsOf, type Word } from './reading.js';
import { harmless, quoted, real } from './say.js';

interface Texts {
  readonly expected: readonly Word[];
  readonly actual: readonly Word[];
}

/** All words of both pictures, in reading order. */
export async function readAll(
  read: ReadText,
  frames: { readonly expected: Frame; readonly actual: Frame },
): Promise<Texts> {
  const expected = wordsOf(await read(frames.expected, wholeOf(frames.expected)));
  const actual = wordsOf(await read(frames.actual, wholeOf(frames.actual)));
  return { expected, actual };
}

/**
 * The level `text`: the words one after the other. `changes` are the places in which the pictures differ for the eye;
 * what is read in two ways where they do not is a mistake of the reader.
 */
export function textDifferences(
  { expected, actual }: Texts,
  changes: readonly Difference[],
): readonly Difference[] {
  const places = changes.filter(({ isHarmless }) => !isHarmless);
  if (isNearlySame(folded(textOf(expected)), folded(textOf(actual)))) return forgiven(places);
  const touched = (words: readonly Word[]): readonly Word[] =>
    words.filter((word) => places.some(({ box }) => overlaps(grow(box, 4), word.box)));
  const [before, after] = [touched(expected), touched(actual)];
  if (isNearlySame(folded(textOf(before)), folded(textOf(after)))) return forgiven(places);
  const left = missing(before, after);
  const came = missing(after, before);
  const box = (left[0] ?? came[0] ?? before[0] ?? after[0])?.box ?? { x: 0, y: 0, width: 1, height: 1 };
  const [was, is] = [textOf(left), textOf(came)];
  const why =
    was === '' && is === '' ? 'the words stand in another order' : `${quoted(was)} became ${quoted(is)}`;
  return [real(box, 'text', why), ...forgiven(places)];
}

function forgiven(places: readonly Difference[]): readonly Difference[] {
  return places.map(({ box, kind }) => harmless(box, kind, 'it looks otherwise and says the same'));
}

/** The words of `a` that `b` has not, as often as they are there. */
function missing(a: readonly Word[], b: readonly Word[]): readonly Word[] {
  const rest = b.map(({ text }) => folded(text));
  return a.filter(({ text }) => {
    const at = rest.indexOf(folded(text));
    if (at < 0) return true;
    rest.splice(at, 1);
    return false;
  });
}

/** Whether every word of one picture has its like near that place in the other, but for how the reader cuts words. */
export function isSameArrangement({ expected, actual }: Texts, { width, height }: Frame): boolean {
  const [across, down] = [8 + Math.min(40, 0.05 * width), 8 + Math.min(40, 0.05 * height)];
  const rest = [...actual];
  const lost = expected.filter((word) => {
    const at = rest.findIndex((other) => {
      const [dx, dy] = [middle(other.box).x - middle(word.box).x, middle(other.box).y - middle(word.box).y];
      return Math.abs(dx) <= across && Math.abs(dy) <= down && folded(other.text) === folded(word.text);
    });
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return isNearlySame(folded(textOf(lost)), folded(textOf(rest)));
}
