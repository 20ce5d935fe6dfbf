import type { Rect } from '../../image/index.js';
import type { OcrErrorCode } from './error.js';
import type { ReaderOptions, ReadStatistics, TextLine } from './types.js';

/** What the process is started with, as JSON in its first argument. */
export type StartOptions = Required<Pick<ReaderOptions, 'languages' | 'threads' | 'nativeDirectories'>> &
  Pick<ReaderOptions, 'runtime'>;

/** Asks for the words in `region`. */
export interface ReadRequest {
  readonly id: number;
  /** Size of the whole frame. */
  readonly width: number;
  readonly height: number;
  /** The part of the frame that `data` holds; it contains `region`. */
  readonly part: Rect;
  readonly region: Rect;
  /** RGBA, `part.width * part.height * 4` bytes. */
  readonly data: Uint8Array;
}

export type ReadResponse =
  | { readonly id: number; readonly lines: readonly TextLine[]; readonly statistics: ReadStatistics }
  | { readonly id: number; readonly error: { readonly code: OcrErrorCode; readonly message: string } };

/** Sent once, when the networks are loaded or could not be: requests are answered from now on. */
export interface Ready {
  readonly ready: true;
}
