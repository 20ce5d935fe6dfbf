import { decodePng, encodePng, readNote, writeNote, type Frame, type Rect } from '../../image/index.js';
import type { Baseline } from '../baselines.js';
import type { Mask, MaskBoxes } from './masks.js';
import type { Look } from './settle.js';

/** The picture of a baseline, in which it says where its masks were: they may be elsewhere the next time. */
export function encodeLook(frame: Frame, masks: readonly Mask[], boxes: MaskBoxes): Buffer {
  const png = encodePng(frame);
  const places = masks
    .filter(({ by }) => by !== 'region')
    .map(({ said }) => [said, (boxes.get(said) ?? []).map((box) => wholePixels(box))] as const);
  return places.length === 0 ? png : writeNote(png, JSON.stringify({ masks: Object.fromEntries(places) }));
}

/** Reads a baseline; a note that is not as ours are is none. */
export function decodeLook({ path, png }: Baseline): Look {
  const { note, png: bare } = readNote(png);
  return { path, png, frame: decodePng(bare), masks: note === undefined ? new Map() : readPlaces(note) };
}

function wholePixels({ x, y, width, height }: Rect): readonly number[] {
  return [x, y, width, height].map((number) => Math.round(number));
}

function readPlaces(note: string): MaskBoxes {
  try {
    const { masks = {} } = JSON.parse(note) as { readonly masks?: Readonly<Record<string, unknown>> };
    return new Map(Object.entries(masks).map(([said, boxes]) => [said, readBoxes(boxes)]));
  } catch {
    return new Map();
  }
}

function readBoxes(boxes: unknown): readonly Rect[] {
  if (!Array.isArray(boxes)) return [];
  return boxes.flatMap((box: unknown) => {
    if (!Array.isArray(box) || !box.every((number) => Number.isFinite(number))) return [];
    const [x = 0, y = 0, width = 0, height = 0] = box as number[];
    return [{ x, y, width, height }];
  });
}
