// What the host itself says about a sandbox, for tests that do not take the product's word.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SandboxOptions } from '../types.js';

/** An ordinary account without a passwd entry that the brokers of the tests serve. */
export const user = 70_999;
export const options: SandboxOptions = {
  level: 'elevated',
  network: 'offline',
  display: { width: 640, height: 480 },
  locale: 'C.UTF-8',
};

export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot; with the pid it names the process for good. */
  readonly start: string;
  readonly session: number;
  readonly uids: readonly number[];
  readonly command: string;
}

/** Every process of the machine that has not ended. */
export function processes(): readonly HostProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return [];
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const uids = /^Uid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const [, parent, , session] = fields.map(Number);
      return [{ pid: Number(name), parent: parent!, start: fields[19]!, session: session!, uids, command }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

export function processesOfUids(uids: readonly number[]): readonly HostProcess[] {
  return processes().filter((each) => each.uids.some((uid) => uids.includes(uid)));
}

/** Kills a process that may have ended with another one by now. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Children, their children and so on, the nearest first. */
export function descendants(pid: number): readonly HostProcess[] {
  const all = processes();
  const below = (parent: number): HostProcess[] => {
    const children = all.filter((each) => each.parent === parent);
    return [...children, ...children.flatMap((child) => below(child.pid))];
  };
  return below(pid);
}

/** The process of a broker that this process started. */
export function brokerProcess(socket: string): HostProcess {
  const { pid } = JSON.parse(readFileSync(join(dirname(socket), 'owner.json'), 'utf8')) as { pid: number };
  const found = descendants(process.pid).find((each) => each.pid === pid);
  if (found === undefined) throw new Error(`${pid} is no process of ours`);
  return found;
}

/** Waits until `check` gives something. */
export async function until<Value>(
  what: string,
  check: () => Promise<Value | undefined> | Value | undefined,
  timeout = 10_000,
): Promise<Value> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(20);
  }
}

/** All that a sandbox takes up on the host, noted while it lives. */
export interface Footprint {
  readonly uids: readonly number[];
  readonly run: string;
  readonly broker: HostProcess;
  readonly processes: readonly HostProcess[];
  /** Links such as `net:[4026532269]`, without those of the host. */
  readonly namespaces: ReadonlySet<string>;
  readonly mounts: readonly string[];
}

/** What of a footprint is still there; all lists are empty after a clean end. */
export interface Remains {
  readonly processes: readonly string[];
  readonly namespaces: readonly string[];
  readonly mounts: readonly string[];
  readonly state: readonly string[];
  readonly files: readonly string[];
}

export const nothing: Remains = { processes: [], namespaces: [], mounts: [], state: [], files: [] };

export function mounts(): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
}

/** Notes the footprint of the sandbox with account `uid`; `before` are the mounts before it was made. */
export function footprint(socket: string, sandbox: { readonly uid: number }, before = mounts()): Footprint {
  const uids = [sandbox.uid, sandbox.uid + 1];
  const own = processesOfUids(uids);
  const all = processes();
  const withParents = all.filter((each) => own.some(({ pid, parent }) => [pid, parent].includes(each.pid)));
  const broker = brokerProcess(socket);
  const mine = withParents.filter(({ pid }) => pid !== broker.pid);
  const host = new Set(namespacesOf(process.pid));
  const namespaces = mine.flatMap(({ pid }) => namespacesOf(pid)).filter((each) => !host.has(each));
  return {
    uids,
    run: basename(dirname(socket)),
    broker,
    processes: mine,
    namespaces: new Set(namespaces),
    mounts: before,
  };
}

export function namespacesOf(pid: number | 'self'): string[] {
  return ['mnt', 'pid', 'net', 'ipc', 'uts'].flatMap((kind) => readLink(`/proc/${pid}/ns/${kind}`) ?? []);
}

export function remains(footprint_: Footprint): Remains {
  const { uids, run, broker, processes: noted, namespaces, mounts: before } = footprint_;
  const all = processes();
  const alive = all.filter(
    (each) =>
      each.uids.some((uid) => uids.includes(uid)) ||
      noted.some(({ pid, start }) => pid === each.pid && start === each.start),
  );
  // Only of our own: the number of a namespace that is gone passes to the next that anybody makes.
  const own = [...alive, ...all.filter(({ pid, start }) => pid === broker.pid && start === broker.start)];
  const holders = [...own, ...descendants(broker.pid)].flatMap(({ pid, command }) => {
    const held = [...namespacesOf(pid), ...descriptorsOf(pid)].filter((each) => namespaces.has(each));
    return held.map((each) => `${each} by ${command} (${pid})`);
  });
  const runDirectory = join('/run/codex-test/runs', run);
  const leases = uids.map((uid) => join('/run/codex-test/uids', String(uid)));
  const owned = spawnSync('find', [
    ...['/tmp', '/var/tmp', '/dev/shm', '/run', '-xdev'],
    ...uids.flatMap((uid, i) => [...(i === 0 ? [] : ['-o']), '-uid', String(uid)]),
  ]);
  return {
    processes: alive.map(({ pid, command }) => `${command} (${pid})`),
    namespaces: holders,
    mounts: mounts().filter((line) => !before.includes(line)),
    state: [...uids.map((uid) => join(runDirectory, String(uid))), ...leases].filter((path) =>
      existsSync(path),
    ),
    files: owned.stdout.toString().split('\n').filter(Boolean),
  };
}

/** Targets of a process's open descriptors. */
export function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => readLink(`/proc/${pid}/fd/${name}`) ?? []);
  } catch {
    return [];
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** First word of an X server's answer to a client with this cookie: refused or accepted. */
export function greetXServer(path: string, cookie: string): Promise<'refused' | 'accepted'> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(xGreeting(cookie)));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer[0] === 1 ? 'accepted' : 'refused');
    });
  });
}

/** The connection setup of the X protocol, little-endian, version 11.0. */
function xGreeting(cookie: string): Buffer {
  const name = cookie === '' ? '' : 'MIT-MAGIC-COOKIE-1';
  const head = Buffer.alloc(12);
  head.write('l');
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(name.length, 6);
  head.writeUInt16LE(cookie.length / 2, 8);
  const padded = Buffer.alloc(Math.ceil(name.length / 4) * 4);
  padded.write(name);
  return Buffer.concat([head, padded, Buffer.from(cookie, 'hex')]);
}

/** For perl: says how connecting to a unix or TCP socket went; an `@` in front means an abstract one. */
export const connectScript = `use Socket; my $to = shift;
my ($host, $port) = $to =~ /^([\\d.]+):(\\d+)$/;
my ($family, $address) = $host ? (PF_INET, pack_sockaddr_in($port, inet_aton($host)))
  : (PF_UNIX, $to =~ /^@(.*)/ ? pack("S x a107", PF_UNIX, $1) : pack_sockaddr_un($to)); # Node pads abstract names.
socket(my $socket, $family, SOCK_STREAM, 0) or die $!;
print connect($socket, $address) ? "connected" : "$!";`;

/** Connects as another account of the host and gives the words of {@link connectScript}. */
export function connectAs(uid: number, to: string): string {
  const drop = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const { stdout, stderr } = spawnSync('setpriv', [...drop, 'perl', '-e', connectScript, to], {
    encoding: 'utf8',
    cwd: '/',
    env: { LANG: 'C', PATH: '/usr/bin:/bin' },
  });
  return stdout + stderr;
}

export const brokerMain = fileURLToPath(new URL('broker.js', import.meta.url));

/** Starts a broker through a command of the test's own; resolves with its socket. */
export async function startBrokerWith(
  command: readonly [string, ...string[]],
): Promise<{ readonly socket: string; stop(): Promise<void> }> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const [line] = (await child.stdout.take(1).toArray()) as [Buffer];
  return {
    socket: (JSON.parse(String(line)) as { socket: string }).socket,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
