import { constants } from 'node:os';
import type { ExecResult, Sandbox } from '../../sandbox/types.js';
import type { AgentContext, Launched } from '../context.js';
import { AgentError, type AgentErrorCode } from '../error.js';

/**
 * What belongs to the session itself, by the 15 characters that the kernel keeps, see proc_pid_comm(5), and how
 * often at most: the session's shell, what keeps the namespaces open, and the look itself.
 */
const session: Readonly<Record<string, number>> = {
  ...{ sh: 2, cat: 1, sleep: 1, bwrap: 1, openbox: Infinity, 'dbus-daemon': Infinity },
  ...{ 'at-spi-bus-laun': Infinity, 'at-spi2-registr': Infinity, 'dconf-service': Infinity },
  ...{ gvfsd: Infinity, 'gvfsd-fuse': Infinity },
};

/** What an application that is no longer there brings about. */
const consequences: readonly AgentErrorCode[] = ['not-found', 'not-actionable', 'no-effect', 'ambiguous'];

/** An error that says as well which started applications have ended meanwhile, as after a crash. */
export function sayEnded({ launched }: Pick<AgentContext, 'launched'>): (error: unknown) => never {
  return (error) => {
    const hint = describeEnded(launched);
    if (!(error instanceof AgentError) || hint === '' || !consequences.includes(error.code)) throw error;
    throw new AgentError(error.code, `${error.message} ${hint}`, { cause: error });
  };
}

/**
 * Names the applications that have ended, for example `"gedit" has ended (SIGSEGV).`; those that ended well only
 * where none goes on, since they may have handed over to another. May be empty.
 */
export function describeEnded(launched: readonly Launched[]): string {
  const all = launched.every(({ code }) => code !== undefined);
  const ended = launched.filter(({ code }) => code !== undefined && (all || code !== 0));
  return ended.map(({ command, code = 0 }) => `"${command}" has ended (${describeCode(code)}).`).join(' ');
}

/** An exit code in words; 128 and more is a signal. */
export function describeCode(code: number): string {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number + 128 === code) ?? [];
  return signal ?? `code ${code}`;
}

/** Names of the account's processes that are not its session: what an application that ended has left. */
export async function leftBehind(sandbox: Pick<Sandbox, 'exec'>): Promise<readonly string[]> {
  const list: ExecResult = await sandbox.exec(['/bin/sh', '-c', 'cat /proc/[0-9]*/comm 2>/dev/null || :'], {
    timeout: 5_000,
  });
  const left: Record<string, number> = { ...session };
  return list.stdout
    .toString()
    .split('\n')
    .filter((name) => name !== '' && !(left[name] !== undefined && left[name]-- > 0));
}
