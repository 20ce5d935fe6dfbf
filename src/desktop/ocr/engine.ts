import type { Frame, Rect } from '../../image/index.js';
import type { EngineName, TextLine } from './types.js';

/** Lines found in an area, and how many of them had to be recognised. */
export interface Found {
  readonly lines: readonly TextLine[];
  readonly recognised: number;
  readonly cached: number;
}

/** Finds and reads text in pictures; one per kind of recogniser. */
export interface Engine {
  readonly name: EngineName;
  /** Lines whose centre lies in `wanted`, which is the middle of `searched`; boxes are in pixels of the frame. */
  find(frame: Frame, searched: Rect, wanted: Rect): Promise<Found>;
}

/** Keeps the newest `limit` values. */
export class RecentMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.set(key, value);
    if (this.#values.size <= this.#limit) return;
    const [oldest] = this.#values.keys();
    if (oldest !== undefined) this.#values.delete(oldest);
  }
}
