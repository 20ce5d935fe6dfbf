import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tail, tolerateResets } from './output.js';

/**
 * The second barrier, for the day that the first has a hole: accounts of sandboxes have no packet in the machine's own
 * network. The table is ours alone, has the name of the run, and is noted before it is made.
 */

const record = (directory: string): string => join(directory, 'firewall');
const tableName = /^codex_test_[0-9a-f]{12}$/;

/** Makes the table of a run; resolves with why it cannot, where it cannot. */
export async function raiseFirewall(
  run: { readonly id: string; readonly directory: string },
  uids: { readonly first: number; readonly last: number },
): Promise<string | undefined> {
  const name = `codex_test_${run.id}`;
  await writeFile(record(run.directory), name, { mode: 0o600 });
  return nft(`table inet ${name} {
    chain output {
      type filter hook output priority 0; policy accept;
      meta skuid ${uids.first}-${uids.last} counter jump refuse
    }
    chain refuse {
      meta l4proto tcp reject with tcp reset
      reject with icmpx type admin-prohibited
    }
  }`);
}

/** Removes the table that is noted in the directory of a run, where there is one. */
export async function lowerFirewall(directory: string): Promise<void> {
  const name = (await readFile(record(directory), 'utf8').catch(() => '')).trim();
  if (!tableName.test(name)) return;
  // Made first, so that it is no mistake where it is gone already.
  await nft(`table inet ${name} {}\ndelete table inet ${name}`);
  await rm(record(directory), { force: true });
}

/** Runs commands for the packet filter, all or none; resolves with why not. */
async function nft(commands: string): Promise<string | undefined> {
  const child = spawn('nft', ['-f', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  tolerateResets(child);
  const log = tail(child.stderr);
  child.stdin.end(commands);
  return new Promise((resolve) => {
    child.once('error', () => resolve('nft is not installed (Debian package nftables)'));
    child.once('close', (code) => resolve(code === 0 ? undefined : `nft: ${log().split('\n')[0]}`));
  });
}
