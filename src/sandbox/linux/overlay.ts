import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How to start a program with a layer before its eyes. */
export interface Mounting {
  /** Words to put before the program; the mounts end with its processes, whatever their end is. */
  readonly program: readonly string[];
  /** What is to be shown inside, path → host path; the latter exists for the program alone. */
  readonly mounted: Readonly<Record<string, string>>;
}

/** Parts of the host that a sandbox sees, with the layer's below them. */
const shared = [
  ...['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  '/var/cache/fontconfig',
];
/** Parts that a sandbox has from its layer alone. */
const own = ['/opt', '/var/lib', '/var/games'];

/** Without modules, which root's tools would load from the layer where the host names one that it does not have. */
const nameService = ['passwd', 'group', 'shadow', 'services', 'protocols', 'hosts']
  .map((name) => `${name}: files${name === 'hosts' ? ' dns' : ''}\n`)
  .join('');

/**
 * Puts a layer under the system, in a mount namespace of the program's own. The host's files win: root starts
 * programs in there, which must be the host's with the host's libraries, whatever the layer holds. Only the caches
 * of the layer, whose paths are known, come before them. With `changes`, a directory in memory on top of all takes
 * what account `uid` writes into `directories`.
 */
export async function mountLayer(options: {
  readonly files: string;
  readonly caches?: string;
  /** Directory for mount points. */
  readonly directory: string;
  readonly changes?: { readonly path: string; readonly uid: number; readonly directories: readonly string[] };
}): Promise<Mounting> {
  const { files, caches, directory, changes } = options;
  const mounted: Record<string, string> = {};
  const lines = ['set -e'];
  if (changes !== undefined) {
    const upper = changes.directories.map((path) => join(changes.path, 'upper', path));
    lines.push(
      `mount -t tmpfs -o size=1g,mode=0755 tmpfs ${changes.path}`,
      ...upper.flatMap((path) => [`mkdir -p ${path}`, `chown ${changes.uid}:${changes.uid} ${path}`]),
    );
  }
  for (const path of shared) {
    const lower = [
      ...(caches !== undefined && hasDirectory(caches, path) ? [join(caches, path)] : []),
      ...(hasDirectory('/', path) ? [path] : []),
      ...(hasDirectory(files, path) ? [join(files, path)] : []),
    ];
    const changed = changes?.directories.some((each) => `${each}/`.startsWith(`${path}/`)) ?? false;
    if (lower.length === 0 || (lower.length === 1 && lower[0] === path && !changed)) continue;
    const target = join(directory, 'system', path);
    mkdirSync(target, { recursive: true });
    mounted[path] = lower.length > 1 || changed ? target : lower[0]!;
    const stack = `lowerdir=${lower.join(':')}`;
    if (changes !== undefined && changed) {
      const [upper, work] = [join(changes.path, 'upper', path), join(changes.path, 'work', path)];
      lines.push(
        `mkdir -p ${work}`,
        `mount -t overlay overlay -o ${stack},upperdir=${upper},workdir=${work} ${target}`,
      );
    } else if (lower.length > 1) {
      lines.push(`mount -t overlay overlay -o ro,${stack} ${target}`);
    }
  }
  for (const path of own) if (hasDirectory(files, path)) mounted[path] = join(files, path);
  if (existsSync('/etc/nsswitch.conf')) {
    mounted['/etc/nsswitch.conf'] = join(directory, 'nsswitch.conf');
    await writeFile(mounted['/etc/nsswitch.conf'], nameService, { mode: 0o444 });
  }
  // In a container it is a mount of its own, which an overlay would hide.
  if (mounted['/etc'] !== undefined && existsSync('/etc/hosts')) mounted['/etc/hosts'] = '/etc/hosts';
  const script = [...lines, 'exec "$@"'].join('\n');
  return { program: ['unshare', '--mount', '--propagation=private', '/bin/sh', '-c', script, 'sh'], mounted };
}

/** Whether a tree has a directory at a path, without following a link below the tree. */
export function hasDirectory(tree: string, path: string): boolean {
  let at = tree;
  return path
    .split('/')
    .filter((part) => part !== '')
    .every((part) => {
      at = join(at, part);
      return lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
    });
}
