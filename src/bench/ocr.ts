import { readFile } from 'node:fs/promises';
import { startTextReader, type TextLine, type TextReader } from '../desktop/ocr/index.js';
import { loadPicture, pictures, score, type Score } from '../desktop/ocr/testing.js';
import type { Frame, Rect } from '../image/index.js';
import { show, spread, timed } from './statistics.js';

const button: Rect = { x: 776, y: 568, width: 90, height: 30 };
/** Seven lines of a wizard page, two as wide as the region; and a question with two lines and two buttons. */
const page: Rect = { x: 331, y: 220, width: 400, height: 200 };
const question: Rect = { x: 20, y: 421, width: 440, height: 140 };

/** Measures reading with each build of the runtime that is there; each line names its aim. */
export async function benchOcr({ rounds }: { readonly rounds: number }): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const runtime of ['native', 'wasm'] as const) {
    const reader = startTextReader({ runtime });
    try {
      lines.push(`OCR, ${runtime}:`);
      lines.push(...(await benchTimes(reader, runtime === 'native' ? rounds : Math.min(rounds, 3))));
      lines.push(`  memory of its process, peak   ${await peakMemory()} MB`);
      lines.push(`  ${await benchQuality(reader)}`);
    } catch (error) {
      lines.push(`  not measured: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await reader.close();
    }
  }
  return lines;
}

async function benchTimes(reader: TextReader, rounds: number): Promise<readonly string[]> {
  const wizard = loadPicture('wizard').frame;
  const dense = loadPicture('form').frame;
  const dialogs = loadPicture('gtk-dark').frame;
  const load = await timed(() => reader.read(wizard, { region: button }));
  const measure = async (
    name: string,
    aim: string,
    body: (round: number) => Promise<unknown>,
  ): Promise<string> => {
    await body(0);
    const times: number[] = [];
    for (let round = 1; round <= rounds; round++) times.push((await timed(() => body(round))).ms);
    return `  ${name.padEnd(30)}${show(spread(times), 'ms')}; aim ${aim}`;
  };
  const lines = [
    `  ${'start and first button'.padEnd(30)}${load.ms.toFixed(0)} ms`,
    await measure('button 90x30', '15 ms', (round) => reader.read(tinted(wizard, round), { region: button })),
    await measure('question dialog 440x140', '80 ms', (round) =>
      reader.read(tinted(dialogs, round), { region: question }),
    ),
    await measure('wizard page 400x200', '80 ms', (round) =>
      reader.read(tinted(wizard, round), { region: page }),
    ),
    await measure('first screen, 21 labels', '1000 ms', (round) => reader.read(tinted(wizard, round + 64))),
    await measure('first screen, 120 labels', '1000 ms', (round) => reader.read(tinted(dense, round))),
  ];
  await reader.read(dense);
  lines.push(
    await measure('the same screen again', '150 ms', () => reader.read(dense)),
    await measure('one new line of 120', '150 ms', (round) =>
      reader.read(changed(dense, tinted(wizard, round))),
    ),
  );
  return lines;
}

/** Another colour that the eye does not see: what was known of these pixels is worth nothing. */
function tinted({ width, height, data }: Frame, round: number): Frame {
  const copy = Buffer.from(data);
  for (let at = 0; at < copy.length; at += 4) {
    copy[at] = (copy[at] ?? 0) ^ (round & 3);
    copy[at + 1] = (copy[at + 1] ?? 0) ^ ((round >> 2) & 3);
    copy[at + 2] = (copy[at + 2] ?? 0) ^ ((round >> 4) & 7);
  }
  return { width, height, data: copy };
}

/** `frame` with a sentence out of `source` in it. */
function changed(frame: Frame, source: Frame): Frame {
  const data = Buffer.from(frame.data);
  for (let y = 0; y < 20; y++) {
    const from = ((185 + y) * frame.width + 350) * 4;
    source.data.copy(data, ((700 + y) * frame.width + 400) * 4, from, from + 360 * 4);
  }
  return { ...frame, data };
}

/** Of our only child, in MB; proc(5). */
async function peakMemory(): Promise<string> {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  const status = await readFile(`/proc/${children.trim().split(' ').at(-1)}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024).toFixed(0);
}

async function benchQuality(reader: TextReader): Promise<string> {
  const scores: Score[] = [];
  for (const name of pictures) {
    const { frame, labels } = loadPicture(name);
    const lines: readonly TextLine[] = await reader.read(frame);
    scores.push(score(labels, lines));
  }
  const sum = (key: 'labels' | 'exact' | 'loose' | 'clicked' | 'words' | 'placed'): number =>
    scores.reduce((total, one) => total + one[key], 0);
  const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`;
  const labels = sum('labels');
  return [
    `${labels} labels: ${percent(sum('exact'), labels)} exact`,
    `${percent(sum('loose'), labels)} but for case and spaces`,
    `${percent(sum('clicked'), labels)} right click points`,
    `${percent(sum('placed'), sum('words'))} of ${sum('words')} words in place`,
  ].join(', ');
}
