// A real desktop for the tests: X server, window manager and buses of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DesktopAddress } from '../types.js';

export interface TestDesktop {
  readonly address: DesktopAddress;
  /** A home and working folder that goes with the desktop. */
  readonly folder: string;
  /** Starts an application on the desktop; it is ended with it. */
  launch(command: string, ...args: readonly string[]): ChildProcess;
  close(): Promise<void>;
}

type Run = (
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly pipes?: readonly 'pipe'[]; readonly log?: number },
) => ChildProcess;

const busConfig = (socket: string): string => `<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>`;

/** Waits until `check` gives something. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await sleep(20);
  }
}

/** Starts a desktop of 1280x800 pixels, or of another size; whoever starts it closes it. */
export async function startTestDesktop({ size = '1280x800' } = {}): Promise<TestDesktop> {
  const folder = await mkdtemp(join(tmpdir(), 'desktop-test-'));
  const children: ChildProcess[] = [];
  const run: Run = (command, args, { env, pipes = [], log }) => {
    const output = log ?? 'ignore';
    const stdio = ['ignore', output, output, ...pipes] as const;
    const child = spawn(command, args, { cwd: folder, env, stdio: [...stdio], detached: true });
    children.push(child);
    return child;
  };
  const close = async (): Promise<void> => {
    const [server] = children;
    const ended = server && (server.signalCode ?? server.exitCode);
    for (const child of children.toReversed()) await end(child);
    const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    // A test that fails for this says nothing else of it.
    if (ended !== undefined && ended !== null) throw new Error(`The X server has ended (${ended}):\n${log}`);
  };
  try {
    const { address, env } = await startParts(folder, size, run);
    return {
      folder,
      address,
      launch: (command, ...args) => run(command, args, { env }),
      close: async () => {
        await close();
        await rm(address.socket, { force: true }); // A killed server leaves it.
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  folder: string,
  size: string,
  run: Run,
): Promise<{ address: DesktopAddress; env: NodeJS.ProcessEnv }> {
  const cookie = randomBytes(16);
  const authority = join(folder, 'authority');
  await writeFile(authority, authorityEntry(cookie));
  const number = await startServer(authority, size, run);

  const runtime = join(folder, 'run');
  const sessionBus = join(runtime, 'bus');
  await mkdir(runtime, { mode: 0o700 });
  await writeFile(join(folder, 'bus.conf'), busConfig(sessionBus));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    DISPLAY: `:${number}`,
    XAUTHORITY: authority,
    XDG_RUNTIME_DIR: runtime,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${sessionBus}`,
    GTK_MODULES: 'gail:atk-bridge',
    NO_AT_BRIDGE: '0',
    GDK_BACKEND: 'x11',
    GSETTINGS_BACKEND: 'memory',
  };
  run('openbox', [], { env });
  run('dbus-daemon', ['--nofork', `--config-file=${join(folder, 'bus.conf')}`], { env });
  await until('the session bus', async () => (await accepts(sessionBus)) || undefined);
  run('/usr/libexec/at-spi-bus-launcher', ['--launch-immediately'], { env });
  const accessibilityBus = await until('the accessibility bus', async () => {
    const [name] = await readdir(join(runtime, 'at-spi')).catch(() => []);
    return name && join(runtime, 'at-spi', name);
  });
  const socket = `/tmp/.X11-unix/X${number}`;
  return { env, address: { socket, cookie: cookie.toString('hex'), sessionBus, accessibilityBus } };
}

/** Whether somebody listens at a socket, which is there a moment before. */
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

async function startServer(authority: string, size: string, run: Run): Promise<string> {
  const args = [
    // Left to itself, the server may take a number that another takes at the same moment.
    `:${randomInt(1_000, 60_000)}`,
    ...['-geometry', size, '-depth', '24', '-SecurityTypes', 'None', '-rfbport', '-1'],
    ...['-nolisten', 'tcp', '-nolisten', 'local', '-auth', authority, '-displayfd', '3', '-noreset'],
  ];
  const log = await open(join(dirname(authority), 'server.log'), 'w');
  const server = run('Xtigervnc', args, { env: process.env, pipes: ['pipe'], log: log.fd });
  await log.close();
  const [line] = (await once(server.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
  return String(line).trim();
}

/** An entry of an Xauthority file that is good for any display: family "wild" (Xauth, <X11/Xauth.h>). */
function authorityEntry(cookie: Buffer): Buffer {
  const counted = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
  const none = Buffer.alloc(0);
  const fields = [none, none, Buffer.from('MIT-MAGIC-COOKIE-1'), cookie];
  return Buffer.concat([Buffer.from([0xff, 0xff]), ...fields.map(counted)]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await exit;
}
