import { readdir, readFile } from 'node:fs/promises';
import { doStep, type ActionRecord } from '../agent/index.js';
import { startDesktopProcess, type Desktop } from '../desktop/index.js';
import { connectBroker, startBroker, type Broker, type Sandbox } from '../sandbox/index.js';
import { spread, timed } from './statistics.js';
import { row, type Row, type Table } from './table.js';
import { startXvncAlone } from './xvnc.js';

const options = {
  level: 'elevated',
  network: 'offline',
  display: { width: 1280, height: 800 },
  locale: 'C.UTF-8',
} as const;

interface Stack {
  readonly sandbox: Sandbox;
  readonly desktop: Desktop;
  remove(): Promise<void>;
}

/** Everything up to a desktop that answers: account, X server, session, window manager, accessibility. */
async function bringUp(broker: Broker): Promise<Stack> {
  const process = startDesktopProcess();
  const sandbox = await broker.provision(options);
  const desktop = await process.connect(await sandbox.start());
  return {
    sandbox,
    desktop,
    remove: async () => {
      await process.close();
      await sandbox.deprovision();
    },
  };
}

/** Sandboxes from nothing to nothing, and a click in one. */
export async function benchSkeleton({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const brokerProcess = await startBroker({ user: process.getuid?.() ?? 0 });
  const broker = await connectBroker(brokerProcess.socket);
  try {
    const rows = [
      ...(await benchProvisioning(broker, rounds)),
      ...(await benchMemory(broker)),
      ...(await benchClick(broker, rounds)),
      ...(await benchParallel(broker)),
    ];
    return [{ title: 'Sandboxes', rows }];
  } finally {
    await broker.close();
    await brokerProcess.stop();
  }
}

async function benchProvisioning(broker: Broker, rounds: number): Promise<readonly Row[]> {
  const alone: number[] = [];
  const stacks: number[] = [];
  const teardowns: number[] = [];
  const ratios: number[] = [];
  await (await bringUp(broker)).remove(); // Warms the page cache for both.
  for (let i = 0; i < rounds; i++) {
    const xvnc = await startXvncAlone();
    const up = await timed(() => bringUp(broker));
    const down = await timed(() => up.value.sandbox.deprovision());
    await up.value.remove().catch(() => {}); // The sandbox is gone; this ends the desktop process.
    alone.push(xvnc);
    stacks.push(up.ms);
    teardowns.push(down.ms);
    ratios.push(up.ms / xvnc);
  }
  return [
    row('Xvnc alone, until it accepts clients', spread(alone), { unit: 'ms' }),
    row('provisioning, from nothing to a desktop that answers', spread(stacks), { unit: 'ms', aim: 250 }),
    row('provisioning / Xvnc alone', spread(ratios), { unit: '×', aim: 4 }),
    row('teardown, with the proof that nothing is left', spread(teardowns), { unit: 'ms', aim: 100 }),
  ];
}

async function benchMemory(broker: Broker): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of [1, 4]) {
    const stacks = await Promise.all(Array.from({ length: count }, () => bringUp(broker)));
    const uids = stacks.flatMap(({ sandbox: { uid } }) => [uid, uid + 1]);
    const each = (await proportionalSetSize(uids)) / count;
    await Promise.all(stacks.map((stack) => stack.remove()));
    const what = `memory of one of ${count}: X server, session, window manager`;
    rows.push({ what, figure: `${each.toFixed(1)} MB proportional`, aim: '60 MB', hit: each <= 60 });
  }
  return rows;
}

/** Sum of the proportional set sizes of all processes of `uids`, in MB; proc(5), smaps_rollup. */
async function proportionalSetSize(uids: readonly number[]): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      if (!uids.includes(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]))) return 0;
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

async function benchClick(broker: Broker, rounds: number): Promise<readonly Row[]> {
  const stack = await bringUp(broker);
  const records: ActionRecord[] = [];
  const context = {
    ...stack,
    timeout: 10_000,
    launched: [],
    remembered: new Map(),
    evidence: { action: async (record: ActionRecord) => void records.push(record) },
  };
  await doStep(context, 'Start mousepad');
  const latencies: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    // Another target each time: the same one again would have to wait until it is no double click.
    await doStep(context, i % 2 === 0 ? 'Click the "Search" menu' : 'Click the "View" menu');
    latencies.push((records.at(-1)?.sent ?? Number.NaN) - began);
    await doStep(context, 'Press Escape');
  }
  await stack.remove();
  return [
    row('click by accessibility, from step start to input sent', spread(latencies), { unit: 'ms', aim: 60 }),
  ];
}

async function benchParallel(broker: Broker): Promise<readonly Row[]> {
  const count = 8;
  const up = await timed(() => Promise.all(Array.from({ length: count }, () => bringUp(broker))));
  const down = await timed(() => Promise.all(up.value.map((stack) => stack.remove())));
  const figure = `up in ${up.ms.toFixed(0)} ms, down in ${down.ms.toFixed(0)} ms`;
  return [{ what: `${count} in parallel`, figure }];
}
