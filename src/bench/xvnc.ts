import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Milliseconds until a bare Xvnc, without account, namespaces or session, accepts clients. */
export async function startXvncAlone(): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'codex-test-bench-'));
  const began = performance.now();
  const child = spawn(
    'Xtigervnc',
    [
      '-displayfd',
      '3',
      '-geometry',
      '1280x800',
      '-depth',
      '24',
      '-SecurityTypes',
      'None',
      '-rfbport',
      '-1',
      '-nolisten',
      'tcp',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: { HOME: home, PATH: '/usr/bin:/bin' } },
  );
  await once(child.stdio[3] as Readable, 'data');
  const ms = performance.now() - began;
  const exited = once(child, 'exit');
  child.kill('SIGTERM'); // It removes its socket and lock file itself.
  await exited;
  await rm(home, { recursive: true, force: true });
  return ms;
}
