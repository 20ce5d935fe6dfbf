import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { SandboxError } from '../error.js';
import type { Executed, Provisioned, Request, Started } from '../protocol.js';
import {
  defaultLimits,
  type Deprovisioned,
  type Prepared,
  type SandboxOptions,
  type Timings,
} from '../types.js';
import { startAccount, type Account } from './account.js';
import { createMemoryGroup, type MemoryGroup } from './cgroup.js';
import { prepareHome } from './home.js';
import { layerFor } from './layer.js';
import { openNetwork, type Network } from './network.js';
import { killAll, killAndWait } from './processes.js';
import type { Space } from './spaces.js';
import { groupRecord, leaseUid, releaseUid, sandboxDirectory, type Run } from './state.js';
import { startXServer, type XServer } from './xserver.js';

/** One sandbox as the broker holds it. */
export interface BrokeredSandbox {
  readonly provisioned: Provisioned;
  start(): Promise<Started>;
  exec(command: Extract<Request, { verb: 'exec' }>): Promise<Executed>;
  prepare(command: Extract<Request, { verb: 'prepare' }>, gone: AbortSignal): Promise<Prepared>;
  stop(): Promise<void>;
  deprovision(): Promise<Deprovisioned & { readonly timings: Timings }>;
}

/**
 * Makes a fresh account with namespaces, session and X server; both come up side by side. `gone` ends the
 * making of what is kept for other sandboxes.
 */
export async function provision(
  run: Run,
  options: SandboxOptions,
  gone: AbortSignal,
): Promise<BrokeredSandbox> {
  refuseUnsupported(options);
  const began = performance.now();
  const uid = await leaseUid(run);
  let directory: string | undefined;
  let xServer: XServer | undefined;
  let account: Account | undefined;
  let network: Network | undefined;
  let space: Space | undefined;
  const name = `codex-test-${options.network}`;
  const cookie = randomBytes(16);

  let memory: MemoryGroup | undefined;

  const remove = async (): Promise<Deprovisioned & { readonly timings: Timings }> => {
    const from = performance.now();
    const seen = await network?.close();
    await Promise.all([account?.destroy(), endXServer(xServer)]);
    await killAndWait([uid, uid + 1]);
    space?.close();
    const outOfMemory = (await memory?.outOfMemory()) ?? 0;
    await memory?.remove();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    await releaseUid(uid);
    return {
      outOfMemory,
      attempts: seen?.attempts ?? [],
      proxyEnded: seen?.proxyEnded ?? false,
      timings: { teardown: performance.now() - from },
    };
  };
  let removed: ReturnType<typeof remove> | undefined;
  // Once only: afterwards the account id may belong to another sandbox.
  const deprovision = (): ReturnType<typeof remove> => (removed ??= remove());

  try {
    directory = await sandboxDirectory(run, uid);
    const host = directory;
    const { packages } = options;
    memory = await limitMemory(options, { uid, directory });
    const layer = packages && (await layerFor({ packages, run, directory: host, signal: gone }));
    xServer = await startXServer({ directory: host, uid: uid + 1, cookie, display: options.display, memory });
    space = await run.spaces?.take();
    account = await startAccount({
      directory: host,
      uid,
      name,
      options,
      cookie,
      user: run.user,
      layer: layer?.path,
      space,
      memory,
    });
    const counts = space === undefined ? 'nothing' : 'destinations';
    network = await openNetwork({ run, uid, directory, options, namespace: account.network, counts });
    const parts = { xServer, account };
    const stop = async (): Promise<void> => {
      await killAll([uid]); // Whether or not a list would show anything, see there.
      await killAndWait([uid]);
    };
    return {
      provisioned: {
        sandbox: String(uid),
        account: name,
        uid,
        home: `/home/${name}`,
        lacks: run.lacks ?? [],
        timings: { provision: performance.now() - began },
        ...(layer === undefined ? {} : { packages: layer.prepared }),
      },
      start: () => start({ ...parts, directory: host, cookie }),
      exec: ({ argv, env, stdin, timeout }) =>
        parts.account.exec({
          argv,
          env,
          ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin, 'base64') }),
          ...(timeout === undefined ? {} : { timeout }),
        }),
      prepare: (preparation, signal) =>
        prepareHome({
          ...{ preparation, run, options, stop, signal },
          account: parts.account,
          layer: layer?.key,
        }),
      stop,
      deprovision,
    };
  } catch (error) {
    await deprovision().catch(() => {}); // The first error is the one to tell.
    throw error;
  }
}

/** A limit that was asked for and cannot be enforced is refused; the usual one holds where it can. */
async function limitMemory(
  { limits }: SandboxOptions,
  { uid, directory }: { readonly uid: number; readonly directory: string },
): Promise<MemoryGroup | undefined> {
  const group = await createMemoryGroup({
    name: `codex-test-${uid}`,
    bytes: limits?.memory ?? defaultLimits.memory,
    record: groupRecord(directory),
  });
  if (group === undefined && limits?.memory !== undefined) {
    throw new SandboxError(
      'unsupported',
      'the memory of a sandbox cannot be limited on this machine: no control group for memory is open to root here (cgroups(7)); leave `limits.memory` out, or give the container its control groups',
    );
  }
  return group;
}

function refuseUnsupported(options: SandboxOptions): void {
  if (options.level !== 'elevated') {
    throw new SandboxError(
      'unsupported',
      `level ${options.level} is not supported yet; use \`level: elevated\``,
    );
  }
}

async function start(parts: {
  readonly xServer: XServer;
  readonly account: Account;
  readonly directory: string;
  readonly cookie: Buffer;
}): Promise<Started> {
  const began = performance.now();
  const { account, xServer, directory, cookie } = parts;
  await setImmediate(); // What the kernel has reported before this request is known then.
  if (account.ended()) throw new SandboxError('died', 'the sandbox has ended');
  if (hasEnded(xServer)) throw new SandboxError('died', 'the X server of the sandbox has ended');
  let displayMs = 0;
  const [, buses] = await Promise.all([
    xServer.ready.then(() => {
      displayMs = performance.now() - began;
      account.displayReady();
    }),
    account.buses,
  ]);
  if (account.sessionEnded()) throw new SandboxError('died', 'the desktop session of the sandbox has ended');
  const socket = join(directory, 'x11', 'X0');
  // The kernel closes the socket of a dead process at once, and tells of its end once its parents have ended too.
  if (!(await accepts(socket))) throw new SandboxError('died', 'the X server of the sandbox has ended');
  return {
    desktop: {
      socket,
      cookie: cookie.toString('hex'),
      sessionBus: join(directory, 'bus', buses.session),
      accessibilityBus: join(directory, 'bus', buses.accessibility),
    },
    timings: { display: displayMs, session: performance.now() - began },
  };
}

function hasEnded({ process: child }: XServer): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Whether somebody listens at a socket. */
async function accepts(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

async function endXServer(xServer: XServer | undefined): Promise<void> {
  if (xServer === undefined || hasEnded(xServer) || xServer.process.pid === undefined) return;
  const gone = once(xServer.process, 'exit');
  xServer.process.kill('SIGKILL'); // bwrap's process inside dies with it, and the kernel ends its namespace.
  await gone;
}
