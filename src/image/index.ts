export { compareFrames, type Comparison } from './compare.js';
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
export { markTarget } from './mark.js';
export { decodePng, encodePng } from './png.js';
