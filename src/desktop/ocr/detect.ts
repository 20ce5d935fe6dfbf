import type { Frame, Rect } from '../../image/index.js';
import type { Model } from './runtime.js';

/** Sides of the detector's input are multiples of this. */
const STEP = 32;
/** Of ImageNet, in the order red, green, blue, although PP-OCR feeds blue, green, red: so was it trained. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
const PIXEL_THRESHOLD = 0.3;
const BOX_THRESHOLD = 0.5;
/** The detector marks the core of a line; its box is that much larger (Vatti clipping of a rectangle). */
const UNCLIP = 1.6;
const MIN_SIDE = 3;

/** Boxes around the lines of text in a picture. */
export async function detect(model: Model, picture: Frame): Promise<readonly Rect[]> {
  const width = Math.ceil(picture.width / STEP) * STEP;
  const height = Math.ceil(picture.height / STEP) * STEP;
  const output = await model.run(toPlanes(picture, width, height), [1, 3, height, width]);
  return components(output.data, width, height)
    .map((box) => unclip(box, picture))
    .filter((box) => box.width > 0 && box.height > 0);
}

/** Normalised colour planes; the last column and row are repeated where the picture is too small. */
function toPlanes(picture: Frame, width: number, height: number): Float32Array<ArrayBuffer> {
  const { data } = picture;
  const plane = width * height;
  const planes = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const factor = 1 / (255 * (DEVIATION[channel] ?? 1));
    const offset = -(MEAN[channel] ?? 0) / (DEVIATION[channel] ?? 1);
    for (let y = 0; y < picture.height; y++) {
      const row = channel * plane + y * width;
      let from = y * picture.width * 4 + (2 - channel);
      for (let x = 0; x < picture.width; x++, from += 4) {
        planes[row + x] = (data[from] ?? 0) * factor + offset;
      }
      planes.fill(planes[row + picture.width - 1] ?? 0, row + picture.width, row + width);
    }
    const last = channel * plane + (picture.height - 1) * width;
    for (let y = picture.height; y < height; y++) {
      planes.copyWithin(channel * plane + y * width, last, last + width);
    }
  }
  return planes;
}

/** Bounding boxes of the connected pixels that are likely text. */
function components(likely: Float32Array, width: number, height: number): readonly Rect[] {
  const seen = new Uint8Array(likely.length);
  const stack = new Int32Array(likely.length);
  const boxes: Rect[] = [];
  for (let start = 0; start < likely.length; start++) {
    if (seen[start] === 1 || !((likely[start] ?? 0) > PIXEL_THRESHOLD)) continue;
    let [left, right, top, bottom, sum, count, depth] = [width, 0, height, 0, 0, 0, 0];
    const visit = (at: number): void => {
      if (seen[at] === 1 || !((likely[at] ?? 0) > PIXEL_THRESHOLD)) return;
      seen[at] = 1;
      stack[depth++] = at;
    };
    visit(start);
    while (depth > 0) {
      const at = stack[--depth] ?? 0;
      const y = Math.floor(at / width);
      const x = at - y * width;
      sum += likely[at] ?? 0;
      count++;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (y > 0) visit(at - width);
      if (y < height - 1) visit(at + width);
    }
    const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
    if (box.width >= MIN_SIDE && box.height >= MIN_SIDE && sum / count >= BOX_THRESHOLD) boxes.push(box);
  }
  return boxes;
}

function unclip(box: Rect, within: Frame): Rect {
  const by = (box.width * box.height * UNCLIP) / (2 * (box.width + box.height));
  const x = Math.max(0, Math.floor(box.x - by));
  const y = Math.max(0, Math.floor(box.y - by));
  const right = Math.min(within.width, Math.ceil(box.x + box.width + by));
  const bottom = Math.min(within.height, Math.ceil(box.y + box.height + by));
  return { x, y, width: right - x, height: bottom - y };
}
