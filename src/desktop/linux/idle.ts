import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that did not run for this long has nothing to do; it may wait for an answer of the X server for less. */
const QUIET_MS = 80;
const SAMPLE_MS = 10;

/**
 * The processes that know themselves by a number, which the one of a window tells. In a sandbox numbers are its own, so that
 * those of others may be among them.
 */
export async function processesNamed(pid: number): Promise<readonly number[]> {
  const all = (await readdir('/proc')).map(Number).filter((one) => Number.isInteger(one));
  const named = await Promise.all(
    all.map(async (one) => {
      const own = /^NSpid:.*?(\d+)$/m.exec(await statusOf(one))?.[1];
      return Number(own) === pid ? [one] : [];
    }),
  );
  return named.flat();
}

/**
 * Waits until none of the processes has run for a moment; false when that takes until `deadline` (as `performance.now()`). `served`
 * returns once the X server has answered all that was asked of it: a process that waits for its answer sleeps as well.
 */
export async function untilIdle(
  pids: readonly number[],
  { deadline, served }: { readonly deadline: number; readonly served: () => void },
): Promise<boolean> {
  let since = performance.now();
  let before = await Promise.all(pids.map(runs));
  for (;;) {
    await sleep(SAMPLE_MS);
    const asked = performance.now();
    served();
    // A server that is that slow to us is so to others.
    since += performance.now() - asked;
    const now = await Promise.all(pids.map(runs));
    const moved = now.some((run, i) => run === undefined || run !== before[i]);
    before = now;
    if (moved) since = performance.now();
    else if (performance.now() - since >= QUIET_MS) return true;
    if (performance.now() >= deadline) return false;
  }
}

/** How often a sleeping process has run; undefined for one that runs, wants to, or is stopped. One that is gone sleeps. */
async function runs(pid: number): Promise<string | undefined> {
  const status = await statusOf(pid);
  if (status === '' || /^State:\s+[ZX]/m.test(status)) return 'gone';
  if (!/^State:\s+S/m.test(status)) return undefined;
  return /^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1];
}

function statusOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
}
