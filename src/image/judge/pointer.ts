import type { Frame, Rect } from '../frame.js';
import { pointerShapes } from './pointerShapes.js';

/** Outline of what differs, row by row: the first and last of its pixels, from the left of `box`. */
interface Silhouette {
  readonly width: number;
  readonly height: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Pixels between first and last that are part of it or enclosed by it, as a share of all in the box. */
  readonly fill: number;
}

/** A hand with one finger up, as coarse as all themes have it: rows of sixteen. */
const hand = [
  '.....##.........',
  '.....##.........',
  '.....##.........',
  '.....##.........',
  '.....#####......',
  '.....#######....',
  '.....##########.',
  '.#...###########',
  '####.###########',
  '.###############',
  '..##############',
  '..##############',
  '..##############',
  '..##############',
  '...#############',
  '...############.',
];

/**
 * Whether the changed pixels in `box` are a mouse pointer that only the first picture has: an arrow, an I-beam or a
 * pointing hand, in black and white (or grey), of 12 to 64 pixels.
 */
export function isPointer(withIt: Frame, without: Frame, box: Rect): boolean {
  const { width, height } = box;
  if (height < 12 || height > 64 || width < 5 || width > 64) return false;
  if (pointerShapes.some((shape) => fitsShape(withIt, without, box, shape))) return true;
  const solid = solidOf(withIt, without, box);
  if (!isBlackAndWhite(withIt, box, solid)) return false;
  const outline = silhouetteOf(solid, width, height);
  if (outline === undefined) return false;
  return isArrow(outline) || isBeam(outline) || isHand(outline);
}

/** 1 where the pictures differ strongly, and where that encloses pixels that happen to be alike. */
function solidOf(a: Frame, b: Frame, { x, y, width, height }: Rect): Uint8Array {
  const solid = new Uint8Array(width * height).fill(1);
  const differs = (column: number, row: number): boolean => isChanged(a, b, x + column, y + row);
  // Everything that can be reached from the edge of the box without crossing a difference is outside.
  const open: number[] = [];
  const visit = (column: number, row: number): void => {
    if (column < 0 || row < 0 || column >= width || row >= height) return;
    const at = row * width + column;
    if (solid[at] === 0 || differs(column, row)) return;
    solid[at] = 0;
    open.push(at);
  };
  for (let column = 0; column < width; column++) for (const row of [0, height - 1]) visit(column, row);
  for (let row = 0; row < height; row++) for (const column of [0, width - 1]) visit(column, row);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [column, row] = [at % width, Math.floor(at / width)];
    visit(column - 1, row);
    visit(column + 1, row);
    visit(column, row - 1);
    visit(column, row + 1);
  }
  return solid;
}

/** Whether a pixel differs strongly, and not as below a shadow. */
function isChanged(a: Frame, b: Frame, x: number, y: number): boolean {
  const at = (y * a.width + x) * 4;
  return [0, 1, 2].some((c) => Math.abs(a.data[at + c]! - b.data[at + c]!) > 50) && !isShade(a, b, at);
}

/** Sizes of a pointer, as parts of the size in which the shapes are drawn. */
const scales = [1, 1.15, 1.33, 1.6, 2, 2.66] as const;

/** Whether the shape fits somewhere on the changed pixels, also where the picture below it has its colours. */
function fitsShape(a: Frame, b: Frame, box: Rect, shape: readonly string[]): boolean {
  const changed: (readonly [number, number])[] = [];
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) if (isChanged(a, b, x, y)) changed.push([x, y]);
  }
  if (changed.length < 20) return false;
  const [left, top] = [0, 1].map((axis) => Math.min(...changed.map((point) => point[axis]!)));
  const tall = Math.max(...changed.map(([, y]) => y)) - top! + 1;
  return scales.some((scale) => {
    const height = Math.round(shape.length * scale);
    if (height < tall - 3 || height > tall + 6) return false;
    const width = Math.round(shape[0]!.length * scale);
    for (let dy = -3; dy <= 1; dy++) {
      for (let dx = -3; dx <= 1; dx++) {
        const placed = { x: left! + dx, y: top! + dy, width, height };
        if (agrees(a, { changed, shape, placed })) return true;
      }
    }
    return false;
  });
}

function agrees(
  a: Frame,
  {
    changed,
    shape,
    placed,
  }: {
    readonly changed: readonly (readonly [number, number])[];
    readonly shape: readonly string[];
    readonly placed: Rect;
  },
): boolean {
  const cell = (x: number, y: number): string => {
    const row = shape[Math.floor(((y - placed.y) * shape.length) / placed.height)];
    return row?.[Math.floor(((x - placed.x) * row.length) / placed.width)] ?? ' ';
  };
  const outside = changed.filter(([x, y]) =>
    [-1, 0, 1].every((dy) => [-1, 0, 1].every((dx) => cell(x + dx, y + dy) === ' ')),
  );
  if (outside.length > 0.08 * changed.length) return false;
  const found = { '#': [0, 0, 0], '.': [0, 0, 0] };
  for (let y = Math.max(0, placed.y); y < Math.min(a.height, placed.y + placed.height); y++) {
    for (let x = Math.max(0, placed.x); x < Math.min(a.width, placed.x + placed.width); x++) {
      const kind = cell(x, y);
      if (kind !== '#' && kind !== '.') continue;
      const is = found[kind];
      is[0]!++;
      if (hasTone(a, x, y, 'dark')) is[1]!++;
      if (hasTone(a, x, y, 'light')) is[2]!++;
    }
  }
  const part = (kind: '#' | '.', tone: 1 | 2): number => found[kind][tone]! / Math.max(1, found[kind][0]!);
  const isDark = part('#', 1) > 0.88 && part('.', 2) > 0.8;
  const isLight = part('#', 2) > 0.88 && part('.', 1) > 0.8;
  return (isDark || isLight) && changed.length > 0.25 * (found['#'][0]! + found['.'][0]!);
}

/** Whether a pixel or one beside it is nearly black, or white. */
function hasTone(frame: Frame, x: number, y: number, tone: 'dark' | 'light'): boolean {
  for (let row = Math.max(0, y - 1); row <= Math.min(frame.height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(frame.width - 1, x + 1); column++) {
      const at = (row * frame.width + column) * 4;
      const [red, green, blue] = [frame.data[at]!, frame.data[at + 1]!, frame.data[at + 2]!];
      const [low, high] = [Math.min(red, green, blue), Math.max(red, green, blue)];
      if (high - low <= 30 && (tone === 'dark' ? high < 95 : low > 165)) return true;
    }
  }
  return false;
}

/** Whether a pixel of `a` is that of `b` behind translucent black, as the shadow of a pointer is. */
function isShade(a: Frame, b: Frame, at: number): boolean {
  let [from, to] = [0, 0];
  for (let c = 0; c < 3; c++) {
    from += b.data[at + c]!;
    to += a.data[at + c]!;
  }
  const rest = to / Math.max(1, from);
  if (rest < 0.4 || rest > 0.97) return false;
  return [0, 1, 2].every((c) => Math.abs(a.data[at + c]! - b.data[at + c]! * rest) <= 10);
}

function isBlackAndWhite({ width, data }: Frame, box: Rect, solid: Uint8Array): boolean {
  let [all, grey, ends] = [0, 0, 0];
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      if (solid[row * box.width + column] === 0) continue;
      const at = ((box.y + row) * width + box.x + column) * 4;
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
      const [low, high] = [Math.min(red, green, blue), Math.max(red, green, blue)];
      all++;
      if (high - low <= 30) grey++;
      if (high < 95 || low > 175) ends++;
    }
  }
  return all >= 30 && grey >= 0.85 * all && ends >= 0.6 * all;
}

function silhouetteOf(solid: Uint8Array, width: number, height: number): Silhouette | undefined {
  const rows = Array.from({ length: height }, (_, row) => solid.subarray(row * width, (row + 1) * width));
  const top = rows.findIndex((row) => row.includes(1));
  const bottom = rows.findLastIndex((row) => row.includes(1));
  const used = rows.slice(top, bottom + 1);
  if (top < 0 || used.some((row) => !row.includes(1))) return undefined;
  const left = used.map((row) => row.indexOf(1));
  const right = used.map((row) => row.lastIndexOf(1));
  const [from, to] = [Math.min(...left), Math.max(...right)];
  const pixels = used.reduce((sum, row) => sum + row.reduce((count, value) => count + value, 0), 0);
  return {
    width: to - from + 1,
    height: used.length,
    left: left.map((value) => value - from),
    right: right.map((value) => value - from),
    fill: pixels / ((to - from + 1) * used.length),
  };
}

/** Tip at the upper left, a straight left side, wider with each row, then cut off but for a tail on the right. */
function isArrow({ width, height, left, right, fill }: Silhouette): boolean {
  if (height < 12 || width < 0.42 * height || width > 1.0 * height || fill < 0.35 || fill > 0.75)
    return false;
  const widest = right.indexOf(Math.max(...right));
  if (widest < 0.45 * height || widest > 0.85 * height) return false;
  for (let row = 0; row <= widest; row++) {
    if (row <= 0.55 * height && left[row]! > Math.max(1, 0.1 * width)) return false;
    const straight = (right[widest]! * (row + 1)) / (widest + 1);
    if (Math.abs(right[row]! - straight) > 0.14 * width + 1.5) return false;
  }
  const last = height - 1;
  return right[last]! <= 0.85 * width && left[last]! >= 0.2 * width;
}

/** A thin stem in the middle with wider ends, the upper half like the lower one. */
function isBeam({ width, height, left, right }: Silhouette): boolean {
  if (height < 14 || width > 0.75 * height || width < 5) return false;
  const spans = left.map((from, row) => right[row]! - from + 1);
  const middle = spans.slice(Math.ceil(0.3 * height), Math.floor(0.7 * height));
  const thin = Math.max(...middle);
  if (thin > 5) return false;
  const ends = [Math.max(...spans.slice(0, 4)), Math.max(...spans.slice(-4))];
  if (ends.some((span) => span < 1.35 * thin || span < thin + 2 || span < 0.75 * width)) return false;
  const centers = left.map((from, row) => (from + right[row]!) / 2);
  return centers.every((center) => Math.abs(center - (width - 1) / 2) <= 1.5);
}

function isHand({ width, height, left, right }: Silhouette): boolean {
  if (width < 0.6 * height || width > 1.15 * height || height < 14) return false;
  // Compared row by row over the whole width, since no theme draws the gaps between the fingers alike.
  let [both, either] = [0, 0];
  for (let row = 0; row < height; row++) {
    const wanted = hand[Math.floor((row * hand.length) / height)]!;
    const [from, to] = [wanted.indexOf('#') / 16, (wanted.lastIndexOf('#') + 1) / 16].map(
      (part) => part * width,
    );
    const [first, last] = [left[row]!, right[row]! + 1];
    both += Math.max(0, Math.min(to!, last) - Math.max(from!, first));
    either += Math.max(to!, last) - Math.min(from!, first);
  }
  return both >= 0.8 * either;
}
