import { spawn, type ChildProcess } from 'node:child_process';
import { chown, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { SandboxError } from '../error.js';
import { defaultLimits } from '../types.js';
import type { MemoryGroup } from './cgroup.js';
import { dropTo, viewArguments } from './view.js';
import { tail, tolerateResets } from './output.js';

export interface XServer {
  readonly process: ChildProcess;
  /** Resolves once clients may connect. */
  readonly ready: Promise<void>;
}

/**
 * Starts an X server outside the account, as an account of its own, without network. Its only
 * socket lies in a directory that no other account can reach; it has no abstract socket, which
 * any process of the same network namespace could name.
 */
export async function startXServer(options: {
  /** Directory of the sandbox on the host. */
  readonly directory: string;
  readonly uid: number;
  readonly cookie: Buffer;
  readonly display: { readonly width: number; readonly height: number };
  /** What it holds for its clients counts as theirs. */
  readonly memory: MemoryGroup | undefined;
}): Promise<XServer> {
  const program = ['/usr/bin/Xtigervnc', '/usr/bin/Xvnc'].find((path) => existsSync(path));
  if (program === undefined) {
    throw new SandboxError(
      'missing',
      'no Xvnc on this machine; run `codex-test install-deps` (Debian package tigervnc-standalone-server)',
    );
  }
  const authority = join(options.directory, 'server.xauth');
  await writeXauthority(authority, { cookie: options.cookie, owner: options.uid });
  const view = viewArguments({
    fresh: { '/tmp': '1777' },
    writable: { '/tmp/.X11-unix': join(options.directory, 'x11') },
    readOnly: { '/run/xauth': authority },
  });
  const { width, height } = options.display;
  const confinement = { nested: false, processes: defaultLimits.processes };
  const start = [
    ...['bwrap', ...view, '--'],
    ...dropTo(options.uid, { HOME: '/tmp', PATH: '/usr/bin:/bin' }, '/', confinement),
    ...[program, ':0', '-geometry', `${width}x${height}`, '-depth', '24', '-dpi', '96'],
    ...['-nolisten', 'tcp', '-nolisten', 'local', '-auth', '/run/xauth', '-displayfd', '3', '-noreset'],
    ...['-SecurityTypes', 'None', '-rfbport', '-1', '-AlwaysShared', '-FrameRate', '60'],
  ];
  const [first = '', ...rest] = options.memory?.enter(start) ?? start;
  const child = spawn(first, rest, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client, which then takes the sandbox down.
  });
  tolerateResets(child);
  const log = tail(child.stderr as Readable);
  const ready = new Promise<void>((resolve, reject) => {
    (child.stdio[3] as Readable).once('data', () => resolve());
    child.once('error', (cause) =>
      reject(new SandboxError('missing', `cannot run bwrap: ${cause.message}`, { cause })),
    );
    child.once('exit', (code, signal) =>
      reject(new SandboxError('provision', `the X server ended at its start (${signal ?? code}): ${log()}`)),
    );
  });
  // The caller may fail before it waits for the X server.
  ready.catch(() => {});
  return { process: child, ready };
}

/** An entry of any host and any display (FamilyWild, Xau(3)) for MIT-MAGIC-COOKIE-1. */
export async function writeXauthority(
  path: string,
  options: { readonly cookie: Buffer; readonly owner: number },
): Promise<void> {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const entry = Buffer.concat([
    Buffer.from([0xff, 0xff]),
    field(Buffer.alloc(0)),
    field(Buffer.alloc(0)),
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(options.cookie),
  ]);
  await writeFile(path, entry, { mode: 0o400, flag: 'wx' });
  await chown(path, options.owner, options.owner);
}
