import type { Box } from '../types.js';

/** A part of a captured picture, as red, green, blue, opaque. */
export function cutRgba(bgrx: Buffer, width: number, box: Box): Buffer {
  const rgba = Buffer.allocUnsafeSlow(box.width * box.height * 4);
  convert({ bgrx, width, box }, { rgba, at: 0, width: box.width });
  return rgba;
}

/** Puts a part of a captured picture at the same place of another one of `width`, as red, green, blue, opaque. */
export function putRgba(bgrx: Buffer, rgba: Buffer, width: number, box: Box): void {
  convert({ bgrx, width, box }, { rgba, at: box.y * width + box.x, width });
}

function convert(
  { bgrx, width, box }: { readonly bgrx: Buffer; readonly width: number; readonly box: Box },
  to: { readonly rgba: Buffer; readonly at: number; readonly width: number },
): void {
  const from = new Uint32Array(bgrx.buffer, bgrx.byteOffset, bgrx.length / 4);
  const into = new Uint32Array(to.rgba.buffer, to.rgba.byteOffset, to.rgba.length / 4);
  for (let y = 0; y < box.height; y++) {
    const start = (box.y + y) * width + box.x;
    const end = start + box.width;
    for (let i = start, j = to.at + y * to.width; i < end; i++, j++) {
      const pixel = from[i] ?? 0;
      into[j] = 0xff000000 | (pixel & 0xff00) | ((pixel >>> 16) & 0xff) | ((pixel & 0xff) << 16);
    }
  }
}
