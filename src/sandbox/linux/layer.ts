import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxError } from '../error.js';
import type { Prepared } from '../types.js';
import { fetchPackages, missingPackages, type Choice } from './apt.js';
import { cachePlace, hashOf, keptFiles, keyOf, makingPlace, surplus, versionOf, withLock } from './cache.js';
import { killAll, killAndWait } from './processes.js';
import { leaseNetworkUid, releaseUid, stateDirectory, type Run } from './state.js';
import { unpack } from './unpack.js';

/** All layers together may have this many bytes; those used longest ago go first. */
const limits = { bytes: 8 * 1024 ** 3, count: 24 } as const;
const limitsOfAnswers = { bytes: 1024 ** 2, count: 256 } as const;
const statusFile = '/var/lib/dpkg/status';
/** Name of the file in which a sandbox notes the layer it uses. */
const marker = 'layer';

/** The files of packages, to be laid over the system. */
export interface Layer {
  /** Names the packages with their versions and the system they are for. */
  readonly key: string;
  /** Undefined where the host has the packages itself. */
  readonly path?: string;
  readonly prepared: Prepared;
}

interface Options {
  readonly packages: readonly string[];
  readonly run: Run;
  /** Host directory of the sandbox. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Finds the layer with these packages, or makes it, and notes that the sandbox uses it. */
export async function layerFor(options: Options): Promise<Layer> {
  const began = performance.now();
  const wanted = [...new Set(options.packages)].sort();
  const answers = cachePlace('resolved');
  const layers = cachePlace('layers');
  // What apt makes of the names is asked again only where its lists or the installed packages have changed.
  const question = join(answers, keyOf({ format: 1, wanted, system: await versionsOfSystem() }));
  const found = async (): Promise<Layer | undefined> => {
    const key = await readFile(question, 'utf8').catch(() => undefined);
    if (key === undefined) return undefined;
    const from = key.startsWith('host') ? 'host' : 'cache';
    const path = from === 'host' ? undefined : await use(join(layers, key), options.directory, key);
    if (from === 'cache' && path === undefined) return undefined;
    const prepared = { from, ms: performance.now() - began } as const;
    return { key, prepared, ...(path === undefined ? {} : { path }) };
  };
  return (
    (await found()) ??
    withLock(keyOf('layers'), options.signal, async () => {
      const other = await found(); // Made by another, while we waited.
      if (other !== undefined) return other;
      const from = performance.now();
      const key = await makeLayer({ ...options, wanted, layers });
      await writeFile(`${question}.new`, key, { mode: 0o600 });
      await rename(`${question}.new`, question);
      await removeOldest(layers, options.run);
      for (const name of surplus(await keptFiles(answers), limitsOfAnswers)) {
        await rm(join(answers, name), { force: true });
      }
      const made = await found();
      if (made === undefined) throw new SandboxError('setup-failed', 'the layer went before it was used');
      return {
        ...made,
        prepared: key.startsWith('host') ? made.prepared : { from: 'made', ms: performance.now() - from },
      };
    })
  );
}

async function versionsOfSystem(): Promise<readonly string[]> {
  const paths = ['sources.list', 'sources.list.d', 'preferences', 'preferences.d'].map((name) =>
    join('/etc/apt', name),
  );
  return Promise.all([statusFile, '/var/lib/apt/lists', ...paths].map((path) => versionOf(path)));
}

/** Notes the use before it looks: a layer that is noted is not removed. */
async function use(path: string, directory: string, key: string): Promise<string | undefined> {
  await writeFile(join(directory, marker), key, { mode: 0o600 });
  if (!existsSync(path)) return undefined;
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
  return path;
}

/** Gives the key of the layer, which is made unless another question had the same answer. */
async function makeLayer(
  options: Options & { readonly wanted: readonly string[]; readonly layers: string },
): Promise<string> {
  const { run, wanted, layers, signal } = options;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SandboxError('unsupported', 'packages of a setup need apt, which this machine does not have');
  }
  const making = makingPlace(run);
  const uid = await leaseNetworkUid(run);
  try {
    const packages = join(making, 'packages');
    await mkdir(packages, { mode: 0o700 });
    await chown(packages, uid, uid);
    const apt = { uid, directory: packages, signal };
    const choices = await missingPackages(wanted, apt);
    const system = await hashOf(statusFile);
    if (choices.length === 0) return `host-${keyOf({ wanted, system })}`;
    const key = keyOf({ format: 1, choices: choices.map(({ name }) => name).sort(), system });
    if (existsSync(join(layers, key))) return key;
    await fetchPackages(choices, apt);
    await fill({ uid, making, packages, choices, signal });
    await rename(join(making, 'layer'), join(layers, key));
    return key;
  } finally {
    await killAll([uid]);
    await killAndWait([uid]);
    await rm(making, { recursive: true, force: true });
    await releaseUid(uid);
  }
}

async function fill(options: {
  readonly uid: number;
  readonly making: string;
  readonly packages: string;
  readonly choices: readonly Choice[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { uid, making, packages, choices, signal } = options;
  const layer = join(making, 'layer');
  const scratch = join(making, 'scratch');
  for (const path of [layer, scratch]) await mkdir(path, { mode: 0o755 });
  await unpack({ uid, packages, layer, scratch, signal });
  const { stdout } = await promisify(execFile)('du', ['--summarize', '--block-size=1', layer]);
  const contents = { packages: choices.map(({ name }) => name), bytes: Number.parseInt(stdout, 10) };
  await writeFile(join(layer, 'contents.json'), JSON.stringify(contents), { mode: 0o600 });
  // A layer is complete where it is, also after a loss of power.
  await promisify(execFile)('sync', ['--file-system', layer]);
}

/** Bounds what is kept; a layer that a sandbox uses stays. */
async function removeOldest(layers: string, run: Run): Promise<void> {
  const kept = await Promise.all(
    (await keptFiles(layers)).map(async (layer) => {
      const contents = await readFile(join(layers, layer.name, 'contents.json'), 'utf8').catch(
        () => '{"bytes":0}',
      );
      return { ...layer, bytes: (JSON.parse(contents) as { readonly bytes: number }).bytes };
    }),
  );
  for (const key of surplus(kept, limits)) {
    if ((await usedKeys()).has(key)) continue;
    const path = join(layers, key);
    const away = makingPlace(run);
    await rename(path, join(away, key));
    // Who has noted it meanwhile may have seen it; whoever notes it from now on does not find it.
    if ((await usedKeys()).has(key)) await rename(join(away, key), path);
    await rm(away, { recursive: true, force: true });
  }
}

async function usedKeys(): Promise<ReadonlySet<string>> {
  const runs = join(stateDirectory, 'runs');
  const keys = new Set<string>();
  for (const id of await readdir(runs)) {
    for (const uid of await readdir(join(runs, id)).catch(() => [])) {
      const key = await readFile(join(runs, id, uid, marker), 'utf8').catch(() => undefined);
      if (key !== undefined) keys.add(key);
    }
  }
  return keys;
}
