import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chmod, lchown, lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { SandboxError } from '../error.js';
import { head, tail } from './output.js';
import { maxOutputBytes, type Executed } from '../protocol.js';
import { accessibilityConfig, busConfig, sessionEnvironment, sessionScript } from './session.js';
import { dropTo, viewArguments } from './view.js';
import { writeXauthority } from './xserver.js';

const namespaces = { mnt: 'mount', pid: 'pid', net: 'net', ipc: 'ipc', uts: 'uts' } as const;

/** The namespaces of one account with its session in them. */
export interface Account {
  readonly process: ChildProcess;
  /** Lets the session go on to its window manager. */
  displayReady(): void;
  /** Resolves with the names of the two bus sockets, relative to the `bus` directory. */
  readonly buses: Promise<{ readonly session: string; readonly accessibility: string }>;
  exec(options: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly stdin?: Buffer;
    readonly timeout?: number;
  }): Promise<Executed>;
  /** Kills every process of the namespaces and closes what the broker holds of them. */
  destroy(): Promise<void>;
}

/** Starts the namespaces of account `uid`, shown inside as `name`, with session bus and accessibility bus. */
export async function startAccount(options: {
  readonly directory: string;
  readonly uid: number;
  readonly name: string;
  readonly locale: string;
  readonly cookie: Buffer;
  /** Whose desktop process may connect to the buses. */
  readonly user: number;
}): Promise<Account> {
  const { directory, uid, name } = options;
  const environment = sessionEnvironment(options);
  const readOnly = await accountFiles(options);
  const home = `/home/${name}`;
  const runtime = `/run/user/${uid}`;
  const view = viewArguments({
    fresh: { '/tmp': '1777', '/dev/shm': '1777', [home]: '0700', [runtime]: '0700', '/root': '0700' },
    writable: { '/run/bus': join(directory, 'bus') },
    readOnly: { '/tmp/.X11-unix': join(directory, 'x11'), ...readOnly },
  });
  // Root's last acts inside, before anything of the account runs. The process that keeps the
  // namespaces open belongs to the X server's account, so that the application cannot end it.
  const keeper = dropTo(uid + 1, {}, '/').join(' ');
  const session = [...dropTo(uid, environment, home), '/bin/sh', '-c', sessionScript].map(quote).join(' ');
  const script = [
    `cp -rT /etc/skel ${home}`,
    `chown -R ${uid}:${uid} ${home} ${runtime}`,
    `${session} </dev/null &`,
    `exec ${keeper} /bin/sleep infinity 3>&- 4<&-`,
  ].join('\n');
  const child = spawn('bwrap', [...view, '--info-fd', '5', '--', '/bin/sh', '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  const log = tail(child.stderr as Readable);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) =>
      reject(new SandboxError('missing', `cannot run bwrap: ${cause.message}`, { cause })),
    );
    child.once('exit', (code, signal) => reject(failure(signal ?? String(code), log())));
  });
  failed.catch(() => {});
  const pid = await Promise.race([
    initPid((child as ChildProcess & { stdio: unknown[] }).stdio[5] as Readable),
    failed,
  ]);
  const held = Object.keys(namespaces).map((kind) => openSync(`/proc/${pid}/ns/${kind}`, 'r'));
  const buses = Promise.race([sessionBuses(child.stdio[3] as Readable, directory, log), failed]);
  buses.catch(() => {});

  return {
    process: child,
    displayReady: () => (child.stdio[4] as Writable).end('display\n'),
    buses,
    exec: (command) => execInside({ ...command, held, uid, environment, home }),
    destroy: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        // The end of process 1 of the namespace ends all others; bwrap outside waits for that.
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
        await gone;
      }
      for (const descriptor of held.splice(0)) closeSync(descriptor);
    },
  };
}

function failure(how: string, log: string): SandboxError {
  const forbidden = /Operation not permitted|No permissions|Creating new namespace failed/.test(log);
  return forbidden
    ? new SandboxError('no-rights', `this machine does not let root create namespaces and mounts: ${log}`)
    : new SandboxError('provision', `the sandbox ended at its start (${how}): ${log}`);
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
  const write = async (file: string, content: string): Promise<string> => {
    const path = join(directory, file);
    await writeFile(path, content, { mode: 0o444, flag: 'wx' });
    return path;
  };
  const authority = join(directory, 'account.xauth');
  await writeXauthority(authority, { cookie: options.cookie, owner: uid });
  const accessibility = await write('accessibility.conf', accessibilityConfig);
  const overrides = ['/etc/at-spi2/accessibility.conf', '/usr/share/defaults/at-spi2/accessibility.conf'];
  return {
    '/run/codex-test/Xauthority': authority,
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

/**
 * Waits for both buses, then takes their directory away from the account: a socket that the
 * application could replace by a link would lead the desktop process to any socket of the host.
 */
async function sessionBuses(
  ready: Readable,
  directory: string,
  log: () => string,
): Promise<{ session: string; accessibility: string }> {
  let text = '';
  for await (const chunk of ready) {
    text += String(chunk);
    if (text.includes('bus')) break;
  }
  const bus = join(directory, 'bus');
  const inner = join(bus, 'at-spi');
  const entries = await readdir(inner).catch(() => []);
  const accessibility = entries.find((entry) => entry.startsWith('bus'));
  if (!text.includes('bus') || accessibility === undefined) {
    throw new SandboxError('provision', `the session did not start: ${log()}`);
  }
  for (const path of [bus, inner]) {
    await lchown(path, 0, 0);
    await chmod(path, 0o755);
  }
  for (const path of [join(bus, 'session'), join(inner, accessibility)]) {
    if (!(await lstat(path)).isSocket()) throw new SandboxError('provision', `${path} is not a socket`);
  }
  return { session: 'session', accessibility: join('at-spi', accessibility) };
}

async function execInside(options: {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Buffer;
  readonly timeout?: number;
  readonly held: readonly number[];
  readonly uid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly home: string;
}): Promise<Executed> {
  if (options.held.length === 0) throw new SandboxError('died', 'the sandbox has ended');
  // By descriptor and not by pid: a pid may have passed to another process in the meantime.
  const enter = Object.values(namespaces).map(
    (name, i) => `--${name}=/proc/${process.pid}/fd/${options.held[i]}`,
  );
  const child = spawn(
    'nsenter',
    [
      ...enter,
      '--',
      ...dropTo(options.uid, { ...options.environment, ...options.env }, options.home),
      ...options.argv,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/bin:/bin' } },
  );
  const stdout = head(child.stdout, maxOutputBytes);
  const stderr = head(child.stderr, maxOutputBytes);
  child.stdin.on('error', () => {}); // The command may end without reading it all.
  child.stdin.end(options.stdin ?? '');
  let timedOut = false;
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, options.timeout);
  const closed = once(child, 'close');
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...ended) => resolve(ended));
  });
  clearTimeout(timer);
  // What is still in the pipes belongs to the command; a descendant may hold them open for ever.
  await Promise.race([closed, delay(250, undefined, { ref: false })]);
  return {
    code: code ?? (signal === 'SIGKILL' ? 137 : 128),
    stdout: stdout.bytes().toString('base64'),
    stderr: stderr.bytes().toString('base64'),
    truncated: stdout.truncated() || stderr.truncated(),
    timedOut,
  };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
