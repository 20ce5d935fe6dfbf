import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SandboxError } from '../error.js';
import type { Executed } from '../protocol.js';
import type { Preparation, Prepared, SandboxOptions } from '../types.js';
import type { Account } from './account.js';
import { cachePlace, hashOf, keptFiles, keyOf, makingPlace, surplus, versionOf, withLock } from './cache.js';
import { tail } from './output.js';
import type { Run } from './state.js';

/** A home that is kept may have this many bytes. */
const homeBytes = 1024 ** 3;
/** What is kept for one user. */
const limits = { count: 64, bytes: 4 * 1024 ** 3 } as const;

interface Options {
  readonly preparation: Preparation;
  readonly run: Run;
  readonly account: Account;
  readonly options: SandboxOptions;
  /** Names the packages that the sandbox has. */
  readonly layer: string | undefined;
  /** Ends every process of the account. */
  readonly stop: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Brings the home into the state that a command leaves it in: from an archive of an earlier sandbox, else by
 * running the command, after which every process of the account is ended and the home archived.
 *
 * The archive is written and read by tar running as the account, inside; the broker only passes its bytes on and
 * never follows a path in it. It has no owner in it, so that it fits the account of any sandbox.
 */
export async function prepareHome(options: Options): Promise<Prepared> {
  const { account, preparation, run, signal, stop } = options;
  const began = performance.now();
  const directory = cachePlace(`homes/${run.user}`);
  const key = await homeKey(options);
  const archive = join(directory, key);
  const found = async (): Promise<Prepared | undefined> =>
    (await restore(account, archive)) ? { from: 'cache', ms: performance.now() - began } : undefined;
  return (
    (await found()) ??
    withLock(key, signal, async () => {
      const made = await found(); // By another, while we waited.
      if (made !== undefined) return made;
      const { command, timeout } = preparation;
      const ran = performance.now();
      refuse(preparation, await account.exec({ argv: ['/bin/sh', '-c', command], env: {}, timeout }));
      await stop();
      await keep({ run, account, archive });
      for (const name of surplus(await keptFiles(directory), limits)) {
        await rm(join(directory, name), { force: true });
      }
      return { from: 'made', ms: performance.now() - ran };
    })
  );
}

/** The user's own, and whatever the result may depend on. */
async function homeKey({ preparation, options, layer }: Options): Promise<string> {
  const { command, inputs } = preparation;
  const system = await Promise.all([hashOf('/var/lib/dpkg/status'), versionOf('/etc/skel')]);
  return keyOf({ format: 1, command, inputs, options, layer, system });
}

function refuse({ command, timeout }: Preparation, result: Executed): void {
  if (result.code === 0 && !result.timedOut) return;
  const how = result.timedOut
    ? `had not ended after ${timeout / 1_000} s`
    : `ended with exit code ${result.code}`;
  const output = [result.stdout, result.stderr].map((text) => Buffer.from(text, 'base64').toString('utf8'));
  const end = output.join('').trim().slice(-2_000) || '(no output)';
  throw new SandboxError(
    'setup-failed',
    `the setup command ${how}: ${command.split('\n')[0]}\n${end}\n` +
      'It runs in the home of the account, without rights and without network. Correct it, or remove it from setup.',
  );
}

const clearAndUnpack = 'find . -mindepth 1 -delete && exec tar --extract --preserve-permissions --file=-';

/** Gives the account the home of an archive; false where there is none. */
async function restore(account: Account, archive: string): Promise<boolean> {
  const file = await open(archive, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const child = account.tool(['/bin/sh', '-c', clearAndUnpack], [file.fd, 'ignore', 'pipe']);
    const log = tail(child.stderr!);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) {
      // Else every later test would meet it as well. Other codes are not about the archive.
      if (code === 2) await unlink(archive).catch(() => {});
      throw new SandboxError('setup-failed', `the home that was kept cannot be used, try again: ${log()}`);
    }
    const now = new Date();
    await utimes(archive, now, now).catch(() => {}); // Removed by another meanwhile; the account has it.
    return true;
  } finally {
    await file.close();
  }
}

const pack = 'exec tar --create --sparse --owner=0 --group=0 --numeric-owner --file=- .';

async function keep(options: {
  readonly run: Run;
  readonly account: Account;
  readonly archive: string;
}): Promise<void> {
  const directory = makingPlace(options.run);
  try {
    const made = join(directory, 'home.tar');
    const child = options.account.tool(['/bin/sh', '-c', pack], ['ignore', 'pipe', 'pipe']);
    const log = tail(child.stderr!);
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const to = createWriteStream(made, { mode: 0o600, flags: 'wx', flush: true });
    await pipeline(child.stdout as Readable, bounded, to);
    const [code] = await exited;
    if (code !== 0) {
      throw new SandboxError(
        'setup-failed',
        `the home that the setup command leaves cannot be kept: ${log()}\nEvery file in it must be readable for its owner.`,
      );
    }
    await rename(made, options.archive);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function* bounded(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > homeBytes) {
      throw new SandboxError(
        'setup-failed',
        'the setup command leaves a home of more than 1 GiB, which is not kept. Let it write less.',
      );
    }
    yield chunk;
  }
}
