export { changedBounds, compareFrames, type Comparison } from './compare.js';
export { cropFrame } from './crop.js';
export { findPicture, type FindOptions, type Match } from './find.js';
export {
  fillRect,
  ImageError,
  words,
  type Color,
  type Frame,
  type ImageErrorCode,
  type Rect,
} from './frame.js';
export { drawBox, markTarget } from './mark.js';
export { readNote, writeNote } from './note.js';
export { contains, grow, hasCentre, holds, intersection, middle, overlaps, union, wholeOf } from './rect.js';
export { decodePng, encodePng } from './png.js';
export { judgeFrames } from './judge.js';
export {
  levels,
  type Difference,
  type DifferenceKind,
  type Judgement,
  type JudgeOptions,
  type Level,
  type ReadText,
  type SeenText,
} from './judgement.js';
