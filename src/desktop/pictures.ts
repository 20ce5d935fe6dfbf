import type { Ask } from './client.js';
import type { PixelUpdate } from './protocol.js';
import type { Picture, Screenshot, ScreenshotOptions } from './types.js';

/** Keeps the last pictures of a desktop process, so that what did not change is neither encoded, sent nor decoded again. */
export class Pictures {
  readonly #ask: Ask;
  #shot: Screenshot | undefined;
  #picture: Picture | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async screenshot(options: ScreenshotOptions): Promise<Screenshot> {
    const last = this.#shot;
    const isPlain = options.cursor !== 'shown';
    const known = last && isPlain ? { known: last.revision } : {};
    const shot = (await this.#ask('screenshot', { ...options, ...known })) ?? last!;
    if (isPlain) this.#shot = newer(this.#shot, shot);
    return shot;
  }

  async picture(): Promise<Picture> {
    const last = this.#picture;
    const update = await this.#ask('pixels', last ? { since: last.revision } : {});
    if (last?.revision === update.revision) return last;
    const picture = laidOver(last, update);
    this.#picture = newer(this.#picture, picture);
    return picture;
  }
}

/** Requests may overlap. */
function newer<Seen extends { readonly revision: number }>(a: Seen | undefined, b: Seen): Seen {
  return a && a.revision > b.revision ? a : b;
}

/** A picture of its own: others may still look at the last one. */
function laidOver(last: Picture | undefined, { width, height, revision, pieces }: PixelUpdate): Picture {
  const [first] = pieces;
  // Pixels are read as words of 4 bytes, which not every place in a message is fit for.
  if (first?.rgba.length === width * height * 4 && first.rgba.byteOffset % 4 === 0) {
    return { width, height, revision, data: first.rgba };
  }
  const data = Buffer.allocUnsafeSlow(width * height * 4);
  last?.data.copy(data);
  for (const { box, rgba } of pieces) {
    for (let y = 0; y < box.height; y++) {
      const row = y * box.width * 4;
      rgba.copy(data, ((box.y + y) * width + box.x) * 4, row, row + box.width * 4);
    }
  }
  return { width, height, revision, data };
}
