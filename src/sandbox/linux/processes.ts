import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SandboxError } from '../error.js';

export interface Process {
  readonly pid: number;
  readonly name: string;
}

/** Start time of a process in clock ticks since boot, which with its pid names it for good. */
export async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the name in parentheses and may hold anything; proc_pid_stat(5), field 22.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
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
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended between the two calls.
      }
    }
    await delay(5);
  }
}
