import {
  spawn,
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type StdioOptions,
} from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { maxOutputBytes, type Executed } from '../protocol.js';
import { head, tolerateResets } from './output.js';
import type { MemoryGroup } from './cgroup.js';
import type { Confinement } from './confine.js';
import { dropTo } from './view.js';

/** A command for {@link execInside}. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Buffer;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Where a command runs: the namespaces of an account, as the account. */
export interface Inside {
  /** Open descriptors of the namespaces by the name of nsenter's option. */
  readonly held: ReadonlyMap<string, number>;
  readonly uid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly home: string;
  readonly confinement: Confinement;
  readonly memory: MemoryGroup | undefined;
  /** Aborted when the namespaces are ended. */
  readonly ending: AbortSignal;
}

/** Starts a command as an account in namespaces that are held open. */
export function spawnInside(
  argv: readonly string[],
  { held, uid, environment, home, confinement, memory, ending }: Inside,
  stdio: StdioOptions,
): ChildProcess {
  // By descriptor and not by pid: a pid may have passed to another process in the meantime.
  const enter = [...held].map(([name, descriptor]) => `--${name}=/proc/${process.pid}/fd/${descriptor}`);
  const drop = dropTo(uid, environment, home, confinement);
  // Where the command stops, nsenter stops itself; without us nobody would let it go on.
  const start = ['/usr/bin/setpriv', '--pdeathsig=CONT', '--', 'nsenter', ...enter, '--', ...drop, ...argv];
  const [first = '', ...rest] = memory?.enter(start) ?? start;
  // A session of its own: no terminal of ours to type into, no Ctrl-C from it, a group to kill.
  const child = spawn(first, rest, { stdio, env: { PATH: '/usr/bin:/bin' }, detached: true });
  tolerateResets(child); // The command may end without reading its input.
  letEnd(child, ending);
  return child;
}

/** Runs a command as an account in namespaces that are held open, and resolves when it has ended. */
export async function execInside(command: Command, place: Inside): Promise<Executed> {
  const environment = { ...place.environment, ...command.env };
  const child = spawnInside(
    command.argv,
    { ...place, environment },
    'pipe',
  ) as ChildProcessWithoutNullStreams;
  const closed = once(child, 'close');
  closed.catch(() => {}); // It also rejects with the error that is thrown below.
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const stdout = head(child.stdout, maxOutputBytes);
  const stderr = head(child.stderr, maxOutputBytes);
  child.stdin.end(command.stdin ?? '');
  let timedOut = false;
  const timer =
    command.timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          killGroup(child.pid);
        }, command.timeout);
  const [code, signal] = await exited.finally(() => clearTimeout(timer));
  // What is still in the pipes belongs to the command; a descendant may hold them open for ever.
  await Promise.race([closed, delay(250, undefined, { ref: false })]);
  return {
    code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
    stdout: stdout.bytes().toString('base64'),
    stderr: stderr.bytes().toString('base64'),
    truncated: stdout.truncated() || stderr.truncated(),
    timedOut,
  };
}

/**
 * A command that is stopped, as by SIGSTOP of its own, stops nsenter with it, which then reaps nothing, and
 * the kernel waits for that before it ends the namespaces. Again and again, since nsenter may be about to stop.
 */
function letEnd(child: ChildProcess, ending: AbortSignal): void {
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setInterval(() => child.kill('SIGCONT'), 10);
  };
  ending.addEventListener('abort', start, { once: true });
  if (ending.aborted) start();
  child.once('exit', () => {
    clearInterval(timer);
    ending.removeEventListener('abort', start);
  });
}

/** Ends a command with what it started, except for what has left its process group. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended between the timer and the call.
  }
}
