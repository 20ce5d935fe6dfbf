import type { Frame, Rect } from './frame.js';

/**
 * How strictly two pictures are compared: `pixels` as Playwright does, `strict` by what a person would call a change,
 * `layout` by what stands where, `text` by the words alone. docs/comparison.md has the rules.
 */
export const levels = ['pixels', 'strict', 'layout', 'text'] as const;

export type Level = (typeof levels)[number];

export type DifferenceKind =
  /** Another character, word or line. */
  | 'text'
  /** The same shapes in another colour. */
  | 'colour'
  /** Something came, went or looks otherwise. */
  | 'content'
  /** The pictures, or one thing on them, have another size. */
  | 'size'
  /** The same thing elsewhere. */
  | 'moved'
  | 'caret'
  | 'pointer'
  /** The same shapes drawn with other edges: hinting, smoothing, sub-pixels. */
  | 'anti-aliasing'
  /** The same shapes at most one pixel off. */
  | 'shift'
  /** All of the picture a little brighter, darker or steeper. */
  | 'brightness'
  /** Single levels of colour: dithering, compression. */
  | 'noise'
  /** The same text a little larger, smaller or in another font. */
  | 'font';

/** One place where two pictures differ, and whether that matters at the level of the comparison. */
export interface Difference {
  /** In pixels of the expected picture. */
  readonly box: Rect;
  readonly kind: DifferenceKind;
  readonly isHarmless: boolean;
  /** One clause for the report, such as `"1.2.3" became "1.2.4"`. */
  readonly why: string;
}

/** What two pictures have to do with each other. */
export interface Judgement {
  readonly level: Level;
  /** No difference matters. */
  readonly isAlike: boolean;
  /** Those that matter first. */
  readonly differences: readonly Difference[];
  /** As Playwright counts them (pixelmatch), whatever the level; counted when first asked for. */
  readonly differentPixels: number;
  /** `differentPixels` divided by the number of pixels that either picture has, 0 to 1. */
  readonly ratio: number;
  /** The expected picture faded to grey, different pixels red, anti-aliasing yellow; undefined where no pixel differs. */
  diff(): Frame | undefined;
}

/** A line of text on a picture, as `TextReader` of the desktop gives them. */
export interface SeenText {
  readonly text: string;
  readonly box: Rect;
  /** 0 to 1. */
  readonly confidence: number;
  readonly words?: readonly { readonly text: string; readonly box: Rect }[];
}

export type ReadText = (frame: Frame, region: Rect) => Promise<readonly SeenText[]>;

export interface JudgeOptions {
  /** `strict` by default. */
  readonly level?: Level;
  /** Painted solid in both pictures first. */
  readonly masks?: readonly Rect[];
  /** How far the colour of a pixel may be off to count as equal, 0 to 1; of `differentPixels` and the level `pixels`. */
  readonly threshold?: number;
  /**
   * Reads text where shapes alone do not tell whether it is another one; without it such a place counts as changed. The
   * level `text` needs it.
   */
  readonly readText?: ReadText;
}
