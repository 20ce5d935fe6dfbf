import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { chmod, chown, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxError } from '../error.js';
import { tail, tolerateResets } from './output.js';
import { cacheDirectories, cacheScript, takeCaches } from './caches.js';
import { hasDirectory, mountLayer, type Mounting } from './overlay.js';
import { killAndWait } from './processes.js';
import { dropTo, viewArguments } from './view.js';

const unpackTimeout = 5 * 60_000;

/** Directories that are links into `/usr` where a system is merged, as packages still have files in them. */
const merged = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/**
 * Unpacks with tar and not with dpkg-deb -x, which would put a directory in the place of `/lib`. Scripts of the
 * packages do not run.
 */
const unpackScript = `set -e
for package in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" >/tmp/files.tar
  tar --extract --file=/tmp/files.tar --directory=/layer --keep-directory-symlink --no-same-owner --preserve-permissions --exclude=./dev
done
`;

/** Never of a layer: they would lead root's programs to libraries that are not the host's. */
const withheld = ['ld.so.preload', 'nsswitch.conf'];

/**
 * Unpacks packages into a layer as an account without any right, and makes the caches for them. Both belong to root
 * afterwards.
 */
export async function unpack(options: {
  readonly uid: number;
  /** Where the packages lie. */
  readonly packages: string;
  /** Empty directory that becomes the layer. */
  readonly layer: string;
  /** Empty directory for what is of use meanwhile. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { uid, packages, layer, scratch, signal } = options;
  const [files, caches] = [join(layer, 'files'), join(layer, 'caches')];
  const [results, changes] = [join(scratch, 'results'), join(scratch, 'changes')];
  for (const path of [files, join(files, 'usr'), caches, results, changes])
    await mkdir(path, { mode: 0o755 });
  for (const name of merged) {
    const path = join('/', name);
    if (existsSync(path) && lstatSync(path).isSymbolicLink())
      await symlink(readlinkSync(path), join(files, name));
  }
  for (const path of [files, join(files, 'usr'), results]) await chown(path, uid, uid);
  const command = { uid, signal };
  await runInside({
    ...command,
    script: unpackScript,
    program: [],
    writable: { '/layer': files },
    readOnly: { '/packages': packages },
  });
  await killAndWait([uid]);
  await giveToRoot(files);
  await chmod(files, 0o755);
  if (hasDirectory(files, '/etc')) {
    for (const name of withheld) await rm(join(files, 'etc', name), { recursive: true, force: true });
  }
  const directories = cacheDirectories(files);
  if (directories.length === 0) return;
  const { program, mounted } = await mountLayer({
    files,
    directory: scratch,
    changes: { path: changes, uid, directories },
  });
  const { '/etc/nsswitch.conf': nameService, '/etc/hosts': hosts, ...writable } = mounted;
  await runInside({
    ...command,
    script: cacheScript,
    program,
    writable: { ...writable, '/results': results, '/changes': join(changes, 'upper') },
    readOnly: {
      '/layer': files,
      ...(nameService === undefined ? {} : { '/etc/nsswitch.conf': nameService }),
      ...(hosts === undefined ? {} : { '/etc/hosts': hosts }),
    },
  });
  await killAndWait([uid]);
  await giveToRoot(results);
  await takeCaches({ from: results, to: caches });
}

/** Runs a script as the account of a layer that is being made, without network, in nothing but these places. */
async function runInside(options: {
  readonly uid: number;
  readonly signal: AbortSignal;
  /** What to start bubblewrap with. */
  readonly program: Mounting['program'];
  readonly script: string;
  readonly writable: Readonly<Record<string, string>>;
  readonly readOnly: Readonly<Record<string, string>>;
}): Promise<void> {
  const { uid, signal, script, writable, readOnly } = options;
  const view = viewArguments({ fresh: { '/tmp': '1777' }, writable, readOnly });
  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', LC_ALL: 'C.UTF-8' };
  const inside = [...dropTo(uid, environment, '/'), '/bin/sh', '-c', script];
  const [program = '', ...args] = [...options.program, 'bwrap', ...view, '--', ...inside];
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client.
    signal,
    killSignal: 'SIGKILL',
    timeout: unpackTimeout,
  });
  tolerateResets(child);
  const log = tail(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new SandboxError('setup-failed', `the packages of the setup cannot be unpacked: ${log()}`);
}

/** Gives a tree to root, after the last process of its account has ended; never through a link. */
async function giveToRoot(path: string): Promise<void> {
  await promisify(execFile)('chown', ['-R', '--no-dereference', '-P', '0:0', '--', path]);
}
