import { access, constants, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SandboxError } from '../error.js';

/** A control group that limits the memory of all processes in it together; cgroups(7). */
export interface MemoryGroup {
  /** Command that enters the group first; to be run as root on the host, before any namespace is entered. */
  enter(argv: readonly string[]): string[];
  /** How often the kernel has ended a process since there was no more memory. */
  outOfMemory(): Promise<number>;
  /** Removes the group; its processes must have ended. */
  remove(): Promise<void>;
}

/** Files of a group in the two versions of the interface that kernels have. */
interface Layout {
  /** Directory in which groups are made. */
  readonly parent: string;
  readonly limit: string;
  /** Swap does not extend the limit. */
  readonly swap: readonly [file: string, value: 'limit' | '0'];
  readonly events: string;
}

/** Where this machine lets us limit memory; undefined where it does not, as in most containers. */
export async function memoryLayout(): Promise<Layout | undefined> {
  const [own, mounts] = await Promise.all(
    ['/proc/self/cgroup', '/proc/self/mountinfo'].map((file) => readFile(file, 'utf8')),
  );
  const mounted = (type: string, option?: string): string | undefined =>
    (mounts ?? '')
      .split('\n')
      .map((line) => line.split(' '))
      .find((fields) => {
        const rest = fields.slice(fields.indexOf('-') + 1);
        return (
          fields[3] === '/' &&
          rest[0] === type &&
          (option === undefined || rest[2]?.split(',').includes(option))
        );
      })?.[4];
  const v1 = mounted('cgroup', 'memory');
  const path = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(own ?? '')?.[1];
  if (v1 !== undefined && path !== undefined) {
    // Below our own group, whose limit holds for us as well.
    const files = { limit: 'memory.limit_in_bytes', events: 'memory.oom_control' };
    return writable({ parent: join(v1, path), ...files, swap: ['memory.memsw.limit_in_bytes', 'limit'] });
  }
  const v2 = mounted('cgroup2');
  if (v2 === undefined) return undefined;
  // A group with processes, as our own is, has no groups with limits below it; and what is not on for all stays off.
  const on = await readFile(join(v2, 'cgroup.subtree_control'), 'utf8').catch(() => '');
  if (!on.split(/\s+/).includes('memory')) return undefined;
  const files = { limit: 'memory.max', events: 'memory.events' };
  return writable({ parent: v2, ...files, swap: ['memory.swap.max', '0'] });
}

async function writable(layout: Layout): Promise<Layout | undefined> {
  return access(layout.parent, constants.W_OK).then(
    () => layout,
    () => undefined,
  );
}

/**
 * Makes a group with a limit in bytes. Its path is in the file `record` before it exists, so that whoever comes after
 * us can remove it. Undefined where the machine does not let us.
 */
export async function createMemoryGroup(options: {
  readonly name: string;
  readonly bytes: number;
  readonly record: string;
}): Promise<MemoryGroup | undefined> {
  const layout = await memoryLayout();
  if (layout === undefined) return undefined;
  const path = join(layout.parent, options.name);
  await writeFile(options.record, path, { mode: 0o600 });
  try {
    await mkdir(path);
    await writeFile(join(path, layout.limit), String(options.bytes));
    const [swap, value] = layout.swap;
    // A kernel without accounting of swap has no such file.
    await writeFile(join(path, swap), value === 'limit' ? String(options.bytes) : value).catch(() => {});
  } catch (cause) {
    await removeGroup(path).catch(() => {});
    throw new SandboxError('provision', `cannot limit memory with the control group ${path}`, { cause });
  }
  return {
    enter: (argv) => [
      '/bin/sh',
      '-c',
      'echo 0 > "$1/cgroup.procs" && shift && exec "$@"',
      'sh',
      path,
      ...argv,
    ],
    outOfMemory: async () =>
      Number(/^oom_kill (\d+)$/m.exec(await readFile(join(path, layout.events), 'utf8'))?.[1] ?? 0),
    remove: () => removeGroup(path),
  };
}

/** Removes a group that a record names, after whose processes have ended; one that is gone is none. */
export async function removeRecordedGroup(record: string): Promise<void> {
  const path = await readFile(record, 'utf8').catch(() => undefined);
  if (path !== undefined) await removeGroup(path);
}

/** The kernel lets go of a group a moment after its last process has ended. */
async function removeGroup(path: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    try {
      return await rmdir(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || Date.now() > deadline) {
        throw new SandboxError('leftover', `the control group ${path} cannot be removed (${code})`, {
          cause: error,
        });
      }
      await delay(2);
    }
  }
}
