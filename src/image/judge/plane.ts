import type { Frame, Rect } from '../frame.js';

/** One value per pixel of a rectangle. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Brightness and the two axes of colour, each on the scale 0 to 255. */
export interface Planes {
  readonly light: Plane;
  readonly blueness: Plane;
  readonly redness: Plane;
}

/** ITU-R BT.601, as JPEG has it. */
export function planesOf(frame: Frame): Planes {
  const { width, height, data } = frame;
  const size = width * height;
  const light = new Float32Array(size);
  const blueness = new Float32Array(size);
  const redness = new Float32Array(size);
  for (let at = 0, i = 0; at < size; at++, i += 4) {
    const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const y = 0.299 * red + 0.587 * green + 0.114 * blue;
    light[at] = y;
    blueness[at] = (blue - y) * 0.564;
    redness[at] = (red - y) * 0.713;
  }
  const plane = (values: Float32Array): Plane => ({ width, height, values });
  return { light: plane(light), blueness: plane(blueness), redness: plane(redness) };
}

/** `rect` of a plane; what lies outside repeats the edge. */
export function cropPlane(plane: Plane, rect: Rect): Plane {
  const values = new Float32Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    const row = Math.min(plane.height - 1, Math.max(0, rect.y + y)) * plane.width;
    for (let x = 0; x < rect.width; x++) {
      const column = Math.min(plane.width - 1, Math.max(0, rect.x + x));
      values[y * rect.width + x] = plane.values[row + column]!;
    }
  }
  return { width: rect.width, height: rect.height, values };
}

/** Weighs each pixel 4, those beside 2, at the corners 1. */
export function blur({ width, height, values }: Plane): Plane {
  const across = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const here = values[row + x]!;
      const left = x > 0 ? values[row + x - 1]! : here;
      const right = x < width - 1 ? values[row + x + 1]! : here;
      across[row + x] = (left + 2 * here + right) / 4;
    }
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = y > 0 ? row - width : row;
    const below = y < height - 1 ? row + width : row;
    for (let x = 0; x < width; x++) {
      result[row + x] = (across[above + x]! + 2 * across[row + x]! + across[below + x]!) / 4;
    }
  }
  return { width, height, values: result };
}

/** What was at (x, y) is at (x + dx, y + dy) then; fractions are interpolated. */
export function shifted({ width, height, values }: Plane, dx: number, dy: number): Plane {
  if (dx === 0 && dy === 0) return { width, height, values };
  const result = new Float32Array(values.length);
  const [left, top] = [Math.floor(dx), Math.floor(dy)];
  const [a, b] = [dx - left, dy - top];
  const column = (x: number): number => (x < 0 ? 0 : x >= width ? width - 1 : x);
  const row = (y: number): number => (y < 0 ? 0 : y >= height ? height - 1 : y) * width;
  for (let y = 0; y < height; y++) {
    const [near, far] = [row(y - top), row(y - top - 1)];
    for (let x = 0; x < width; x++) {
      const [right, beside] = [column(x - left), column(x - left - 1)];
      result[y * width + x] =
        (1 - b) * ((1 - a) * values[near + right]! + a * values[near + beside]!) +
        b * ((1 - a) * values[far + right]! + a * values[far + beside]!);
    }
  }
  return { width, height, values: result };
}

/** 1 where a pixel and its eight neighbours are not all of about one colour: strokes, edges, icons. */
export function strokesOf({ width, height, data }: Frame, range = 12): Uint8Array {
  const size = width * height;
  const low = new Uint8Array(size * 3);
  const high = new Uint8Array(size * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const here = at * 4;
      const left = x > 0 ? here - 4 : here;
      const right = x < width - 1 ? here + 4 : here;
      for (let c = 0; c < 3; c++) {
        const [p, q, r] = [data[left + c]!, data[here + c]!, data[right + c]!];
        low[at * 3 + c] = p < q ? (p < r ? p : r) : q < r ? q : r;
        high[at * 3 + c] = p > q ? (p > r ? p : r) : q > r ? q : r;
      }
    }
  }
  const strokes = new Uint8Array(size);
  const stride = width * 3;
  for (let y = 0; y < height; y++) {
    const above = y > 0 ? -stride : 0;
    const below = y < height - 1 ? stride : 0;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      for (let i = at * 3; i < at * 3 + 3; i++) {
        const top = Math.max(high[i]!, high[i + above]!, high[i + below]!);
        const bottom = Math.min(low[i]!, low[i + above]!, low[i + below]!);
        if (top - bottom > range) {
          strokes[at] = 1;
          break;
        }
      }
    }
  }
  return strokes;
}
