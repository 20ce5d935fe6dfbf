import type { Plane } from './plane.js';

/** For each column (or row) of one picture, where it is in another, in half pixels of difference. */
export type Path = Int16Array;

/** A plane with a column between any two. */
export function doubled({ width, height, values }: Plane): Plane {
  const wide = 2 * width - 1;
  const result = new Float32Array(wide * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < wide; x++) {
      const at = y * width + (x >> 1);
      result[y * wide + x] = (x & 1) === 0 ? values[at]! : (values[at]! + values[at + 1]!) / 2;
    }
  }
  return { width: wide, height, values: result };
}

export function turned({ width, height, values }: Plane): Plane {
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = values[y * width + x]!;
  }
  return { width: height, height: width, values: result };
}

/**
 * The cheapest way to lay the columns of `b` under those of `a` without changing their order (dynamic time warping).
 * `reach` is how far a column may be off, `stiffness` what each step of the distance costs.
 */
export function pathBetween(
  a: Plane,
  b: Plane,
  { reach, stiffness }: { readonly reach: number; readonly stiffness: number },
): Path {
  const { width, height } = a;
  const choices = 2 * reach + 1;
  const cost = new Float32Array(width * choices);
  for (let y = 0; y < height; y++) {
    const [row, other] = [y * width, y * b.width];
    for (let x = 0; x < width; x++) {
      const value = a.values[row + x]!;
      for (let k = 0; k < choices; k++) {
        const from = Math.min(b.width - 1, Math.max(0, x + k - reach));
        cost[x * choices + k]! += Math.abs(value - b.values[other + from]!);
      }
    }
  }
  const came = new Int8Array(width * choices);
  let before = cost.slice(0, choices);
  let now = new Float32Array(choices);
  for (let x = 1; x < width; x++) {
    for (let k = 0; k < choices; k++) {
      let least = before[k]!;
      let step = 0;
      if (k > 0 && before[k - 1]! + stiffness < least) [least, step] = [before[k - 1]! + stiffness, -1];
      if (k < choices - 1 && before[k + 1]! + stiffness < least) {
        [least, step] = [before[k + 1]! + stiffness, 1];
      }
      now[k] = least + cost[x * choices + k]!;
      came[x * choices + k] = step;
    }
    [before, now] = [now, before];
  }
  let k = before.indexOf(Math.min(...before));
  const path = new Int16Array(width);
  for (let x = width - 1; x >= 0; x--) {
    path[x] = k - reach;
    k += came[x * choices + k]!;
  }
  return path;
}

/** `plane` with its columns where `path` says. */
export function laid({ width, height, values }: Plane, path: Path): Plane {
  const result = new Float32Array(path.length * height);
  for (let x = 0; x < path.length; x++) {
    const from = Math.min(width - 1, Math.max(0, x + path[x]!));
    for (let y = 0; y < height; y++) result[y * path.length + x] = values[y * width + from]!;
  }
  return { width: path.length, height, values: result };
}

/** How much two planes differ in windows of one size. */
export interface Differing {
  /** The largest mean difference in any window, 0 to 255. */
  readonly worst: number;
  /** For each column the largest of the windows that cover it. */
  readonly columns: Float32Array;
}

/** `signed` lets differences in both directions cancel out within a window. */
export function windowsOf(
  a: Plane,
  b: Plane,
  {
    across,
    down,
    signed,
    weight,
  }: { readonly across: number; readonly down: number; readonly signed: boolean; readonly weight: Plane },
): Differing {
  const { width, height } = a;
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const difference = (a.values[at]! - b.values[at]!) * weight.values[at]!;
      sum += signed ? difference : Math.abs(difference);
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + sum;
    }
  }
  const [columns, rows] = [Math.min(across, width), Math.min(down, height)];
  const area = columns * rows;
  const worstOf = new Float32Array(width);
  let worst = 0;
  for (let x = 0; x + columns <= width; x++) {
    let most = 0;
    for (let y = 0; y + rows <= height; y++) {
      const [top, bottom] = [y * stride + x, (y + rows) * stride + x];
      const inside = Math.abs(sums[bottom + columns]! - sums[top + columns]! - sums[bottom]! + sums[top]!);
      if (inside > most) most = inside;
    }
    most /= area;
    if (most > worst) worst = most;
    for (let k = x; k < x + columns; k++) if (most > worstOf[k]!) worstOf[k] = most;
  }
  return { worst, columns: worstOf };
}
