import { chmodSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { chown, link, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SandboxError } from '../error.js';
import { lowerFirewall } from './firewall.js';
import type { Spaces } from './spaces.js';
import { removeRecordedGroup } from './cgroup.js';
import { killAndWait, processesOf, startTime } from './processes.js';

/**
 * What the broker keeps on the host: one directory per run and one lease per account, all below a
 * directory of root. A run is alive while the process in its owner file is, by pid and start time.
 */
export const stateDirectory = '/run/codex-test';
const runsDirectory = join(stateDirectory, 'runs');
const leasesDirectory = join(stateDirectory, 'uids');

/** Accounts get even ids of this range, each X server the odd one that follows. */
export const uidRange = { first: 71_000, last: 71_999 } as const;
/** Accounts of ours that reach the network: proxies, and what fetches packages. The firewall does not know them. */
const networkUids = { first: 72_000, last: 72_199 } as const;
/** The ordinary account that runs tests when codex-test was started by root itself. */
export const runnerUid = 70_999;

export interface Run {
  readonly id: string;
  readonly directory: string;
  /** Who the run belongs to. */
  readonly user: number;
  /** Networks for its sandboxes; without it each makes its own, which counts less. */
  readonly spaces?: Spaces;
  /** What this machine lacks, in sentences for people. */
  readonly lacks?: readonly string[];
}

/** Makes the directory of this run, which only root and `user` may enter, after clearing dead runs. */
export async function createRun(options: { readonly user: number }): Promise<Run> {
  const { id, directory } = claimDirectory({ mode: 0o700 });
  await clean();
  await writeFile(join(directory, 'lease'), id, { mode: 0o600 });
  if (options.user !== 0) {
    // An access list rather than a group: a primary group may be shared by many people.
    await promisify(execFile)('setfacl', ['-m', `u:${options.user}:--x`, directory]).catch(
      (cause: unknown) => {
        throw new SandboxError(
          'missing',
          `cannot open ${directory} to uid ${options.user} with setfacl (Debian package acl)`,
          { cause },
        );
      },
    );
  }
  return { id, directory, user: options.user };
}

/**
 * Makes a directory of root that belongs to this process: once the process has ended, the next broker
 * removes it, whatever the end was.
 */
export function claimDirectory(options: { readonly mode: number }): {
  readonly id: string;
  readonly directory: string;
} {
  for (const path of [stateDirectory, runsDirectory, leasesDirectory]) ownedDirectory(path, 0o711);
  const id = randomBytes(6).toString('hex');
  const directory = join(runsDirectory, id);
  mkdirSync(directory, { mode: 0o700 });
  const owner = { pid: process.pid, start: startTime(process.pid) };
  writeFileSync(join(directory, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
  chmodSync(directory, options.mode);
  return { id, directory };
}

/** Makes sure that a path is a directory of root with this mode; throws `provision` where it is something else. */
export function ownedDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const stat = lstatSync(path);
  if (!stat.isDirectory() || stat.uid !== 0) {
    throw new SandboxError('provision', `${path} is not a directory of root; remove it and run again`);
  }
  chmodSync(path, mode);
}

/** Takes a fresh account id for something of ours that needs the network. */
export function leaseNetworkUid(run: Run): Promise<number> {
  return leaseOf(run, networkUids);
}

/** Takes a fresh account id, one that no live run, passwd entry or process has. */
export function leaseUid(run: Run): Promise<number> {
  return leaseOf(run, uidRange);
}

async function leaseOf(
  run: Run,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<number> {
  const taken = new Set(
    (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => Number(line.split(':')[2] ?? NaN)),
  );
  const count = (last - first + 1) / 2;
  const start = randomBytes(4).readUInt32LE() % count;
  for (let i = 0; i < count; i++) {
    const uid = first + 2 * ((start + i) % count);
    if (taken.has(uid) || taken.has(uid + 1)) continue;
    const lease = join(leasesDirectory, String(uid));
    try {
      // A link appears with its content, by which another broker tells that the lease is a live run's.
      await link(join(run.directory, 'lease'), lease);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    if ((await processesOf([uid, uid + 1])).length === 0) return uid;
    await rm(lease);
  }
  throw new SandboxError('no-account', `all ${count} accounts of ${first} to ${last} are taken`);
}

/** Gives an account id back; only after the proof that nothing of it is left. */
export async function releaseUid(uid: number): Promise<void> {
  await rm(join(leasesDirectory, String(uid)), { force: true });
}

/** Removes the directory of a run, and its firewall. */
export async function removeRun(run: Run): Promise<void> {
  await lowerFirewall(run.directory);
  await rm(run.directory, { recursive: true, force: true });
}

/** A directory for one sandbox, with the files that only its two accounts may read. */
export async function sandboxDirectory(run: Run, uid: number): Promise<string> {
  const directory = join(run.directory, String(uid));
  await mkdir(directory, { mode: 0o711 });
  for (const [name, owner] of [
    ['bus', uid],
    ['x11', uid + 1],
  ] as const) {
    await mkdir(join(directory, name), { mode: 0o755 });
    await chown(join(directory, name), owner, owner);
  }
  return directory;
}

/** Where it is kept which control group a sandbox has. */
export function groupRecord(directory: string): string {
  return join(directory, 'cgroup');
}

/** Ends and removes what dead runs left: processes of their accounts, directories, leases. */
export async function clean(): Promise<void> {
  const dead: string[] = [];
  for (const id of await list(runsDirectory)) {
    if (!(await isAlive(join(runsDirectory, id)))) dead.push(join(runsDirectory, id));
  }
  for (const name of await list(leasesDirectory)) {
    const lease = join(leasesDirectory, name);
    const owner = await readFile(lease, 'utf8').catch(() => undefined);
    // Asked anew for each lease: its run may have begun after the list above.
    if (owner === undefined || (await isAlive(join(runsDirectory, owner)))) continue;
    const uid = Number(name);
    if ([uidRange, networkUids].some(({ first, last }) => uid >= first && uid <= last))
      await killAndWait([uid, uid + 1]);
    await rm(lease, { force: true });
  }
  for (const path of dead) {
    await lowerFirewall(path);
    for (const name of await list(path)) await removeRecordedGroup(groupRecord(join(path, name)));
    await rm(path, { recursive: true, force: true });
  }
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

/** Whether the run with this id goes on. */
export function isRunAlive(id: string): Promise<boolean> {
  return isAlive(join(runsDirectory, id));
}

async function isAlive(directory: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(join(directory, 'owner.json'), 'utf8')) as {
      pid: number;
      start: string;
    };
    return startTime(owner.pid) === owner.start;
  } catch {
    // A run that another broker is creating right now has no owner file yet.
    return (
      (await lstat(directory).then(
        (stat) => Date.now() - stat.mtimeMs,
        () => Infinity,
      )) < 5_000
    );
  }
}
