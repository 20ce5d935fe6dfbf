import type { Frame, Rect } from '../../image/index.js';
import type { Dictionary } from './decode.js';
import { detect } from './detect.js';
import { RecentMap, type Engine, type Found } from './engine.js';
import { contentKey, crop, hasCentre } from './geometry.js';
import { recognise, type Recognised } from './recognise.js';
import type { Model } from './runtime.js';
import type { TextLine } from './types.js';
import { splitWords } from './words.js';

const MIN_CONFIDENCE = 0.5;
/** A recognised line takes about 1 kB. */
const REMEMBERED_LINES = 5_000;
/** The detector takes 0.4 kB per pixel while it runs; larger areas are searched in strips. */
const MAX_PIXELS = 1280 * 800;
/** Larger areas than that are searched in several lanes. */
const MIN_SHARED = 60_000;
/** Rows that two strips share, so that a line is whole in one of them. */
const SHARED_ROWS = 64;

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
      const picture = crop(frame, box);
      const key = contentKey(picture);
      const before = known.get(key);
      if (before) cached++;
      else recognised++;
      const said = before ?? recognise(recogniser, dictionary, picture);
      known.set(key, said);
      return toLine(await said, picture, box);
    };
    const readStrip = async ({ searched: { x, y, ...size }, top, bottom }: Strip): Promise<Lines> => {
      const found = await detect(detector, crop(frame, { x, y, ...size }));
      const boxes = found
        .map((box) => ({ ...box, x: box.x + x, y: box.y + y }))
        .filter(
          (box) => hasCentre({ ...size, x, y: top, height: bottom - top }, box) && hasCentre(wanted, box),
        )
        // The long ones first, so that no lane is left with one at the end.
        .toSorted((a, b) => b.width / b.height - a.width / a.height);
      return await Promise.all(boxes.map(read));
    };
    const all = await Promise.all(strips(searched, lanes).map(readStrip));
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

interface Strip {
  readonly searched: Rect;
  /** Lines belong to the strip when their middle is from `top` to above `bottom`. */
  readonly top: number;
  readonly bottom: number;
}

function strips(area: Rect, lanes: number): readonly Strip[] {
  const pixels = area.width * area.height;
  const count = Math.max(Math.ceil(pixels / MAX_PIXELS), pixels < MIN_SHARED ? 1 : lanes);
  const height = Math.ceil(area.height / count);
  return Array.from({ length: count }, (_, at) => {
    const top = area.y + at * height;
    const bottom = Math.min(area.y + area.height, top + height);
    const from = Math.max(area.y, top - SHARED_ROWS / 2);
    const to = Math.min(area.y + area.height, bottom + SHARED_ROWS / 2);
    return { searched: { ...area, y: from, height: to - from }, top, bottom };
  });
}
