import { grow, overlaps, union } from '../image/index.js';
import { inReadingOrder } from './ocr/lines.js';
import type { TextLine, TextReader } from './ocr/index.js';
import type { Box, Desktop, Picture } from './types.js';

/** What was read from a picture. */
export interface Reading {
  readonly picture: Picture;
  readonly lines: readonly TextLine[];
}

/** Text that close to the left or right of a change may have become one line with it, in pixels. */
const BESIDE = 16;

/** Gives a function that reads the screen as it is, and after the first time only where it has changed. */
export function createReading(
  desktop: Pick<Desktop, 'changes' | 'picture'>,
  reader: Pick<TextReader, 'read'>,
): () => Promise<Reading> {
  let last: Reading | undefined;
  return async () => {
    const before = last;
    const picture = await desktop.picture();
    if (before?.picture.revision === picture.revision) return before;
    // Later than the picture, so that no change of it is missing.
    const { boxes } = before ? await desktop.changes({ since: before.picture.revision }) : {};
    const region = before && boxes && regionOf(boxes, before.lines);
    const read = await reader.read(picture, region ? { region } : {});
    const kept = region ? before.lines.filter(({ box }) => !overlaps(box, region)) : [];
    return (last = { picture, lines: kept.length === 0 ? read : inReadingOrder([...kept, ...read]) });
  };
}

/** Where to read: all changes, and the whole of each line that they touch. */
function regionOf(boxes: readonly Box[], lines: readonly TextLine[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  let region = boxes.reduce(union);
  let left = lines;
  for (;;) {
    const near = grow(region, BESIDE, 0);
    const touched = left.filter(({ box }) => overlaps(box, near));
    if (touched.length === 0) return region;
    region = touched.reduce((sum, { box }) => union(sum, box), region);
    left = left.filter((line) => !touched.includes(line));
  }
}
