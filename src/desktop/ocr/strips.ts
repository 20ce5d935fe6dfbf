import { words, type Frame, type Rect } from '../../image/index.js';

/** The detector takes 0.4 kB per pixel while it runs; larger areas are searched in strips. */
const MAX_PIXELS = 1280 * 800;
/** Smaller areas are searched as one: what strips share would cost more than their lanes bring. */
const MIN_SHARED = 60_000;
/** Rows that two strips share, so that a line is whole in one of them. */
const SHARED_ROWS = 64;
/** A cut may be off its place by that share of a strip, to fall between two lines. */
const MOVED = 0.25;
/** Rows above and below a cut that shall be free of text. */
const FREE_ROWS = 6;

/** A part of an area that is searched for text by itself. */
export interface Strip {
  readonly searched: Rect;
  /** Lines belong to the strip when their middle is from `top` to above `bottom`. */
  readonly top: number;
  readonly bottom: number;
}

/** Cuts an area of the frame into strips for so many lanes, where the least text is. */
export function strips(frame: Frame, area: Rect, lanes: number): readonly Strip[] {
  const pixels = area.width * area.height;
  const least = Math.ceil(pixels / MAX_PIXELS);
  const count = pixels < MIN_SHARED ? 1 : Math.ceil(least / lanes) * lanes;
  const height = area.height / count;
  const end = area.y + area.height;
  const cuts = Array.from({ length: count - 1 }, (_, at) =>
    quietRow(frame, area, area.y + (at + 1) * height, Math.floor(height * MOVED)),
  );
  return Array.from({ length: count }, (_, at) => {
    const top = cuts[at - 1] ?? area.y;
    const bottom = cuts[at] ?? end;
    const from = Math.max(area.y, top - SHARED_ROWS / 2);
    const to = Math.min(end, bottom + SHARED_ROWS / 2);
    return { searched: { ...area, y: from, height: to - from }, top, bottom };
  });
}

/** The row near `row` around which the fewest pixels differ from the one on their left; the nearest of those. */
function quietRow(frame: Frame, area: Rect, row: number, reach: number): number {
  const middle = Math.round(row);
  const first = Math.max(area.y, middle - reach - FREE_ROWS);
  const last = Math.min(area.y + area.height - 1, middle + reach + FREE_ROWS);
  const changes: number[] = [];
  for (let y = first; y <= last; y++) changes.push(changesIn(frame, area, y));
  let [best, least] = [middle, Number.POSITIVE_INFINITY];
  for (let y = first + FREE_ROWS; y <= last - FREE_ROWS; y++) {
    const around = changes.slice(y - FREE_ROWS - first, y + FREE_ROWS + 1 - first);
    const sum = around.reduce((total, each) => total + each, 0);
    if (sum > least || (sum === least && Math.abs(y - middle) >= Math.abs(best - middle))) continue;
    [best, least] = [y, sum];
  }
  return best;
}

function changesIn(frame: Frame, area: Rect, y: number): number {
  const pixels = words(frame);
  const start = y * frame.width + area.x;
  let changes = 0;
  for (let at = start + 1; at < start + area.width; at++) if (pixels[at] !== pixels[at - 1]) changes++;
  return changes;
}
