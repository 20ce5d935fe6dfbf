import { readdir, readFile, readlink } from 'node:fs/promises';
import { processesOf } from './processes.js';

/** Names a connection by both of its ports, in the account's network. */
export interface Connection {
  readonly port: number;
  readonly at: number;
}

/**
 * Names of the account's programs that hold a connection to a listening socket of its loopback; undefined where none
 * was found. `pid` is any process in the account's network.
 */
export async function holderOf(
  { port, at }: Connection,
  account: { readonly uid: number; readonly pid: number },
): Promise<string | undefined> {
  const inode = await inodeOf({ port, at }, account.pid);
  if (inode === undefined) return undefined;
  const holders = await Promise.all(
    (await processesOf([account.uid])).map(async ({ pid, name }) =>
      (await holds(pid, `socket:[${inode}]`)) ? [name] : [],
    ),
  );
  const names = [...new Set(holders.flat())].map((name) => name.replaceAll(/[^\u0020-\u007e]/g, '?'));
  return names.length === 0 ? undefined : names.sort().join(', ');
}

/** proc_pid_net(5): local and remote address, `0100007F:0C38`, then the inode in the tenth column. */
async function inodeOf({ port, at }: Connection, pid: number): Promise<string | undefined> {
  const hex = (number: number): string => number.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['tcp', 'tcp6']) {
    const lines = (await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')).split('\n');
    for (const line of lines) {
      const [, local = '', remote = '', , , , , , , inode] = line.trim().split(/\s+/);
      const found = local.endsWith(`:${hex(port)}`) && remote.endsWith(`:${hex(at)}`);
      if (found && inode !== undefined && inode !== '0') return inode;
    }
  }
  return undefined;
}

/** The links name sockets; none of them is followed. */
async function holds(pid: number, socket: string): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.includes(socket);
}
