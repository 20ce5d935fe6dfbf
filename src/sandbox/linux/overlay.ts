import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** How to start a program with a layer before its eyes. */
export interface Mounting {
  /** Words to put before the program; the mounts end with its processes, whatever their end is. */
  readonly program: readonly string[];
  /** What is to be shown inside, path → host path; the latter exists for the program alone. */
  readonly mounted: Readonly<Record<string, string>>;
}

/** Parts of the host that a sandbox sees, over which the layer's is laid. */
const shared = [
  '/usr',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/var/cache/fontconfig',
];
/** Parts that a sandbox has from its layer alone. */
const own = ['/opt', '/var/lib', '/var/games'];

/**
 * Lays a layer over the system, in a mount namespace of the program's own: read-only, or with a directory in
 * memory that takes the changes of account `uid`.
 */
export async function mountLayer(options: {
  readonly layer: string;
  /** Directory for mount points. */
  readonly directory: string;
  readonly changes?: { readonly path: string; readonly uid: number };
}): Promise<Mounting> {
  const { layer, directory, changes } = options;
  const has = (path: string): boolean => existsSync(path) && !lstatSync(path).isSymbolicLink();
  const mounted: Record<string, string> = {};
  const lines = ['set -e'];
  if (changes !== undefined) lines.push(`mount -t tmpfs -o size=1g,mode=0755 tmpfs ${changes.path}`);
  for (const path of shared) {
    if (!has(join(layer, path))) continue;
    const target = join(directory, 'system', path);
    mkdirSync(target, { recursive: true });
    mounted[path] = target;
    const lower = has(path) ? [join(layer, path), path] : [join(layer, path)];
    if (changes !== undefined) {
      const [upper, work] = [join(changes.path, 'upper', path), join(changes.path, 'work', path)];
      lines.push(
        `mkdir -p ${upper} ${work}`,
        `chown ${changes.uid} ${upper}`,
        `mount -t overlay overlay -o lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work} ${target}`,
      );
    } else if (lower.length > 1) {
      lines.push(`mount -t overlay overlay -o ro,lowerdir=${lower.join(':')} ${target}`);
    } else {
      mounted[path] = join(layer, path);
    }
  }
  for (const path of own) if (has(join(layer, path))) mounted[path] = join(layer, path);
  const script = [...lines, 'exec "$@"'].join('\n');
  return { program: ['unshare', '--mount', '--propagation=private', '/bin/sh', '-c', script, 'sh'], mounted };
}
