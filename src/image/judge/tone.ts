import type { Frame } from '../frame.js';

/** How all of a picture was made brighter, darker or steeper. */
export interface Tone {
  /** The new value of each of the 256 values, the same for red, green and blue. */
  readonly table: Uint8Array;
  /** Largest change in per cent of the scale. */
  readonly percent: number;
}

const models: readonly ((amount: number) => (value: number) => number)[] = [
  (amount) => (value) => value * (1 + amount),
  (amount) => (value) => value + 255 * amount,
  (amount) => (value) => 127.5 + (value - 127.5) * (1 + amount),
  (amount) => (value) => 255 * (value / 255) ** (1 - 2 * amount),
  (amount) => (value) => 255 - (255 - value) * (1 - amount),
];

/** At most this part of the scale, so that nobody would notice it in the whole picture. */
const most = 0.04;
const step = 0.0025;

/**
 * Looks for one slight change of brightness, contrast or gamma that explains nearly every pixel which another value in
 * the second picture; undefined where there is none, or where only a part of the picture has it.
 */
export function findTone(expected: Frame, actual: Frame): Tone | undefined {
  const counts = countValues(expected, actual);
  const same = explained(counts, (value) => value, 1);
  let best: { readonly table: (value: number) => number; readonly share: number } | undefined;
  for (const model of models) {
    for (let amount = -most; amount <= most + 1e-9; amount += step) {
      if (Math.abs(amount) < step / 2) continue;
      const table = model(amount);
      const share = explained(counts, table, 1);
      if (best === undefined || share > best.share) best = { table, share };
    }
  }
  if (best === undefined || best.share < 0.6 || best.share - same < 0.03) return undefined;
  const table = Uint8Array.from({ length: 256 }, (_, value) => clamp(best.table(value)));
  const percent = Math.max(...Array.from(table, (to, value) => Math.abs(to - value))) / 2.55;
  return { table, percent };
}

export function toned({ width, height, data }: Frame, { table }: Tone): Frame {
  const copy = Buffer.from(data);
  for (let at = 0; at < copy.length; at++) if (at % 4 !== 3) copy[at] = table[copy[at]!]!;
  return { width, height, data: copy };
}

/** How often each value became which one, over at most about 400,000 pixels. */
function countValues(expected: Frame, actual: Frame): Uint32Array {
  const counts = new Uint32Array(65_536);
  const pixels = expected.width * expected.height;
  // Odd, so that it meets every column of a picture whose width is a power of two.
  const stride = Math.max(1, 2 * Math.floor(pixels / 800_000) + 1) * 4;
  for (let at = 0; at < expected.data.length; at += stride) {
    for (let c = 0; c < 3; c++) counts[expected.data[at + c]! * 256 + actual.data[at + c]!]!++;
  }
  return counts;
}

/** The part of the values that a table explains to within `tolerance`. */
function explained(counts: Uint32Array, table: (value: number) => number, tolerance: number): number {
  let [inside, all] = [0, 0];
  for (let value = 0; value < 256; value++) {
    const to = clamp(table(value));
    for (let other = 0; other < 256; other++) {
      const count = counts[value * 256 + other]!;
      all += count;
      if (Math.abs(other - to) <= tolerance) inside += count;
    }
  }
  return inside / all;
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
