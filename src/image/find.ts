import { eachCandidate } from './candidates.js';
import { grow, wholeOf } from './rect.js';
import { checkFrame, clipRect, words, type Frame, type Rect } from './frame.js';
import { judgeOf, readTemplate, type Judge, type Template } from './template.js';

/** A place where a picture is. */
export interface Match {
  /** The place in the frame. */
  readonly box: Rect;
  /** 1 when every pixel that counts is the same; 1 less the mean difference as a share of 255. */
  readonly similarity: number;
}

/** How a picture is looked for. */
export interface FindOptions {
  /** Where it was last: when it is at most 50 pixels away from there, only that place is given. */
  readonly near?: Rect;
  /** Parts of the picture that do not count, as its transparent pixels do not. */
  readonly masks?: readonly Rect[];
  /** How far, in 255ths, a pixel of an even area may be off; more is allowed at edges. 20 unless told. */
  readonly tolerance?: number;
}

const margin = 50;

/** Matches that are no more pixels apart in each direction are one. */
const sameWithin = 4;

/** A picture that fits more often is found anywhere: it does not matter where else. */
const most = 300;

/**
 * The places where a frame shows a picture, the most similar first, at most 300; none when it does not. Noise, slight brightness, other
 * smoothing and round corners are forgiven, a changed character or colour is not. More than one place means that it is
 * ambiguous; but where one is the same in every pixel, those that are not are left out.
 * Throws ImageError `wrong-size`, and `flat` for a picture of one colour.
 */
export function findPicture(frame: Frame, picture: Frame, options: FindOptions = {}): readonly Match[] {
  checkFrame(frame);
  checkFrame(picture);
  const template = readTemplate(picture, options);
  const view = { ...frame, pixels: words(frame) };
  const { near } = options;
  if (near !== undefined) {
    const match = findNear(template, view, near);
    if (match !== undefined) return [match];
  }
  return findIn(template, view, wholeOf(frame));
}

interface View extends Frame {
  readonly pixels: Uint32Array;
}

function findNear(template: Template, frame: View, near: Rect): Match | undefined {
  const { width, height } = template;
  const [x, y] = [Math.round(near.x), Math.round(near.y)];
  if (isExact(template, frame, x, y)) return { box: { x, y, width, height }, similarity: 1 };
  const part = clipRect(frame, grow({ x, y, width, height }, margin));
  if (part === undefined) return undefined;
  const distance = ({ box }: Match): number => Math.hypot(box.x - x, box.y - y);
  return findIn(template, frame, part).toSorted((a, b) => distance(a) - distance(b))[0];
}

function findIn(template: Template, frame: View, part: Rect): readonly Match[] {
  const { width, height } = template;
  if (part.width < width || part.height < height) return [];
  const exact: Match[] = [];
  const similar: Match[] = [];
  let judge: Judge | undefined;
  eachCandidate(template, frame, part, (x, y) => {
    const box = { x, y, width, height };
    if (exact.length < most && isExact(template, frame, x, y)) exact.push({ box, similarity: 1 });
    if (exact.length > 0 || similar.length >= most) return;
    judge ??= judgeOf(template, frame);
    const similarity = judge(x, y);
    if (similarity !== undefined) similar.push({ box, similarity });
  });
  const all = exact.length > 0 ? exact : similar;
  const best = distinct(all.toSorted((a, b) => b.similarity - a.similarity));
  return best[0]?.similarity === 1 ? best.filter(({ similarity }) => similarity === 1) : best;
}

/** Whether every byte is the same. */
function isExact(template: Template, frame: View, x: number, y: number): boolean {
  const { width, height, data, pixels, whole } = template;
  if (!whole || x < 0 || y < 0 || x + width > frame.width || y + height > frame.height) return false;
  // A few pixels first: a call costs more than they do, and most places fail by them.
  for (let at = pixels.length >> 4; at < pixels.length; at += (pixels.length >> 3) + 1) {
    if (pixels[at] !== frame.pixels[(y + Math.floor(at / width)) * frame.width + x + (at % width)])
      return false;
  }
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * frame.width + x) * 4;
    if (data.compare(frame.data, from, from + width * 4, row * width * 4, (row + 1) * width * 4) !== 0)
      return false;
  }
  return true;
}

/** Leaves out what is a few pixels off a better match: it is the same one. */
function distinct(matches: readonly Match[]): readonly Match[] {
  const kept: Match[] = [];
  for (const match of matches) {
    const { x, y } = match.box;
    const isSame = ({ box }: Match): boolean =>
      Math.max(Math.abs(box.x - x), Math.abs(box.y - y)) <= sameWithin;
    if (!kept.some(isSame)) kept.push(match);
  }
  return kept;
}
