import { chmod, lchown, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from '../error.js';

/** The two bus sockets, relative to the `bus` directory. */
export interface Buses {
  readonly session: string;
  readonly accessibility: string;
}

/**
 * Takes the directory of the buses away from the account and names the sockets in it. A socket that the
 * application could replace by a link would lead the desktop process to any socket of the host, and a
 * directory that it could write would let it fill the host's disk.
 */
export async function takeBuses(directory: string): Promise<Buses | undefined> {
  await takeOver(directory);
  const inner = await readdir(join(directory, 'at-spi')).catch(() => []);
  const accessibility = inner.find((entry) => entry.startsWith('bus'));
  if (accessibility === undefined) return undefined;
  const buses = { session: 'session', accessibility: join('at-spi', accessibility) };
  for (const path of Object.values(buses)) {
    const stat = await lstat(join(directory, path)).catch(() => undefined);
    if (!stat?.isSocket()) throw new SandboxError('provision', `the bus ${path} is not a socket`);
  }
  return buses;
}

/** From the top down: what lies in a directory of root stays what it was found to be. */
async function takeOver(directory: string): Promise<void> {
  await lchown(directory, 0, 0);
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory)) {
    const path = join(directory, entry);
    const stat = await lstat(path);
    if (stat.isDirectory()) await takeOver(path);
    else if (!stat.isSocket()) await rm(path);
  }
}
