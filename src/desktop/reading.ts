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
    const kept = region ? before.lines.filter(({ box }) => !overlap(box, region)) : [];
    return (last = { picture, lines: kept.length === 0 ? read : inReadingOrder([...kept, ...read]) });
  };
}

/** Where to read: all changes, and the whole of each line that they touch. */
function regionOf(boxes: readonly Box[], lines: readonly TextLine[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  let region = around(boxes);
  let left = lines;
  for (;;) {
    const { x, y, width, height } = region;
    const near = { x: x - BESIDE, y, width: width + 2 * BESIDE, height };
    const touched = left.filter(({ box }) => overlap(box, near));
    if (touched.length === 0) return region;
    region = around([region, ...touched.map(({ box }) => box)]);
    left = left.filter((line) => !touched.includes(line));
  }
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
