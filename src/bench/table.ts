import { show, spread, timed, type Spread } from './statistics.js';

/** A line of the benchmark. */
export interface Row {
  readonly what: string;
  /** The measured value with its unit, and range where there are rounds. */
  readonly figure: string;
  /** How many times ours a peer takes. */
  readonly ratio?: string;
  readonly aim?: string;
  /** Whether the aim is met. */
  readonly hit?: boolean;
}

/** Rows that belong together. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Sentences to go under it. */
  readonly notes?: readonly string[];
}

/** Something to be timed. */
export interface Candidate {
  readonly name: string;
  /** Given the number of the round from 0; the warm-up is round -1. A number that it gives is its own measure in ms. */
  readonly run: (round: number) => unknown;
}

/** The milliseconds of each candidate. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** Times candidates in turn, after one warm-up each; who begins moves on from round to round. */
export async function alternate(rounds: number, candidates: readonly Candidate[]): Promise<Times> {
  const times = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  for (const { run } of candidates) await run(-1);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const candidate = candidates[(round + turn) % candidates.length];
      if (candidate === undefined) continue;
      const { ms, value } = await timed(async () => candidate.run(round));
      times.get(candidate.name)?.push(typeof value === 'number' ? value : ms);
    }
  }
  return times;
}

/** Rows of what was timed in turn: ours first, with its aim in milliseconds, and the others as multiples of it. */
export function rowsOf(times: Times, { aim }: { readonly aim?: number } = {}): readonly Row[] {
  const [ours, ...peers] = [...times].map(([what, values]) => ({ what, values: spread(values) }));
  if (ours === undefined) return [];
  return [
    row(ours.what, ours.values, { unit: 'ms', ...(aim === undefined ? {} : { aim }) }),
    ...peers.map(({ what, values }) => ({
      ...row(what, values, { unit: 'ms' }),
      ratio: `${times2(values.median / ours.values.median)} ×`,
    })),
  ];
}

/** One row; the aim is the most that the median may be, in the same unit. */
export function row(
  what: string,
  values: Spread,
  { unit, aim }: { readonly unit: string; readonly aim?: number },
): Row {
  const figure = show(values, unit);
  return aim === undefined
    ? { what, figure }
    : { what, figure, aim: `${aim} ${unit}`, hit: values.median <= aim };
}

function times2(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0);
}

const mark = ({ hit }: Row): string => (hit === undefined ? '' : hit ? 'met' : 'MISSED');

/** For a terminal. */
export function asText({ title, rows, notes = [] }: Table): string {
  const wide = Math.max(0, ...rows.map(({ what }) => what.length));
  const lines = rows.map((each) => {
    const { what, figure, ratio, aim } = each;
    const rest = [ratio, aim === undefined ? undefined : `aim ${aim}: ${mark(each)}`];
    return `  ${[`${what.padEnd(wide)}  ${figure}`, ...rest.filter((part) => part !== undefined)].join('; ')}`;
  });
  return `${[`${title}:`, ...lines, ...notes.map((note) => `  ${note}`)].join('\n')}\n`;
}

/** For docs/benchmarks.md. */
export function asMarkdown({ title, rows, notes = [] }: Table): string {
  const columns: readonly (readonly [string, (each: Row) => string])[] = [
    ['what', ({ what }) => what],
    ['figure (range, rounds)', ({ figure }) => figure],
    ['× ours', ({ ratio }) => ratio ?? ''],
    ['aim', ({ aim }) => aim ?? ''],
    ['', mark],
  ];
  // A column that says nothing is left out.
  const used = columns.filter(([, cell], index) => index < 2 || rows.some((each) => cell(each) !== ''));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  const head = [line(used.map(([name]) => name)), `|${'---|'.repeat(used.length)}`];
  const body = rows.map((each) => line(used.map(([, cell]) => cell(each))));
  const parts = [`### ${title}`, [...head, ...body].join('\n'), ...notes];
  return `${parts.join('\n\n')}\n`;
}
