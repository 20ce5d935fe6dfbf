import { cropFrame, hasCentre, type Frame, type Rect } from '../../image/index.js';
import { onlyLetters } from './clean.js';
import type { Dictionary } from './decode.js';
import { detect } from './detect.js';
import { RecentMap, type Engine, type Found } from './engine.js';
import { contentKey } from './geometry.js';
import { recognise, type Recognised } from './recognise.js';
import type { Model } from './runtime.js';
import { strips, type Strip } from './strips.js';
import type { TextLine } from './types.js';
import { splitWords } from './words.js';

const MIN_CONFIDENCE = 0.5;
/** A recognised line takes about 1 kB. */
const REMEMBERED_LINES = 5_000;

export interface PaddleParts {
  readonly name: 'native' | 'wasm';
  /** How many runs of a network go on at the same time. */
  readonly lanes: number;
  readonly detector: Model;
  readonly recogniser: Model;
  readonly dictionary: Dictionary;
}

/** PP-OCR: one network marks where lines are, another reads each; lines that were seen before are not read again. */
export function createPaddle({ name, lanes, detector, recogniser, dictionary }: PaddleParts): Engine {
  const known = new RecentMap<Promise<Recognised>>(REMEMBERED_LINES);

  async function find(frame: Frame, searched: Rect, wanted: Rect): Promise<Found> {
    let [recognised, cached] = [0, 0];
    const read = async (box: Rect): Promise<TextLine | undefined> => {
      const picture = onlyLetters(cropFrame(frame, box));
      const key = contentKey(picture);
      const before = known.get(key);
      if (before) cached++;
      else recognised++;
      const said = before ?? recognise(recogniser, dictionary, picture);
      known.set(key, said);
      return toLine(await said, picture, box);
    };
    const readStrip = async ({ searched: { x, y, ...size }, top, bottom }: Strip): Promise<Lines> => {
      const found = await detect(detector, cropFrame(frame, { x, y, ...size }));
      const boxes = found
        .map((box) => ({ ...box, x: box.x + x, y: box.y + y }))
        .filter(
          (box) => hasCentre({ ...size, x, y: top, height: bottom - top }, box) && hasCentre(wanted, box),
        )
        // The long ones first, so that no lane is left with one at the end.
        .toSorted((a, b) => b.width / b.height - a.width / a.height);
      return await Promise.all(boxes.map(read));
    };
    const all = await Promise.all(strips(frame, searched, lanes).map(readStrip));
    return { lines: all.flat().flatMap((line) => line ?? []), recognised, cached };
  }

  return { name, find };
}

function toLine({ characters, confidence }: Recognised, picture: Frame, box: Rect): TextLine | undefined {
  const words = splitWords(characters, picture, box);
  if (words.length === 0 || confidence < MIN_CONFIDENCE) return undefined;
  return { text: words.map((word) => word.text).join(' '), box, confidence, words };
}

type Lines = readonly (TextLine | undefined)[];
