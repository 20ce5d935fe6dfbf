import { startTextReader, type ReaderOptions } from '../desktop/ocr/index.js';
import { desktopPictures, judge, loadDesktopPicture, type Judgement } from '../desktop/ocr/testing.js';
import { timed } from './statistics.js';

const settings: readonly (readonly [name: string, options: ReaderOptions])[] = [
  ['native', { runtime: 'native' }],
  ['wasm', { runtime: 'wasm' }],
  ['tesseract, twice the size', { languages: ['eng'] }],
];

/** Measures how much of what real applications show is read right, and at what price: quality against time. */
export async function benchOcrQuality(): Promise<readonly string[]> {
  const lines = ['OCR, quality:'];
  for (const [name, options] of settings) {
    try {
      for (const half of ['tuned', 'held out'] as const) {
        lines.push(`  ${`${name}, ${half}`.padEnd(36)}${await measure(options, half)}`);
      }
    } catch (error) {
      lines.push(`  ${name}: not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return lines;
}

async function measure(options: ReaderOptions, half: 'tuned' | 'held out'): Promise<string> {
  const reader = startTextReader(options);
  const judged: Judgement[] = [];
  let time = 0;
  try {
    for (const name of desktopPictures(half)) {
      const { frame, labels } = loadDesktopPicture(name);
      const { ms, value: lines } = await timed(() => reader.read(frame));
      time += ms;
      judged.push(...labels.map((label) => judge(label, lines)));
    }
  } finally {
    await reader.close();
  }
  const share = (key: 'exact' | 'loose' | 'near' | 'clicked'): string =>
    `${((100 * judged.filter((one) => one[key]).length) / judged.length).toFixed(1)} %`;
  return [
    `${judged.length} labels`,
    `${share('exact')} exact`,
    `${share('loose')} but for case and spaces`,
    `${share('near')} but for one letter`,
    `${share('clicked')} right click points`,
    `${(time / judged.length).toFixed(1)} ms a label`,
  ].join(', ');
}
