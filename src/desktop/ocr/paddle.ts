import type { Frame, Rect } from '../../image/index.js';
import { onlyLetters } from './clean.js';
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
/** Rows that two strips share, so that a line is whole in one of them. */
const SHARED_ROWS = 64;

export interface PaddleParts {
  readonly name: 'native' | 'wasm';
  readonly detector: Model;
  readonly recogniser: Model;
  readonly dictionary: Dictionary;
}

/** PP-OCR: one network marks where lines are, another reads each; lines that were seen before are not read again. */
export function createPaddle({ name, detector, recogniser, dictionary }: PaddleParts): Engine {
  const known = new RecentMap<Recognised>(REMEMBERED_LINES);

  async function find(frame: Frame, searched: Rect, wanted: Rect): Promise<Found> {
    const lines: TextLine[] = [];
    let [recognised, cached] = [0, 0];
    for (const strip of strips(searched)) {
      const { x, y } = strip.searched;
      for (const found of await detect(detector, crop(frame, strip.searched))) {
        const box = { ...found, x: found.x + x, y: found.y + y };
        const middle = box.y + box.height / 2;
        if (middle < strip.top || middle >= strip.bottom || !hasCentre(wanted, box)) continue;
        const picture = onlyLetters(crop(frame, box));
        const key = contentKey(picture);
        const before = known.get(key);
        const said = before ?? (await recognise(recogniser, dictionary, picture));
        if (before) cached++;
        else recognised++;
        known.set(key, said);
        const line = toLine(said, picture, box);
        if (line) lines.push(line);
      }
    }
    return { lines, recognised, cached };
  }

  return { name, find };
}

function toLine({ characters, confidence }: Recognised, picture: Frame, box: Rect): TextLine | undefined {
  const words = splitWords(characters, picture, box);
  if (words.length === 0 || confidence < MIN_CONFIDENCE) return undefined;
  return { text: words.map((word) => word.text).join(' '), box, confidence, words };
}

interface Strip {
  readonly searched: Rect;
  /** Lines belong to the strip when their middle is from `top` to above `bottom`. */
  readonly top: number;
  readonly bottom: number;
}

function strips(area: Rect): readonly Strip[] {
  const count = Math.ceil((area.width * area.height) / MAX_PIXELS);
  const height = Math.ceil(area.height / count);
  return Array.from({ length: count }, (_, at) => {
    const top = area.y + at * height;
    const bottom = Math.min(area.y + area.height, top + height);
    const from = Math.max(area.y, top - SHARED_ROWS / 2);
    const to = Math.min(area.y + area.height, bottom + SHARED_ROWS / 2);
    return { searched: { ...area, y: from, height: to - from }, top, bottom };
  });
}
