import { encodePng } from '../image/index.js';

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export const screenSize = { width: 800, height: 600 };
export const blue: Rgb = [0, 60, 120];
export const green: Rgb = [20, 120, 40];
export const plum: Rgb = [110, 20, 90];
/** Where {@link screen} has its button. */
export const button = { x: 100, y: 100, width: 160, height: 40 };

/** A desktop of one colour with a light button. */
export function screen(color: Rgb): Buffer {
  const { width, height } = screenSize;
  const frame = { width, height, data: Buffer.alloc(width * height * 4, Buffer.from([...color, 255])) };
  const row = Buffer.alloc(button.width * 4, Buffer.from([230, 230, 230, 255]));
  for (let y = button.y; y < button.y + button.height; y++) row.copy(frame.data, (y * width + button.x) * 4);
  return encodePng(frame);
}
