/**
 * Why text could not be read:
 * - `timeout`: no answer within the deadline; the reading process was killed and starts anew with the next read
 * - `killed`: the reading process ended by itself; it starts anew with the next read
 * - `unavailable`: the runtime, a model, tesseract or one of its language packs is missing
 * - `invalid`: a frame whose data does not fit its size, a region outside of it, or an unknown language
 * - `failed`: the runtime refused the picture, or the native runtime could not be installed
 * - `closed`: the reader was closed by its owner
 */
export type OcrErrorCode = 'timeout' | 'killed' | 'unavailable' | 'invalid' | 'failed' | 'closed';

/** Text that could not be read. */
export class OcrError extends Error {
  override readonly name = 'OcrError';
  readonly code: OcrErrorCode;

  constructor(code: OcrErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
