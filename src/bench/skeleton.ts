import { readdir, readFile } from 'node:fs/promises';
import { doStep, type ActionRecord } from '../agent/index.js';
import { startDesktopProcess, type Desktop } from '../desktop/index.js';
import { connectBroker, startBroker, type Broker, type Sandbox } from '../sandbox/index.js';
import { show, spread, timed } from './statistics.js';
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

/** Measures what the walking skeleton promises; each line names its aim. */
export async function benchSkeleton({ rounds }: { readonly rounds: number }): Promise<readonly string[]> {
  const brokerProcess = await startBroker({ user: process.getuid?.() ?? 0 });
  const broker = await connectBroker(brokerProcess.socket);
  try {
    return [
      ...(await benchProvisioning(broker, rounds)),
      ...(await benchMemory(broker)),
      ...(await benchClick(broker, rounds)),
      ...(await benchParallel(broker)),
    ];
  } finally {
    await broker.close();
    await brokerProcess.stop();
  }
}

async function benchProvisioning(broker: Broker, rounds: number): Promise<readonly string[]> {
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
    `Xvnc alone, ready               ${show(spread(alone), 'ms')}`,
    `provisioning, desktop usable    ${show(spread(stacks), 'ms')}; orientation 250 ms`,
    `provisioning / Xvnc alone       ${show(spread(ratios), '×')}; aim 4.0 ×`,
    `teardown, proven                ${show(spread(teardowns), 'ms')}; aim 100 ms`,
  ];
}

async function benchMemory(broker: Broker): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const count of [1, 4]) {
    const stacks = await Promise.all(Array.from({ length: count }, () => bringUp(broker)));
    const uids = stacks.flatMap(({ sandbox: { uid } }) => [uid, uid + 1]);
    const each = (await proportionalSetSize(uids)) / count;
    await Promise.all(stacks.map((stack) => stack.remove()));
    lines.push(
      `memory of one of ${count} stack${count > 1 ? 's' : ' '}        ${each.toFixed(1)} MB proportional (X server, session, window manager); aim 60 MB`,
    );
  }
  return lines;
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

async function benchClick(broker: Broker, rounds: number): Promise<readonly string[]> {
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
    `click by accessibility          ${show(spread(latencies), 'ms')} from step start to input sent; aim 60 ms`,
  ];
}

async function benchParallel(broker: Broker): Promise<readonly string[]> {
  const count = 8;
  const up = await timed(() => Promise.all(Array.from({ length: count }, () => bringUp(broker))));
  const down = await timed(() => Promise.all(up.value.map((stack) => stack.remove())));
  return [
    `${count} sandboxes in parallel         up in ${up.ms.toFixed(0)} ms, down in ${down.ms.toFixed(0)} ms`,
  ];
}
