import type { Frame, Rect } from '../frame.js';
import { isCaret } from './caret.js';
import { grow, overlaps, union } from '../rect.js';
import { partsOf, type Part } from './parts.js';
import { isPointer } from './pointer.js';

/** 1 where a channel differs by more than `tolerance` levels. */
export function changedPixels(a: Frame, b: Frame, tolerance: number): Uint8Array {
  const changed = new Uint8Array(a.width * a.height);
  for (let at = 0, i = 0; at < changed.length; at++, i += 4) {
    const [red, green, blue] = [
      a.data[i]! - b.data[i]!,
      a.data[i + 1]! - b.data[i + 1]!,
      a.data[i + 2]! - b.data[i + 2]!,
    ];
    if (
      red > tolerance ||
      -red > tolerance ||
      green > tolerance ||
      -green > tolerance ||
      blue > tolerance ||
      -blue > tolerance
    ) {
      changed[at] = 1;
    }
  }
  return changed;
}

/** A caret or pointer that only one of the pictures has. */
export interface Overlay {
  readonly box: Rect;
  readonly kind: 'caret' | 'pointer';
  readonly isIn: 'expected' | 'actual';
}

/** At most so many places are looked at; a picture with more has changed in another way. */
const mostPlaces = 24;

/** The carets and pointers among the changed pixels. */
export function overlaysOf(expected: Frame, actual: Frame, changed: Uint8Array): readonly Overlay[] {
  const { parts } = partsOf(changed, expected.width, expected.height);
  const alone = parts.filter(({ width, height }) => width <= 64 && height <= 80);
  if (alone.length > 40 * mostPlaces) return [];
  const overlays: Overlay[] = [];
  const places = [...alone, ...near(alone)];
  if (places.length > 4 * mostPlaces) return [];
  for (const { x, y, width, height } of places) {
    const box = { x, y, width, height };
    if (overlays.some((other) => overlaps(other.box, box))) continue;
    for (const isIn of ['actual', 'expected'] as const) {
      const [withIt, without] = isIn === 'actual' ? [actual, expected] : [expected, actual];
      const kind = isCaret(withIt, without, box)
        ? 'caret'
        : isPointer(withIt, without, box)
          ? 'pointer'
          : undefined;
      if (kind === undefined) continue;
      overlays.push({ box, kind, isIn });
      break;
    }
  }
  return overlays;
}

/** Parts that stand close together, as the pieces of a pointer over text do. */
function near(parts: readonly Part[]): readonly Rect[] {
  let boxes: Rect[] = parts.map((part) => part);
  for (let count = -1; count !== boxes.length;) {
    count = boxes.length;
    const joined: Rect[] = [];
    for (const box of boxes) {
      const at = joined.findIndex((other) => overlaps(grow(other, 3), box));
      if (at < 0) joined.push(box);
      else joined[at] = union(joined[at]!, box);
    }
    boxes = joined;
  }
  return boxes.filter(({ width, height }) => width <= 64 && height <= 64);
}

/** A copy of `frame` that has in the boxes what `source` has. */
export function patched(frame: Frame, source: Frame, boxes: readonly Rect[]): Frame {
  const data = Buffer.from(frame.data);
  for (const { x, y, width, height } of boxes) {
    for (let row = y; row < y + height; row++) {
      const from = (row * frame.width + x) * 4;
      source.data.copy(data, from, from, from + width * 4);
    }
  }
  return { ...frame, data };
}
