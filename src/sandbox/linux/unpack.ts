import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { chown, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxError } from '../error.js';
import { tail, tolerateResets } from './output.js';
import { mountLayer, type Mounting } from './overlay.js';
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
# Caches beside files of the system are written again below, so their directories must be the layer's own.
if [ -d /layer/usr/share/mime/packages ]; then
  (cd /usr/share/mime && find . -type d) | (cd /layer/usr/share/mime && xargs mkdir -p)
fi
mkdir -p /layer/etc /layer/var/cache/fontconfig
`;

/** What the triggers of Debian's packages do for those that programs of a desktop come with. */
const triggerScript = `set -e
each() { for path in "$@"; do if [ -e "/layer$path" ]; then printf '%s\\n' "$path"; fi; done; }
has() { command -v "$1" >/dev/null; }
schemas=/usr/share/glib-2.0/schemas
if [ -d "/layer$schemas" ] && has glib-compile-schemas; then glib-compile-schemas "$schemas"; fi
if [ -d /layer/usr/share/applications ] && has update-desktop-database; then update-desktop-database -q; fi
if [ -d /layer/usr/share/mime/packages ] && has update-mime-database; then update-mime-database /usr/share/mime; fi
if has gtk-update-icon-cache; then
  for theme in $(each /usr/share/icons/*); do
    if [ -f "$theme/index.theme" ]; then gtk-update-icon-cache --quiet --force --ignore-theme-index "$theme"; fi
  done
fi
for directory in $(each /usr/lib/*/gdk-pixbuf-2.0/2.10.0/loaders); do
  "\${directory%/2.10.0/loaders}/gdk-pixbuf-query-loaders" --update-cache
done
for directory in $(each /usr/lib/*/gio/modules); do "\${directory%/gio/modules}/glib-2.0/gio-querymodules" "$directory"; done
for directory in $(each /usr/lib/*/gtk-3.0/3.0.0/immodules); do
  "\${directory%/gtk-3.0/3.0.0/immodules}/libgtk-3-0/gtk-query-immodules-3.0" --update-cache
done
ldconfig -i -X
if [ -d /layer/usr/share/fonts ] && has fc-cache; then fc-cache --system-only; fi
cd /upper
find . -type f -exec cp --parents -t /layer {} +
`;

/** Unpacks the packages of a directory into a layer as an account without any right, and updates caches for them. */
export async function unpack(options: {
  readonly uid: number;
  /** Where the packages lie. */
  readonly packages: string;
  /** Empty directory that becomes the layer; belongs to root afterwards. */
  readonly layer: string;
  /** Empty directory for mounts. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { uid, packages, layer, scratch, signal } = options;
  for (const name of merged) {
    const path = join('/', name);
    if (existsSync(path) && lstatSync(path).isSymbolicLink()) {
      await symlink(readlinkSync(path), join(layer, name));
    }
  }
  await mkdir(join(layer, 'usr'));
  for (const path of [layer, join(layer, 'usr')]) await chown(path, uid, uid);
  const command = { uid, signal, program: [] };
  await runInside({
    ...command,
    script: unpackScript,
    writable: { '/layer': layer },
    readOnly: { '/packages': packages },
  });
  const upper = join(scratch, 'changes');
  await mkdir(upper);
  const { program, mounted } = await mountLayer({ layer, directory: scratch, changes: { path: upper, uid } });
  const writable = { ...mounted, '/layer': layer, '/upper': join(upper, 'upper') };
  await runInside({ ...command, program, script: triggerScript, writable, readOnly: {} });
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
export async function giveToRoot(path: string): Promise<void> {
  await promisify(execFile)('chown', ['-R', '--no-dereference', '-P', '0:0', '--', path]);
}
