export { compareFrames, type Comparison } from './compare.js';
export { ImageError, type Frame, type ImageErrorCode, type Rect } from './frame.js';
export { markTarget } from './mark.js';
export { decodePng, encodePng } from './png.js';
