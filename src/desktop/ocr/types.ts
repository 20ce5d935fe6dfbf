import type { Frame } from '../../image/index.js';
import type { Box } from '../types.js';

/** A word and where it is, in pixels of the frame. */
export interface Word {
  readonly text: string;
  readonly box: Box;
}

/** Text that stands in one row, as the eye groups it: a label, a cell, a line of a paragraph. */
export interface TextLine {
  /** The words, joined by one space. */
  readonly text: string;
  readonly box: Box;
  /** How sure the engine is, 0 to 1; the mean of its characters. */
  readonly confidence: number;
  /** Each with a box of its own, so that one word of a long line can be clicked. */
  readonly words: readonly Word[];
}

/** What one read took, to see what was not read again. */
export interface ReadStatistics {
  /** Pixels of the areas that were searched for text. */
  readonly searchedPixels: number;
  /** Lines of text that went through the recogniser. */
  readonly recognised: number;
  /** Lines of text known by their pixels. */
  readonly cached: number;
  /** Milliseconds inside of the process. */
  readonly duration: number;
  readonly engine: EngineName;
}

export type EngineName = 'native' | 'wasm' | 'tesseract';

/** How text is read; every value has a default. */
export interface ReaderOptions {
  /**
   * Languages of the screen as ISO 639-1 codes, `['en']` by default. English and Chinese are read by PP-OCRv4; any other
   * one by tesseract, which must be installed with that language's pack.
   */
  readonly languages?: readonly string[];
  /** `native` and `wasm` insist on one build of the runtime; by default the native one is used where it is installed. */
  readonly runtime?: 'native' | 'wasm';
  /** Processor threads, 2 by default. */
  readonly threads?: 1 | 2;
  /** Milliseconds until a read is given up, 30,000 by default; to load the models, with the first, it has 60,000 more. */
  readonly deadline?: number;
  /** Milliseconds without a read until the process ends and gives its memory back, 60,000 by default; a read starts it anew. */
  readonly idle?: number;
  /** Where the native runtime is looked for; see `nativeDirectories`. */
  readonly nativeDirectories?: readonly string[];
}

/** Reads the text of one screen; it remembers the last frame and reads only what has changed since. */
export interface TextReader {
  /**
   * The lines of a frame in reading order, or those words of them whose centre lies in `region`. Throws an `OcrError`;
   * after any but `closed` and `invalid` the next read begins with a new process that remembers nothing.
   */
  read(frame: Frame, options?: { readonly region?: Box }): Promise<readonly TextLine[]>;
  /** What the last read took; undefined before the first. */
  statistics(): ReadStatistics | undefined;
  /** Ends the process; reads still open reject with the code `closed`. */
  close(): Promise<void>;
}
