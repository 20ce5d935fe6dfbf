import type { Box } from '../types.js';

/** Changed rows with no more unchanged ones between them are one change, in pixels. */
const GAP = 8;

/** Pixels of a picture `width` wide, 4 bytes each. */
export interface Pixels {
  readonly bytes: Buffer;
  readonly width: number;
}

/**
 * Where a picture differs from its part `box` as it is now: `now` holds the rows of the box, one behind the other,
 * from byte `from` on. A box for each group of changed rows, as narrow as can be.
 */
export function differences(
  last: Pixels,
  box: Box,
  now: { readonly bytes: Buffer; readonly from: number },
): readonly Box[] {
  const rowBytes = box.width * 4;
  const old = words(last.bytes);
  const fresh = words(now.bytes);
  const found: Box[] = [];
  let top = -1;
  let bottom = -1;
  let left = box.width;
  let right = -1;
  const close = (): void => {
    if (top < 0) return;
    found.push({ x: box.x + left, y: box.y + top, width: right - left + 1, height: bottom - top + 1 });
    [top, left, right] = [-1, box.width, -1];
  };
  for (let y = 0; y < box.height; y++) {
    const a = ((box.y + y) * last.width + box.x) * 4;
    const b = now.from + y * rowBytes;
    if (last.bytes.compare(now.bytes, b, b + rowBytes, a, a + rowBytes) === 0) continue;
    if (top >= 0 && y - bottom > GAP) close();
    if (top < 0) top = y;
    bottom = y;
    for (let x = 0; x < left; x++) if (old[a / 4 + x] !== fresh[b / 4 + x]) left = x;
    for (let x = box.width - 1; x > right; x--) if (old[a / 4 + x] !== fresh[b / 4 + x]) right = x;
  }
  close();
  return found;
}

/** Puts the part `changed` of a box of the picture in place; `now` holds the rows of the whole box. */
export function patch(
  last: Pixels,
  { box, changed }: { readonly box: Box; readonly changed: Box },
  now: { readonly bytes: Buffer; readonly from: number },
): void {
  for (let y = changed.y; y < changed.y + changed.height; y++) {
    const from = now.from + ((y - box.y) * box.width + changed.x - box.x) * 4;
    now.bytes.copy(last.bytes, (y * last.width + changed.x) * 4, from, from + changed.width * 4);
  }
}

function words(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
