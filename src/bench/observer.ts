// A process of its own: tells when a part of a screen was first seen to change, whoever else looks at it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DisplayAddress } from '../desktop/linux/display.js';
import type { Box } from '../desktop/types.js';

const INTERVAL_MS = 2;
const Z_PIXMAP = 2;
const ALL_PLANES = 0xffffffff;

interface Order {
  readonly address: DisplayAddress;
  readonly region: Box;
}

/** Watches a region of a screen from another process. */
export interface Observer {
  /** Changes seen so far, as milliseconds of {@link monotonic}: the last moment at which the old picture was seen. */
  readonly changes: readonly number[];
  /** The first change after `time`; waits until there is one. */
  changeAfter(time: number): Promise<number>;
  close(): Promise<void>;
}

/** Milliseconds of CLOCK_MONOTONIC, which all processes of a machine share. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Starts to watch `region`. */
export async function startObserver(address: DisplayAddress, region: Box): Promise<Observer> {
  const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
  const changes: number[] = [];
  const order: Order = { address, region };
  child.send(order);
  await once(child, 'message'); // It has seen the screen once.
  child.on('message', (time: number) => changes.push(time));
  return {
    changes,
    async changeAfter(time) {
      for (;;) {
        const found = changes.find((change) => change > time);
        if (found !== undefined) return found;
        await once(child, 'message', { signal: AbortSignal.timeout(10_000) });
      }
    },
    async close() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

async function observe({ address, region }: Order): Promise<void> {
  const { connectDisplay } = await import('../desktop/linux/display.js');
  const xcb = await import('../native/linux/xcb.js');
  const display = await connectDisplay(address, performance.now() + 5_000);
  let last: { readonly picture: Buffer; readonly time: number } | undefined;
  for (;;) {
    const { x, y, width, height } = region;
    const time = monotonic();
    const cookie = xcb.getImage(display.connection, Z_PIXMAP, display.root, x, y, width, height, ALL_PLANES);
    const picture = display.require(cookie, 'show a part of the screen', (reply) => Buffer.from(reply));
    // The number of the request is part of the reply.
    const same = last?.picture.subarray(32).equals(picture.subarray(32));
    if (same !== true) process.send?.(last?.time ?? time);
    last = { picture, time };
    await sleep(INTERVAL_MS);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('disconnect', () => process.exit(0));
  process.once('message', (order: Order) => void observe(order));
}
