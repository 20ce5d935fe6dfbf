import { doubled, laid, pathBetween, turned, windowsOf, type Differing } from './align.js';
import { blur, cropPlane, shifted, type Plane, type Planes } from './plane.js';
import type { Group } from './parts.js';

/** How much is left of the difference of two pictures of one thing once the one is laid over the other. */
export interface Fit {
  /** Worst difference of brightness in a window of about a stroke's size, as a part of the contrast, 0 to 1. */
  readonly light: number;
  /** Worst mean difference of colour in a window of five pixels, 0 to 255. */
  readonly color: number;
  /** How far it was moved, in pixels; undefined where it was stretched. */
  readonly by?: readonly [x: number, y: number];
  /** `light` for each column of the group in the first and in the second picture. */
  readonly columns: readonly [expected: Float32Array, actual: Float32Array];
}

const margin = 4;

/** About the size of a stroke. */
const stroke = { across: 3, down: 3, signed: false };

/** Everything within one pixel, nearest first. */
const nearby: readonly (readonly [number, number])[] = [-1, -0.5, 0, 0.5, 1]
  .flatMap((dy) => [-1, -0.5, 0, 0.5, 1].map((dx) => [dx, dy] as const))
  .toSorted(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d));

/** The part of both pictures that belongs to a group, ready to be laid over each other. */
export interface Twin {
  readonly expected: Planes;
  readonly actual: Planes;
  /** 1 near the group's own pixels, 0 where something else is. */
  readonly weight: Plane;
  /** Lightest minus darkest, of the picture that has more. */
  readonly contrast: number;
}

export function twinOf(
  expected: Planes,
  actual: Planes,
  { group, labels }: { readonly group: Group; readonly labels: Int32Array },
): Twin {
  const rect = {
    x: group.x - margin,
    y: group.y - margin,
    width: group.width + 2 * margin,
    height: group.height + 2 * margin,
  };
  const crop = (planes: Planes): Planes => ({
    light: cropPlane(planes.light, rect),
    blueness: cropPlane(planes.blueness, rect),
    redness: cropPlane(planes.redness, rect),
  });
  const [a, b] = [crop(expected), crop(actual)];
  const weight = new Float32Array(rect.width * rect.height).fill(1);
  const { width, height } = expected.light;
  for (let y = 0; y < rect.height; y++) {
    for (let x = 0; x < rect.width; x++) {
      const [column, row] = [rect.x + x, rect.y + y];
      const isInside = column >= 0 && row >= 0 && column < width && row < height;
      const label = isInside ? labels[row * width + column]! : -1;
      if (label === -1 || (label !== 0 && !group.ids.has(label))) weight[y * rect.width + x] = 0;
    }
  }
  return {
    expected: a,
    actual: b,
    weight: { width: rect.width, height: rect.height, values: weight },
    contrast: Math.max(8, rangeOf(a.light, weight), rangeOf(b.light, weight)),
  };
}

/** The best fit of the two that moves all of the group at most one pixel. */
export function rigidFit(twin: Twin): Fit {
  const { expected, weight, contrast } = twin;
  const still = blur(expected.light);
  const other = blur(twin.actual.light);
  let best: { differing: Differing; by: readonly [number, number] } | undefined;
  for (const by of nearby) {
    const differing = windowsOf(still, shifted(other, -by[0], -by[1]), { ...stroke, weight });
    if (best === undefined || differing.worst < best.differing.worst - 0.004 * contrast)
      best = { differing, by };
    if (differing.worst < 0.02 * contrast) break;
  }
  const { differing, by } = best!;
  const columns = ofContrast(differing.columns, contrast);
  return {
    light: differing.worst / contrast,
    color: colorOf(twin, (plane) => shifted(plane, -by[0], -by[1])),
    by,
    columns: [columns, columns],
  };
}

/**
 * The best fit that may also stretch rows and columns; in both directions, so that nothing can be left out.
 * `reach` is how far a column may be off, in pixels.
 */
export function elasticFit(twin: Twin, reach: number): Fit {
  const there = stretched(twin, reach);
  const back = stretched({ ...twin, expected: twin.actual, actual: twin.expected }, reach);
  return {
    light: Math.max(there.differing.worst, back.differing.worst) / twin.contrast,
    color: Math.max(there.color, back.color),
    columns: [
      ofContrast(there.differing.columns, twin.contrast),
      ofContrast(back.differing.columns, twin.contrast),
    ],
  };
}

/** Pixels that a column of this group may be off where the text is set wider: about 5 % of the line. */
export function textReach({ expected }: Twin): number {
  return Math.min(12, 3 + 0.05 * expected.light.width);
}

function stretched(twin: Twin, reach: number): { readonly differing: Differing; readonly color: number } {
  const { expected, actual, contrast, weight } = twin;
  const still = blur(expected.light);
  const other = blur(actual.light);
  const rows = pathBetween(doubled(profile(still)), doubled(profile(other)), {
    reach: Math.min(5, Math.round(2 * reach)),
    stiffness: 0.04 * contrast,
  });
  const straight = (plane: Plane): Plane => turned(halved(laid(doubled(turned(plane)), rows)));
  const columns = pathBetween(doubled(still), doubled(straight(other)), {
    reach: Math.round(2 * reach),
    stiffness: (0.12 * contrast * still.height) / 8,
  });
  const lay = (plane: Plane): Plane => laid(doubled(straight(plane)), columns);
  const wide = windowsOf(doubled(still), lay(other), { ...stroke, across: 5, weight: doubled(weight) });
  const narrow = wide.columns.filter((_, x) => x % 2 === 0);
  return {
    differing: { worst: wide.worst, columns: narrow },
    color: colorOf(twin, (plane) => halved(lay(plane))),
  };
}

/** The columns of the group itself, without the margin. */
function ofContrast(columns: Float32Array, contrast: number): Float32Array {
  return columns.subarray(margin, columns.length - margin).map((value) => value / contrast);
}

function colorOf({ expected, actual, weight }: Twin, lay: (plane: Plane) => Plane): number {
  const worst = (a: Plane, b: Plane): number =>
    windowsOf(a, lay(b), { across: 5, down: 5, signed: true, weight }).worst;
  return Math.max(worst(expected.blueness, actual.blueness), worst(expected.redness, actual.redness));
}

/** The mean of each row, as a picture one pixel high. */
function profile({ width, height, values }: Plane): Plane {
  const means = new Float32Array(height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) sum += values[y * width + x]!;
    means[y] = sum / width;
  }
  return { width: height, height: 1, values: means };
}

/** Every second column. */
function halved({ width, height, values }: Plane): Plane {
  const narrow = (width + 1) >> 1;
  const result = new Float32Array(narrow * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < narrow; x++) result[y * narrow + x] = values[y * width + 2 * x]!;
  }
  return { width: narrow, height, values: result };
}

function rangeOf({ values }: Plane, weight: Float32Array): number {
  let [low, high] = [255, 0];
  for (let at = 0; at < values.length; at++) {
    if (weight[at] === 0) continue;
    if (values[at]! < low) low = values[at]!;
    if (values[at]! > high) high = values[at]!;
  }
  return high - low;
}

/** How much the second picture's strokes weigh against the first one's: 1 the same, 0.5 half as dark. */
export function inkRatio({ expected, actual, weight }: Twin): number {
  const ink = ({ values }: Plane): number => {
    const ground = mostOften(values, weight.values);
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += weight.values[at]! * Math.abs(values[at]! - ground);
    return sum;
  };
  return ink(actual.light) / Math.max(1, ink(expected.light));
}

function mostOften(values: Float32Array, weight: Float32Array): number {
  const counts = new Uint32Array(256);
  values.forEach((value, at) => {
    if (weight[at] !== 0) counts[Math.round(value)]!++;
  });
  return counts.indexOf(Math.max(...counts));
}
