import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { SandboxError } from '../error.js';
import type { Executed } from '../protocol.js';
import { takeBuses, type Buses } from './buses.js';
import { execInside, spawnInside, type Command } from './exec.js';
import { withoutGreetings } from './firstRun.js';
import { mountLayer } from './overlay.js';
import { tail, tolerateResets } from './output.js';
import type { Namespace } from './outbound.js';
import type { Space } from './spaces.js';
import { defaultLimits, type SandboxOptions } from '../types.js';
import type { MemoryGroup } from './cgroup.js';
import {
  accessibilityConfig,
  busConfig,
  sessionEnvironment,
  sessionScript,
  toolkitSettings,
} from './session.js';
import { dropTo, viewArguments } from './view.js';
import { writeXauthority } from './xserver.js';

const namespaces = { mnt: 'mount', pid: 'pid', net: 'net', ipc: 'ipc', uts: 'uts' } as const;

/** The namespaces of one account with its session in them. */
export interface Account {
  readonly network: Namespace;
  /** Whether the namespaces are gone, with all that was in them. */
  ended(): boolean;
  /** Whether the window manager is gone, or what led to it. */
  sessionEnded(): boolean;
  /** Lets the session go on to its window manager. */
  displayReady(): void;
  /** Resolves once both buses answer. */
  readonly buses: Promise<Buses>;
  /** Runs a command; rejects with `died` where the namespaces are gone or go meanwhile. */
  exec(command: Command): Promise<Executed>;
  /** Starts a tool of the system as the account, without the variables of the session. */
  tool(argv: readonly string[], stdio: StdioOptions): ChildProcess;
  /** Kills every process of the namespaces and closes what the broker holds of them. */
  destroy(): Promise<void>;
}

/** Starts the namespaces of account `uid`, shown inside as `name`, with session bus and accessibility bus. */
export async function startAccount(options: {
  readonly directory: string;
  readonly uid: number;
  readonly name: string;
  readonly options: SandboxOptions;
  readonly cookie: Buffer;
  /** Whose desktop process may connect to the buses. */
  readonly user: number;
  /** Host path of the files that are laid over the system. */
  readonly layer: string | undefined;
  /** Its network, where one was made before. */
  readonly space: Space | undefined;
  /** Limits what all of it may have together; undefined where the machine cannot. */
  readonly memory: MemoryGroup | undefined;
}): Promise<Account> {
  const { directory, uid, name } = options;
  const environment = sessionEnvironment(options);
  const [readOnly, quiet] = await Promise.all([
    accountFiles(options),
    withoutGreetings((file, content) => writeOnce(directory, file, content)),
  ]);
  const home = `/home/${name}`;
  const runtime = `/run/user/${uid}`;
  const { program, mounted } =
    options.layer === undefined
      ? { program: [], mounted: {} }
      : await mountLayer({
          files: join(options.layer, 'files'),
          caches: join(options.layer, 'caches'),
          directory,
        });
  const { space } = options;
  const view = viewArguments({
    ...(space === undefined ? {} : { network: 'inherited' }),
    system: mounted,
    fresh: {
      '/tmp': '1777',
      '/dev/shm': '1777',
      [home]: '0700',
      [runtime]: '0700',
      '/root': '0700',
      ...quiet.fresh,
    },
    writable: { '/run/bus': join(directory, 'bus') },
    readOnly: { '/tmp/.X11-unix': join(directory, 'x11'), ...quiet.readOnly, ...readOnly },
  });
  // Root's last acts inside, before anything of the account runs. The process that keeps the
  // namespaces open belongs to the X server's account, so that the application cannot end it.
  const keeper = dropTo(uid + 1, {}, '/').join(' ');
  const { nested = false, limits } = options.options;
  const confinement = { nested, processes: limits?.processes ?? defaultLimits.processes };
  const session = [
    ...dropTo(uid, environment, home, confinement),
    '/bin/sh',
    '-c',
    sessionScript(options.options),
  ]
    .map(quote)
    .join(' ');
  const script = [
    'set -e',
    // By path, as a layer may have programs of these names in other directories; + is for a number, not a name.
    `if [ -d /etc/skel ]; then /bin/cp -rT /etc/skel ${home}; fi`,
    `/bin/chown -R +${uid}:+${uid} ${home} ${runtime}`,
    'echo home >&3',
    `${session} </dev/null &`,
    `exec ${keeper} /bin/sleep infinity 3>&- 4<&-`,
  ].join('\n');
  const bwrap = ['bwrap', ...view, '--info-fd', '5', '--', '/bin/sh', '-c', script];
  const enter = space === undefined ? [] : ['nsenter', `--net=${space.path}`, '--'];
  const start = [...enter, ...program, ...bwrap];
  const [first = '', ...rest] = options.memory?.enter(start) ?? start;
  const child = spawn(first, rest, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client, which then takes the sandbox down.
  });
  tolerateResets(child);
  const log = tail(child.stderr as Readable);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) =>
      reject(new SandboxError('missing', `cannot run bwrap: ${cause.message}`, { cause })),
    );
    child.once('exit', (code, signal) => reject(failure(signal ?? String(code), log())));
  });
  failed.catch(() => {});
  const pid = await Promise.race([initPid((child.stdio as unknown[])[5] as Readable), failed]);
  const ready = readiness(child.stdio[3] as Readable);
  // Until then the mount namespace shows the host, which no command may enter.
  if (!(await Promise.race([ready.reached('home'), failed]))) await failed;
  const held = new Map(
    Object.entries(namespaces).map(([kind, option]) => [option, openSync(`/proc/${pid}/ns/${kind}`, 'r')]),
  );
  const buses = Promise.race([sessionBuses(ready.reached('bus'), join(directory, 'bus'), log), failed]);
  buses.catch(() => {});
  const ending = new AbortController();
  setMaxListeners(Infinity, ending.signal); // One a command that runs.
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const inside = { held, uid, home, confinement, memory: options.memory, ending: ending.signal };

  return {
    network: { path: `/proc/${process.pid}/fd/${held.get('net')}`, pid },
    ended,
    sessionEnded: () => ready.ended(),
    displayReady: () => (child.stdio[4] as Writable).end('display\n'),
    buses,
    exec: async (command) => {
      if (ended()) throw died();
      const result = await execInside(command, { ...inside, environment });
      // The broker may hear of the end of the namespaces only after that of the command.
      if (mayHaveDied(result)) await Promise.race([failed.catch(() => {}), delay(500)]);
      if (ended() && result.code !== 0) throw died();
      return result;
    },
    tool: (argv, stdio) => {
      if (ended()) throw died();
      return spawnInside(argv, { ...inside, environment: { PATH: '/usr/bin:/bin' } }, stdio);
    },
    destroy: async () => {
      if (!ended()) {
        const gone = once(child, 'exit');
        ending.abort();
        // The end of process 1 of the namespace ends all others; bwrap outside waits for that.
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
        await gone;
      }
      for (const descriptor of held.values()) closeSync(descriptor);
      held.clear();
    },
  };
}

function mayHaveDied({ code, timedOut, stderr }: Executed): boolean {
  if (code === 137) return !timedOut;
  return code === 1 && Buffer.from(stderr, 'base64').subarray(0, 8).toString() === 'nsenter:';
}

function died(): SandboxError {
  return new SandboxError('died', 'the sandbox has ended');
}

async function sessionBuses(ready: Promise<boolean>, directory: string, log: () => string): Promise<Buses> {
  const buses = (await ready) ? await takeBuses(directory) : undefined;
  if (buses === undefined) throw new SandboxError('provision', `the session did not start: ${log()}`);
  return buses;
}

function failure(how: string, log: string): SandboxError {
  const forbidden = /Operation not permitted|No permissions|Creating new namespace failed/.test(log);
  return forbidden
    ? new SandboxError('no-rights', `this machine does not let root create namespaces and mounts: ${log}`)
    : new SandboxError('provision', `the sandbox ended at its start (${how}): ${log}`);
}

async function writeOnce(directory: string, file: string, content: string): Promise<string> {
  const path = join(directory, file);
  await writeFile(path, content, { mode: 0o444, flag: 'wx' });
  return path;
}

/** Files that the account sees in place of the host's, inside path → host path. */
async function accountFiles(options: {
  readonly directory: string;
  readonly uid: number;
  readonly name: string;
  readonly cookie: Buffer;
  readonly user: number;
}): Promise<Record<string, string>> {
  const { directory, uid, name, user } = options;
  const write = (file: string, content: string): Promise<string> => writeOnce(directory, file, content);
  const authority = join(directory, 'account.xauth');
  await writeXauthority(authority, { cookie: options.cookie, owner: uid });
  const settings = await write('settings.ini', toolkitSettings);
  const accessibility = await write('accessibility.conf', accessibilityConfig);
  const overrides = ['/etc/at-spi2/accessibility.conf', '/usr/share/defaults/at-spi2/accessibility.conf'];
  return {
    '/run/codex-test/Xauthority': authority,
    ...Object.fromEntries(
      ['gtk-3.0', 'gtk-4.0'].map((toolkit) => [`/run/codex-test/config/${toolkit}/settings.ini`, settings]),
    ),
    '/run/codex-test/session.conf': await write('session.conf', busConfig),
    ...Object.fromEntries(overrides.filter((path) => existsSync(path)).map((path) => [path, accessibility])),
    '/etc/passwd': await write(
      'passwd',
      [
        'root:x:0:0:root:/root:/usr/sbin/nologin',
        'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
        // dbus-daemon turns away a uid that it cannot look up.
        ...(user === 0 ? [] : [`desktop:x:${user}:65534::/nonexistent:/usr/sbin/nologin`]),
        `${name}:x:${uid}:${uid}:${name}:/home/${name}:/bin/sh`,
        '',
      ].join('\n'),
    ),
    '/etc/group': await write('group', `root:x:0:\nnogroup:x:65534:\n${name}:x:${uid}:\n`),
  };
}

async function initPid(info: Readable): Promise<number> {
  let text = '';
  for await (const chunk of info) text += String(chunk);
  const pid = (JSON.parse(text) as { 'child-pid'?: unknown })['child-pid'];
  if (typeof pid !== 'number') throw new SandboxError('provision', `bwrap reported no process: ${text}`);
  return pid;
}

interface Readiness {
  /** Resolves with true once the word has come, with false where the stream ends without it. */
  reached(word: string): Promise<boolean>;
  ended(): boolean;
}

/** Reads what the namespaces say of their parts, a word a line. */
function readiness(stream: Readable): Readiness {
  let text = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((check) => check());
  stream.on('data', (chunk: Buffer) => {
    // The account holds the other end and might go on writing.
    if (text.length < 1_000) text += String(chunk);
    wake();
  });
  stream.once('close', () => {
    ended = true;
    wake();
  });
  return {
    ended: () => ended,
    reached: (word) =>
      new Promise((resolve) => {
        const check = (): void => {
          const reached = text.split('\n').includes(word);
          if (!reached && !ended) return;
          waiting.delete(check);
          resolve(reached);
        };
        waiting.add(check);
        check();
      }),
  };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
