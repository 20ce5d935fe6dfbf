import { union } from '../../image/index.js';
import type { Box } from '../types.js';

const KEPT = 256;
/** More boxes of one change are kept as the one around them. */
const MAX_BOXES = 16;

/** Knows where the screen changed with each of the last revisions. */
export class Changes {
  #first: number;
  #boxes: (readonly Box[])[] = [];

  /** Nothing is known of what came before `revision`. */
  constructor(revision: number) {
    this.#first = revision;
  }

  get revision(): number {
    return this.#first + this.#boxes.length;
  }

  /** The next revision, with the places at which it differs from the one before, or as another screen altogether. */
  add(boxes: readonly Box[] | undefined): void {
    if (!boxes) {
      this.#first = this.revision + 1;
      this.#boxes = [];
      return;
    }
    this.#boxes.push(boxes.length > MAX_BOXES ? [boxes.reduce(union)] : boxes);
    if (this.#boxes.length <= KEPT) return;
    this.#boxes.shift();
    this.#first++;
  }

  /** Where the screen changed after revision `since`, some places more than once; undefined where that is not known. */
  after(since: number): readonly Box[] | undefined {
    if (since < this.#first || since > this.revision) return undefined;
    return [...new Set(this.#boxes.slice(since - this.#first).flat())];
  }
}
