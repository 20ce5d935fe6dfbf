import type { Frame } from '../../image/index.js';
import { xfixes } from '../../native/linux/xfixes.js';
import { DesktopError } from '../error.js';
import type { Display } from './display.js';
import { hasXfixes } from './watch.js';

/** Paints the pointer as it is now over a picture of the screen, which never has it by itself. */
export function paintCursor(display: Display, frame: Frame): void {
  if (xfixes === undefined || !hasXfixes(display)) {
    throw new DesktopError(
      'unavailable',
      'The pointer cannot be shown: it takes the XFIXES extension and libxcb-xfixes (codex-test install-deps).',
    );
  }
  display.require(xfixes.getCursorImage(display.connection), 'show the pointer', (reply) => {
    const [width, height] = [reply.readUInt16LE(12), reply.readUInt16LE(14)];
    const left = reply.readInt16LE(8) - reply.readUInt16LE(16);
    const top = reply.readInt16LE(10) - reply.readUInt16LE(18);
    for (let y = Math.max(0, -top); y < height && top + y < frame.height; y++) {
      for (let x = Math.max(0, -left); x < width && left + x < frame.width; x++) {
        const argb = reply.readUInt32LE(32 + (y * width + x) * 4);
        blend(frame.data, ((top + y) * frame.width + left + x) * 4, argb);
      }
    }
  });
}

/** The colours of a cursor are multiplied by its opacity already. */
function blend(rgba: Buffer, at: number, argb: number): void {
  const through = 255 - (argb >>> 24);
  for (const [channel, shift] of [16, 8, 0].entries()) {
    const under = Math.round(((rgba[at + channel] ?? 0) * through) / 255);
    rgba[at + channel] = Math.min(255, ((argb >>> shift) & 0xff) + under);
  }
}
