import { readFileSync } from 'node:fs';
import { startTextReader, type ReaderOptions, type TextLine, type TextReader } from '../desktop/ocr/index.js';
import { loadPicture, pictures, score, type Score } from '../desktop/ocr/testing.js';
import type { Frame, Rect } from '../image/index.js';
import { spread, timed } from './statistics.js';
import { row, type Row, type Table } from './table.js';

const button: Rect = { x: 776, y: 568, width: 90, height: 30 };
/** Seven lines of a wizard page, two as wide as the region; and a question with two lines and two buttons. */
const page: Rect = { x: 331, y: 220, width: 400, height: 200 };
const question: Rect = { x: 20, y: 421, width: 440, height: 140 };
/** A first screen takes seconds with some of the readers. */
const MAX_ROUNDS = 7;
/** Of what proc(5) counts processor time in. */
const TICK_MS = 10;

const settings: readonly (readonly [name: string, options: ReaderOptions])[] = [
  ['native', { runtime: 'native' }],
  ['wasm', { runtime: 'wasm' }],
  ['tesseract', { languages: ['eng'] }],
];

/** Reads something; `round` makes it look new. */
type Read = (reader: TextReader, round: number) => Promise<unknown>;

interface Subject {
  readonly name: string;
  readonly reader: TextReader;
  readonly process: number;
  /** Milliseconds of the first read, which starts all. */
  readonly start: number;
}

/** Measures reading with each build of the runtime and with tesseract, in turn. */
export async function benchOcr({
  rounds,
}: {
  readonly rounds: number;
}): Promise<readonly (Table | string)[]> {
  const subjects: Subject[] = [];
  const notes: string[] = [];
  try {
    for (const [name, options] of settings) {
      const reader = startTextReader({ ...options, deadline: 120_000 });
      try {
        const { frame } = loadPicture('wizard');
        const { ms } = await timed(() => reader.read(frame, { region: button }));
        subjects.push({ name, reader, start: ms, process: children().at(-1) ?? 0 });
      } catch (error) {
        await reader.close();
        notes.push(`${name} was not measured: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const rows = await benchTimes(subjects, Math.min(rounds, MAX_ROUNDS));
    const lines = await Promise.all(
      subjects.map(async ({ name, reader, process: pid, start }) => {
        const quality = await benchQuality(reader);
        return `${name}: first read ${start.toFixed(0)} ms with its start, at most ${peakMemory(pid)} MB; ${quality}`;
      }),
    );
    return [{ title: 'Reading text (OCR)', rows, notes: [...lines, ...notes] }];
  } finally {
    await Promise.all(subjects.map(({ reader }) => reader.close()));
  }
}

async function benchTimes(subjects: readonly Subject[], rounds: number): Promise<readonly Row[]> {
  const wizard = loadPicture('wizard').frame;
  const dense = loadPicture('form').frame;
  const dialogs = loadPicture('gtk-dark').frame;
  const cases: readonly (readonly [what: string, aim: number, read: Read])[] = [
    ['button 90×30', 15, (reader, round) => reader.read(tinted(wizard, round), { region: button })],
    [
      'dialog with 5 lines, 440×140',
      80,
      (reader, round) => reader.read(tinted(dialogs, round), { region: question }),
    ],
    [
      'page with 7 lines, 400×200',
      80,
      (reader, round) => reader.read(tinted(wizard, round), { region: page }),
    ],
    ['first screen, 21 labels', 1000, (reader, round) => reader.read(tinted(wizard, round + 64))],
    ['first screen, 120 labels', 1000, (reader, round) => reader.read(tinted(dense, round))],
    ['the same screen again', 150, (reader) => reader.read(tinted(dense, rounds))],
    ['one new line of 120', 150, (reader, round) => reader.read(changed(dense, tinted(wizard, round)))],
  ];
  const rows: Row[] = [];
  for (const [what, aim, read] of cases)
    rows.push(...(await benchCase(what, { aim, read, subjects, rounds })));
  return rows;
}

async function benchCase(
  what: string,
  { aim, read, subjects, rounds }: { aim: number; read: Read; subjects: readonly Subject[]; rounds: number },
): Promise<readonly Row[]> {
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  const processor = new Map<string, number>();
  for (const { reader } of subjects) await read(reader, 0);
  for (let round = 1; round <= rounds; round++) {
    for (const { name, reader, process: pid } of subjects) {
      const before = processorTime(pid);
      times.get(name)?.push((await timed(() => read(reader, round))).ms);
      processor.set(name, (processor.get(name) ?? 0) + processorTime(pid) - before);
    }
  }
  return subjects.map(({ name }) => {
    const one = row(`${what}: ${name}`, spread(times.get(name) ?? []), { unit: 'ms', aim });
    return {
      ...one,
      figure: `${one.figure}, processor ${((processor.get(name) ?? 0) / rounds).toFixed(0)} ms`,
    };
  });
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

function children(): readonly number[] {
  const text = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Milliseconds that a process, its threads and the children that have ended kept a processor; proc(5). */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

/** In MB; proc(5). */
function peakMemory(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
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
