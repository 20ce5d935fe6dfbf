import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { prepareSpace } from './outbound.js';
import { tail, tolerateResets } from './output.js';

/** A network of its own for one account: nothing but a loopback. */
export interface Space {
  /** Names it for nsenter, as long as this process lives and it is not closed. */
  readonly path: string;
  close(): void;
}

/** Makes networks before they are needed, since that takes a tenth of what a sandbox takes. */
export interface Spaces {
  /** Gives one that was made, or makes one; undefined where the machine lacks a tool for it. */
  take(): Promise<Space | undefined>;
  /** Why {@link take} gives none. */
  readonly missing: () => string | undefined;
  close(): Promise<void>;
}

/** How many are kept, and how long after one was taken the next is made: not while a sandbox comes up; milliseconds. */
const spare = { count: 2, after: 500 } as const;

/** Begins to make networks. */
export function openSpaces(): Spaces {
  const ready: Space[] = [];
  const closing = new AbortController();
  let missing: string | undefined;
  const make = async (): Promise<Space | undefined> => {
    const made = await makeSpace();
    if (typeof made !== 'string') return made;
    missing = made;
    return undefined;
  };
  const fill = async (): Promise<void> => {
    while (ready.length < spare.count && !closing.signal.aborted) {
      const space = await make();
      if (space === undefined) return;
      ready.push(space);
    }
  };
  let filling = fill();
  const refill = (): void => {
    const pause = delay(spare.after, undefined, { signal: closing.signal, ref: false });
    filling = Promise.all([filling, pause]).then(fill, () => {});
  };
  return {
    take: async () => {
      if (missing !== undefined) return undefined;
      const space = ready.shift() ?? (await make());
      refill();
      return space;
    },
    missing: () => missing,
    close: async () => {
      closing.abort();
      await filling;
      for (const space of ready.splice(0)) space.close();
    },
  };
}

/** Makes one, or tells why it cannot. */
async function makeSpace(): Promise<Space | string> {
  const command = ['unshare', '--net', '--', '/bin/sh', '-c', `${prepareSpace}\necho ready; exec cat >&2`];
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client.
  });
  tolerateResets(child);
  const log = tail(child.stderr);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', () => {}); // 'close' follows.
  const isReady = await Promise.race([said(child.stdout), closed.then(() => false)]);
  if (!isReady) return log();
  const descriptor = openSync(`/proc/${child.pid}/ns/net`, 'r');
  child.stdin.end();
  await closed;
  return { path: `/proc/${process.pid}/fd/${descriptor}`, close: () => closeSync(descriptor) };
}

function said(stream: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    stream.once('data', () => resolve(true));
    stream.once('end', () => resolve(false));
  });
}
