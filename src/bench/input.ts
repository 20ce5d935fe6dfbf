import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startDesktopProcess, type Desktop } from '../desktop/index.js';
import { connectDisplay } from '../desktop/linux/display.js';
import { Pings } from '../desktop/linux/ping.js';
import { Pointer } from '../desktop/linux/pointer.js';
import { startTestDesktop, type TestDesktop } from '../desktop/linux/testing.js';
import { openChromium, openEditor, openGtk4, openXterm, type Field } from '../desktop/linux/testingFields.js';
import { startNutHands, type NutHands } from './nutInput.js';
import { peerLabel } from './peers.js';
import { show, spread } from './statistics.js';
import { alternate, row, rowsOf, type Candidate, type Row, type Table } from './table.js';

const run = promisify(execFile);
/** How long a text may take to arrive before it counts as wrong, in milliseconds. */
const ARRIVAL_MS = 2_000;
const BETWEEN_READS_MS = 5;
const ascii = `The quick brown fox jumps over 13 lazy dogs; "Zeta" (50%) = {a: [b|c]}, ~/x_y\\z #1 & <p>? It's ok! @`;
const texts = {
  '50 characters': ascii.slice(0, 50),
  '100 characters': ascii.slice(0, 100).padEnd(100, '.'),
  '24 Greek letters': 'αβγδεζηθικλμνξοπρστυφχψω',
} as const;
const aims: Readonly<Record<string, number>> = { '100 characters': 60 };

interface Stage {
  readonly real: TestDesktop;
  readonly desktop: Desktop;
}

/** Something that types, and whether it lived through it. */
interface Typist {
  readonly name: string;
  readonly type: (text: string) => Promise<boolean>;
}

/** Milliseconds of clicks, and of texts until an application holds them, ours beside nut-js and xdotool. */
export async function benchInput({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const tables = await onDesktop(async (stage) => {
    const env = environment(stage.real);
    const field = await openEditor(stage, 'mousepad');
    const nut = await startNutHands(env);
    const hasXdotool = await run('xdotool', ['version'], { env }).then(
      () => true,
      () => false,
    );
    const xdotool = hasXdotool ? (args: readonly string[]) => run('xdotool', args, { env }) : undefined;
    const peers = { nut, xdotool };
    const clicks = await benchClick(stage, peers, rounds);
    const typed: Table[] = [];
    for (const [name, text] of Object.entries(texts)) {
      const title = `Input: ${name}, typed and read back from an editor of GTK 3`;
      typed.push({
        title,
        rows: await benchTyping(field, text, { typists: typists(stage, peers), rounds, aim: aims[name] }),
      });
    }
    nut?.close();
    return [clicks, ...typed];
  });
  return [...tables, await benchApplications(rounds)];
}

interface Peers {
  readonly nut: NutHands | undefined;
  readonly xdotool: ((args: readonly string[]) => Promise<unknown>) | undefined;
}

async function onDesktop<Value>(body: (stage: Stage) => Promise<Value>): Promise<Value> {
  const real = await startTestDesktop();
  const owner = startDesktopProcess();
  try {
    return await body({ real, desktop: await owner.connect(real.address) });
  } finally {
    await owner.close();
    await real.close();
  }
}

function environment({ address, folder }: TestDesktop): NodeJS.ProcessEnv {
  const display = `:${/\d+$/.exec(address.socket)?.[0]}`;
  return { ...process.env, DISPLAY: display, XAUTHORITY: join(folder, 'authority') };
}

async function benchClick({ real, desktop }: Stage, { nut, xdotool }: Peers, rounds: number): Promise<Table> {
  const display = await connectDisplay(real.address, performance.now() + 5_000);
  const pointer = new Pointer(display, new Pings(display));
  let at = 0;
  /** Never where the last one was, where a click would wait. */
  const next = (): { readonly x: number; readonly y: number } => ({ x: 500 + (++at % 8) * 30, y: 400 });
  const candidates: Candidate[] = [
    {
      name: 'ours, as a request to the desktop process',
      run: () => desktop.perform({ type: 'click', ...next(), button: 'left' }),
    },
    { name: 'ours, inside the desktop process', run: () => pointer.click(next(), 'left') },
    ...(nut ? [{ name: peerLabel('@nut-tree-fork/nut-js'), run: () => nut.perform(next()) }] : []),
    ...(xdotool
      ? [{ name: 'xdotool', run: () => xdotool(['mousemove', `${next().x}`, '400', 'click', '1']) }]
      : []),
  ];
  const times = await alternate(rounds, candidates);
  display.close();
  return { title: 'Input: the pointer moved and a click', rows: rowsOf(times, { aim: 1 }) };
}

function typists({ desktop }: Stage, { nut, xdotool }: Peers): readonly Typist[] {
  const ours = async (text: string): Promise<boolean> => {
    await desktop.perform({ type: 'type', text });
    return true;
  };
  const byXdotool =
    (delay: string): Typist['type'] =>
    async (text) => {
      await xdotool?.(['type', '--delay', delay, text]);
      return true;
    };
  return [
    { name: 'ours', type: ours },
    ...(nut
      ? [{ name: peerLabel('@nut-tree-fork/nut-js'), type: (text: string) => nut.perform({ text }) }]
      : []),
    ...(xdotool
      ? [
          { name: 'xdotool --delay 0', type: byXdotool('0') },
          { name: 'xdotool', type: byXdotool('12') },
        ]
      : []),
  ];
}

/** The rows say how often the editor held just what was to be typed; only those times count. */
async function benchTyping(
  field: Field,
  text: string,
  options: { readonly typists: readonly Typist[]; readonly rounds: number; readonly aim: number | undefined },
): Promise<readonly Row[]> {
  const times = new Map(options.typists.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < options.rounds; round++) {
    for (const { name, type } of options.typists) {
      await field.clear();
      const began = performance.now();
      const lives = await type(text);
      if (lives && (await arrives(field, text))) times.get(name)?.push(performance.now() - began);
    }
  }
  const ours = spread(times.get('ours') ?? []).median;
  return [...times].map(([name, values]) => {
    const right = `right ${values.length} of ${options.rounds}`;
    if (values.length === 0) return { what: name, figure: right };
    const aim = name === 'ours' && options.aim !== undefined ? { aim: options.aim } : {};
    const told = row(name, spread(values), { unit: 'ms', ...aim });
    const ratio = name === 'ours' ? {} : { ratio: `${(spread(values).median / ours).toFixed(1)} ×` };
    return { ...told, figure: `${show(spread(values), 'ms')}, ${right}`, ...ratio };
  });
}

async function arrives({ read }: Field, text: string): Promise<boolean> {
  const deadline = performance.now() + ARRIVAL_MS;
  while (performance.now() < deadline) {
    if ((await read()) === text) return true;
    // To be asked without end would keep the application from its keys.
    await sleep(BETWEEN_READS_MS);
  }
  return false;
}

/** The same in other applications, ours only. */
async function benchApplications(rounds: number): Promise<Table> {
  const rows: Row[] = [];
  const open: Readonly<Record<string, (stage: Stage) => Promise<Field>>> = {
    'GTK 4': openGtk4,
    'Qt 5': (stage) => openEditor(stage, 'featherpad'),
    Chromium: openChromium,
    'xterm, as its command gets it': openXterm,
  };
  for (const [what, opener] of Object.entries(open)) {
    const told = await onDesktop(async (stage) => {
      const field = await opener(stage);
      const ours = typists(stage, { nut: undefined, xdotool: undefined });
      return benchTyping(field, texts['100 characters'], {
        typists: ours,
        rounds,
        aim: aims['100 characters'],
      });
    });
    rows.push(...told.map((each) => ({ ...each, what })));
  }
  return { title: 'Input: 100 characters, typed and read back from other applications', rows };
}
