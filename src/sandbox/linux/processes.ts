import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SandboxError } from '../error.js';
import { dropTo } from './view.js';

export interface Process {
  readonly pid: number;
  readonly name: string;
}

/**
 * Start time of a process in clock ticks since boot, which with its pid names it for good; undefined once it
 * has ended, also where nobody has waited for it yet.
 */
export function startTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the name in parentheses and may hold anything; proc_pid_stat(5), fields 3 and 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

/** Every process whose real, effective, saved or file system uid is one of `uids`; zombies are not counted. */
export async function processesOf(uids: readonly number[]): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const owners = /^Uid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [];
      if (/^State:\s+Z/m.test(status) || !owners.some((uid) => uids.includes(uid))) return [];
      return [{ pid: Number(pid), name: /^Name:\s+(.*)$/m.exec(status)?.[1] ?? '?' }];
    }),
  );
  return found.flat();
}

/** Kills every process of `uids` and waits until none is left; throws `leftover` after 5 seconds. */
export async function killAndWait(uids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const left = await processesOf(uids);
    if (left.length === 0) return;
    if (Date.now() > deadline) {
      const names = left.map(({ pid, name }) => `${name} (${pid})`).join(', ');
      throw new SandboxError('leftover', `processes of uid ${uids.join(', ')} survive SIGKILL: ${names}`);
    }
    await killAll(uids);
    await delay(5);
  }
}

/**
 * Kills every process of `uids` in one call each, as that account: one by one, by pid, a process that keeps
 * forking gets away, and a pid may pass to another.
 */
export async function killAll(uids: readonly number[]): Promise<void> {
  for (const uid of uids) {
    const [program = '', ...args] = dropTo(uid, {}, '/');
    const kill = [...args, '/bin/sh', '-c', 'kill -KILL -1'];
    // It fails where there is no process to kill; killAndWait looks for itself.
    await promisify(execFile)(program, kill, { env: {} }).catch(() => {});
  }
}
