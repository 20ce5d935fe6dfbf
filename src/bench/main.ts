import { cpus, loadavg, release } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCapture } from './capture.js';
import { benchExpectation } from './expectation.js';
import { benchFind } from './find.js';
import { benchOcr } from './ocr.js';
import { benchOcrQuality } from './ocrQuality.js';
import { benchInput } from './input.js';
import { missingPeers } from './peers.js';
import { benchPng } from './png.js';
import { benchSkeleton } from './skeleton.js';
import { benchStep } from './step.js';
import { asMarkdown, asText, type Table } from './table.js';

/** A part gives tables, or lines as they are to be printed. */
type Bench = (options: { readonly rounds: number }) => Promise<readonly (Table | string)[]>;

const parts: Readonly<Record<string, Bench>> = {
  skeleton: benchSkeleton,
  expectation: ({ rounds }) => benchExpectation({ rounds: Math.max(60, rounds) }),
  step: benchStep,
  capture: benchCapture,
  input: benchInput,
  ocr: benchOcr,
  ocrQuality: benchOcrQuality,
  find: benchFind,
  png: benchPng,
};

const usage = `usage: npm run bench [-- [ROUNDS] [PART...] [--markdown]]

Prints medians with their range, beside peers that are measured in alternation. Figures to quote are ratios of one run.
ROUNDS   how often each figure is taken, 20 unless told
PART     one of ${Object.keys(parts).join(', ')}; all of them unless told
--markdown   tables for docs/benchmarks.md
`;

interface Order {
  readonly rounds: number;
  readonly names: readonly string[];
  readonly as: 'text' | 'markdown';
}

/** What the command line asks for; a string is what is wrong with it. */
function readArguments(): Order | 'help' | { readonly wrong: string } {
  const options = { markdown: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help === true) return 'help';
    const [first = '', ...others] = positionals;
    const hasRounds = /^\d+$/.test(first);
    const rounds = hasRounds ? Number(first) : 20;
    if (rounds < 1) return { wrong: 'at least one round is needed' };
    const asked = hasRounds ? others : positionals;
    const unknown = asked.find((name) => !Object.hasOwn(parts, name));
    if (unknown !== undefined)
      return { wrong: `there is no part "${unknown}"; there are ${Object.keys(parts).join(', ')}` };
    const names = asked.length === 0 ? Object.keys(parts) : asked;
    return { rounds, names, as: values.markdown === true ? 'markdown' : 'text' };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

/** The machine, and how busy it is. */
function machine(): string {
  const load = loadavg().map((value) => value.toFixed(1));
  return [
    `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Linux ${release()}, Node ${process.version}`,
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, load ${load.join(' ')}`,
  ].join('\n');
}

async function measure({ rounds, names, as }: Order): Promise<void> {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  print(`${machine()}\n`);
  if (as === 'markdown') print(`\`npm run bench -- ${rounds} ${names.join(' ')}\`\n`);
  for (const name of names) {
    for (const result of (await parts[name]?.({ rounds })) ?? []) {
      print(typeof result === 'string' ? result : (as === 'markdown' ? asMarkdown : asText)(result));
    }
    print('');
  }
  for (const line of missingPeers()) print(line);
  print(`load at the end ${loadavg()[0]?.toFixed(1)}`);
}

const order = readArguments();
if (order === 'help') {
  process.stdout.write(usage);
} else if ('wrong' in order) {
  process.stderr.write(`${order.wrong}\n\n${usage}`);
  process.exitCode = 2;
} else {
  await measure(order);
}
