import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from '../error.js';
import { isRunAlive, ownedDirectory, type Run } from './state.js';

/**
 * What outlives a run: the results of `setup`, by a hash of all that decides them. Only root enters; whoever
 * wants it gone may delete it while no test runs. Only who starts the broker as root can name another place.
 */
const cacheDirectory = process.env['CODEX_TEST_CACHE'] ?? '/var/cache/codex-test';
const making = join(cacheDirectory, 'making');
const locks = join(cacheDirectory, 'locks');

/** Makes the directories of the cache, where they are missing, and that of `kind`, which it gives. */
export function cachePlace(kind: string): string {
  for (const path of [cacheDirectory, making, locks]) ownedDirectory(path, 0o700);
  let path = cacheDirectory;
  for (const part of kind.split('/')) {
    path = join(path, part);
    ownedDirectory(path, 0o700);
  }
  return path;
}

/** A directory in which a run makes something before it is renamed to its place; removed if it never is. */
export function makingPlace(run: Run): string {
  const path = join(making, `${run.id}.${randomBytes(6).toString('hex')}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

/** Removes what dead runs had not finished making. */
export async function cleanCache(): Promise<void> {
  const names = await readdir(making).catch(() => []);
  for (const name of names) {
    if (!(await isRunAlive(name.split('.')[0] ?? ''))) {
      await rm(join(making, name), { recursive: true, force: true });
    }
  }
}

/** SHA-256 of a value, as a name for what it decides. */
export function keyOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

const hashes = new Map<string, { readonly version: string; readonly hash: string }>();

/** Hash of a file of the host, read again only where its date or size changes; empty where there is none. */
export async function hashOf(path: string): Promise<string> {
  const version = await versionOf(path);
  if (version === '') return '';
  const known = hashes.get(path);
  if (known?.version === version) return known.hash;
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  hashes.set(path, { version, hash });
  return hash;
}

/** What tells one state of a file or directory of the host from the next; empty where there is none. */
export async function versionOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${found.ino}:${found.size}:${found.mtimeNs}`;
}

/**
 * Runs `body` while no other process of the machine does so for this key. The lock is the kernel's: it goes
 * with the process that holds it, whatever its end is.
 */
export async function withLock<Value>(
  key: string,
  signal: AbortSignal,
  body: () => Promise<Value>,
): Promise<Value> {
  // A few files that stay; keys that share one wait for each other.
  const path = join(locks, key.slice(0, 2));
  const child = spawn('flock', ['--no-fork', path, '/bin/sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client.
    signal,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').catch(() => {}); // Aborted.
  try {
    const held = await Promise.race([once(child.stdout, 'data').then(() => true), ended]);
    signal.throwIfAborted();
    if (held !== true) throw new SandboxError('setup-failed', `cannot lock ${path} with flock`);
    return await body();
  } finally {
    child.stdin.end();
    await ended;
  }
}

/** Something that is kept. */
export interface Kept {
  readonly name: string;
  readonly bytes: number;
  /** When it was last used, in milliseconds since 1970. */
  readonly used: number;
}

/** Which of these are too many or too large together; those used longest ago, and never the one used last. */
export function surplus(
  kept: readonly Kept[],
  limits: { readonly count: number; readonly bytes: number },
): readonly string[] {
  let bytes = 0;
  return kept
    .toSorted((a, b) => b.used - a.used)
    .filter((each, index) => {
      bytes += each.bytes;
      return index > 0 && (index >= limits.count || bytes > limits.bytes);
    })
    .map(({ name }) => name);
}

/** The files of a directory; what goes meanwhile is left out. */
export async function keptFiles(directory: string): Promise<readonly Kept[]> {
  const found = await Promise.all(
    (await readdir(directory)).map((name) =>
      stat(join(directory, name)).then(
        ({ size, mtimeMs }) => [{ name, bytes: size, used: mtimeMs }],
        () => [],
      ),
    ),
  );
  return found.flat();
}
