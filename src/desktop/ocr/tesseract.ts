// Tesseract, a program of the system, for scripts that the models from npm do not know.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { cropFrame, hasCentre, union, encodePng, type Frame, type Rect } from '../../image/index.js';
import type { Engine, Found } from './engine.js';
import { OcrError } from './error.js';
import type { TextLine, Word } from './types.js';

/** Names of tesseract's packs by ISO 639-1 code; others are passed on as they are. */
const PACKS: Readonly<Record<string, string>> = {
  ar: 'ara',
  bg: 'bul',
  cs: 'ces',
  da: 'dan',
  de: 'deu',
  el: 'ell',
  en: 'eng',
  es: 'spa',
  fi: 'fin',
  fr: 'fra',
  he: 'heb',
  hi: 'hin',
  hu: 'hun',
  it: 'ita',
  ja: 'jpn',
  ko: 'kor',
  nl: 'nld',
  no: 'nor',
  pl: 'pol',
  pt: 'por',
  ro: 'ron',
  ru: 'rus',
  sv: 'swe',
  th: 'tha',
  tr: 'tur',
  uk: 'ukr',
  vi: 'vie',
  zh: 'chi_sim',
};

/** Screen text is too small for tesseract. */
const SCALE = 2;
/** Finds single labels anywhere, without a page layout. */
const SPARSE = '11';
const MIN_CONFIDENCE = 30;

/** Reads with tesseract's packs for `languages`. */
export function createTesseract(languages: readonly string[]): Engine {
  const wrong = languages.find((language) => !/^[a-z]{2,3}(_[A-Za-z]+)*$/.test(language));
  if (languages.length === 0 || wrong !== undefined) {
    throw new OcrError(
      'invalid',
      `"${wrong ?? ''}" is no language; use ISO 639-1 codes such as "en" or "ru".`,
    );
  }
  const packs = languages.map((language) => PACKS[language] ?? language).join('+');

  async function find(frame: Frame, searched: Rect, wanted: Rect): Promise<Found> {
    const picture = encodePng(enlarge(cropFrame(frame, searched)));
    const found = parseTable(await runTesseract(picture, packs), searched);
    const lines = found.filter(({ box }) => hasCentre(wanted, box));
    return { lines, recognised: lines.length, cached: 0 };
  }

  return { name: 'tesseract', find };
}

async function runTesseract(png: Buffer, packs: string): Promise<string> {
  const child = spawn('tesseract', ['stdin', 'stdout', '-l', packs, '--psm', SPARSE, 'tsv'], {
    // With more threads on shared cores a page took up to 80 s instead of 1 s.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', OMP_THREAD_LIMIT: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const failure = new Promise<Error>((resolve) => child.once('error', resolve));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => {}); // It ends early when a pack is missing; its exit code tells.
  child.stdin.end(png);
  const ended = Promise.all([text(child.stdout), text(child.stderr), code]);
  const result = await Promise.race([ended, failure]);
  if (result instanceof Error) {
    throw new OcrError('unavailable', 'tesseract is not installed; install the package tesseract-ocr.', {
      cause: result,
    });
  }
  const [table, words, status] = result;
  if (status === 0) return table;
  throw new OcrError(
    'unavailable',
    `tesseract could not read ${packs}; are its packs installed? It said:\n${words}`,
  );
}

/** Lines of tesseract's table of words: level, page, block, paragraph, line, word, left, top, width, height, conf, text. */
function parseTable(table: string, area: Rect): readonly TextLine[] {
  const lines = new Map<string, (Word & { readonly confidence: number })[]>();
  for (const row of table.split('\n').slice(1)) {
    const cells = row.split('\t');
    const [left = 0, top = 0, width = 0, height = 0, confidence = 0] = cells.slice(6, 11).map(Number);
    const word = cells[11]?.trim() ?? '';
    if (cells[0] !== '5' || word === '' || confidence < MIN_CONFIDENCE) continue;
    const x = area.x + Math.floor(left / SCALE);
    const y = area.y + Math.floor(top / SCALE);
    const box = { x, y, width: Math.ceil(width / SCALE), height: Math.ceil(height / SCALE) };
    const key = cells.slice(1, 5).join();
    lines.set(key, [...(lines.get(key) ?? []), { text: word, box, confidence: confidence / 100 }]);
  }
  return [...lines.values()].map((found) => ({
    text: found.map((word) => word.text).join(' '),
    box: found.map(({ box }) => box).reduce(union),
    confidence: found.reduce((sum, word) => sum + word.confidence, 0) / found.length,
    words: found.map(({ text: word, box }) => ({ text: word, box })),
  }));
}

/** Twice the size, bilinearly. */
function enlarge({ width, height, data }: Frame): Frame {
  const to = { width: width * SCALE, height: height * SCALE };
  const larger = Buffer.alloc(to.width * to.height * 4, 255);
  for (let y = 0; y < to.height; y++) {
    const fromY = Math.max(0, (y + 0.5) / SCALE - 0.5);
    const top = Math.floor(fromY);
    const bottom = Math.min(height - 1, top + 1);
    for (let x = 0; x < to.width; x++) {
      const fromX = Math.max(0, (x + 0.5) / SCALE - 0.5);
      const left = Math.floor(fromX);
      const right = Math.min(width - 1, left + 1);
      const [dx, dy] = [fromX - left, fromY - top];
      for (let channel = 0; channel < 3; channel++) {
        const at = (row: number, column: number): number => data[(row * width + column) * 4 + channel] ?? 0;
        const upper = at(top, left) * (1 - dx) + at(top, right) * dx;
        const lower = at(bottom, left) * (1 - dx) + at(bottom, right) * dx;
        larger[(y * to.width + x) * 4 + channel] = upper * (1 - dy) + lower * dy;
      }
    }
  }
  return { ...to, data: larger };
}
