// Fixtures for the tests of real sandboxes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import type { DesktopAddress } from '../../desktop/types.js';
import { connectBroker, startBroker, type Broker, type BrokerProcess, type Sandbox } from '../index.js';
import * as host from './testing.js';

export interface Running {
  readonly sandbox: Sandbox;
  readonly desktop: DesktopAddress;
}

interface Fixtures {
  readonly brokerProcess: BrokerProcess;
  readonly broker: Broker;
  /** A sandbox with its desktop that the tests of a worker share; none of them changes it. */
  readonly shared: Running;
}

/** A broker for each worker, and sandboxes with their desktops. */
export const test = base.extend<{ fresh: Running }, Fixtures>({
  brokerProcess: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const broker = await startBroker({ user: host.user });
      await use(broker);
      await broker.stop();
    },
    { scope: 'worker' },
  ],
  broker: [
    async ({ brokerProcess }, use) => {
      const broker = await connectBroker(brokerProcess.socket);
      await use(broker);
      await broker.close();
    },
    { scope: 'worker' },
  ],
  shared: [async ({ broker }, use) => use(await open(broker)), { scope: 'worker' }],
  fresh: async ({ broker }, use) => {
    const running = await open(broker);
    await use(running);
    await running.sandbox.deprovision();
  },
});

/** Makes a sandbox with its desktop; it goes with the broker. */
export async function open(broker: Broker): Promise<Running> {
  const sandbox = await broker.provision(host.options);
  return { sandbox, desktop: await sandbox.start() };
}

/** Output of a script inside, without white space at its ends. */
export async function inside(
  { sandbox }: Running,
  script: string,
  ...args: readonly string[]
): Promise<string> {
  const { stdout, stderr } = await sandbox.exec(['/bin/sh', '-c', script, 'sh', ...args], {
    timeout: 10_000,
  });
  return (stdout.toString() + stderr.toString()).trim();
}

/** Process id on the host of the sandbox's window manager. */
export async function hostPid({ sandbox }: Running): Promise<number> {
  return host.until('openbox', () => {
    const found = host.processesOfUids([sandbox.uid]).find(({ command }) => command.startsWith('openbox'));
    return found?.pid;
  });
}

/** A broker of a test's own. */
export interface Run {
  readonly process: BrokerProcess;
  readonly broker: Broker;
  readonly sandbox: Sandbox;
  readonly mounts: readonly string[];
}

/** A broker of its own with a sandbox whose desktop is up; whoever starts it stops it. */
export async function run(): Promise<Run> {
  const mounts = host.mounts();
  const process = await startBroker({ user: host.user });
  const broker = await connectBroker(process.socket);
  const sandbox = await broker.provision(host.options);
  await sandbox.start();
  return { process, broker, sandbox, mounts };
}

/** Names of the leases that a broker holds. */
export function leasesOf({ socket }: BrokerProcess): string[] {
  const id = socket.split('/').at(-2)!;
  return readdirSync('/run/codex-test/uids').filter((name) => {
    try {
      return readFileSync(join('/run/codex-test/uids', name), 'utf8') === id;
    } catch {
      return false; // Given back by another broker meanwhile.
    }
  });
}
