import type { Frame } from '../image/index.js';
import type { Box } from './types.js';

/** How far right of its label a field is looked for, and how wide it is at least, in pixels. */
const reach = 400;
const narrowest = 30;
/** How thick a frame around a field may be, in pixels. */
const border = 4;

/**
 * The field right of a label, by its look: an area of one colour, other than that behind the label, at least as high as
 * the label. Undefined where there is none. Looks at the pixels of a picture; a field that is as grey as its window is
 * not seen.
 */
export function fieldBeside(frame: Frame, label: Box): Box | undefined {
  const middle = Math.round(label.y + label.height / 2);
  const start = Math.round(label.x + label.width) + 3;
  if (middle < 0 || middle >= frame.height || start >= frame.width) return undefined;
  const behind = colourAt(frame, start, middle);
  const end = Math.min(frame.width - border - 1, start + reach);
  for (let x = start; x < end; x++) {
    if (colourAt(frame, x, middle) === behind) continue;
    return areaAt(frame, { x: x + border, y: middle }, { behind, label });
  }
  return undefined;
}

/** The area of one colour around a point. */
function areaAt(
  frame: Frame,
  { x, y }: { readonly x: number; readonly y: number },
  { behind, label }: { readonly behind: number; readonly label: Box },
): Box | undefined {
  const fill = colourAt(frame, x, y);
  if (fill === behind) return undefined;
  const run = (dx: number, dy: number, from: { readonly x: number; readonly y: number }): number => {
    let length = 0;
    while (
      colourAt(frame, from.x + dx * (length + 1), from.y + dy * (length + 1)) === fill &&
      length < frame.width
    )
      length++;
    return length;
  };
  const [up, down] = [run(0, -1, { x, y }), run(0, 1, { x, y })];
  const height = up + down + 1;
  if (height < label.height * 0.8 || height > label.height * 4) return undefined;
  // What stands in the field does not reach to its upper edge.
  const top = { x, y: y - up };
  const [left, right] = [run(-1, 0, top), run(1, 0, top)];
  const width = left + right + 1;
  return width < narrowest ? undefined : { x: x - left, y: top.y, width, height };
}

/** -1 outside of the picture. */
function colourAt({ width, height, data }: Frame, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? -1 : data.readUInt32BE((y * width + x) * 4);
}
