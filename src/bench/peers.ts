import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/**
 * Packages that we are compared with and that nothing else needs: installed by the benchmark alone, in the user's cache,
 * and never dependencies of the project.
 */
const versions = {
  '@blazediff/bin': '3.5.0',
  '@blazediff/core': '1.10.0',
  '@napi-rs/image': '1.15.0',
  '@nut-tree-fork/nut-js': '4.2.6',
  'fast-png': '8.0.0',
  'looks-same': '10.0.1',
  'odiff-bin': '4.5.0',
  pngjs: '7.0.0',
  sharp: '0.35.5',
} as const;

/** A package that the benchmark may install. */
export type PeerName = keyof typeof versions;

const INSTALL_MS = 300_000;
const run = promisify(execFile);
const missing = new Map<PeerName, string>();

/** How a peer is named in the output: with its version. */
export function peerLabel(name: PeerName): string {
  return `${name} ${versions[name]}`;
}

/** What could not be installed or loaded so far, each with the reason. */
export function missingPeers(): readonly string[] {
  return [...missing].map(([name, reason]) => `${peerLabel(name)} is not measured: ${reason}`);
}

/**
 * The namespace of a peer's module, installed first if need be; undefined when that fails, which the benchmark then
 * tells ({@link missingPeers}): its line is left out.
 */
export async function importPeer<Module>(name: PeerName): Promise<Module | undefined> {
  try {
    const { load } = (await import(pathToFileURL(join(await install(name), loader)).href)) as {
      readonly load: () => Promise<Module>;
    };
    return await load();
  } catch (error) {
    miss(name, error);
    return undefined;
  }
}

function miss(name: PeerName, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  missing.set(name, message.trim().split('\n').at(-1) ?? '');
}

/** Imports the package from where it is installed, by the conditions that `import` has. */
const loader = 'load.mjs';

/** Gives the directory of the package; its scripts are not run. */
async function install(name: PeerName): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const directory = join(cache, 'codex-test/peers', `${name.replace('/', '+')}@${versions[name]}`);
  if ((await stat(directory).catch(() => undefined)) !== undefined) return directory;
  process.stderr.write(`Installing ${peerLabel(name)} to compare with, in ${directory}\n`);
  await mkdir(dirname(directory), { recursive: true });
  // Made aside and renamed, so that what was interrupted is not taken for complete.
  const work = await mkdtemp(`${directory}.`);
  try {
    await writeFile(join(work, 'package.json'), '{ "private": true }');
    await writeFile(join(work, loader), `export const load = () => import(${JSON.stringify(name)});\n`);
    const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    const options = { cwd: work, env: withoutNpm(), timeout: INSTALL_MS };
    await run('npm', ['install', '--prefix', work, ...flags, `${name}@${versions[name]}`], options);
    await rename(work, directory).catch(async (error: unknown) => {
      // Another benchmark was faster.
      if ((await stat(directory).catch(() => undefined)) === undefined) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return directory;
}

/** `npm run` tells its children of the project, which is not where this installs. */
function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(?:config_local_prefix|package|lifecycle)/.test(name),
    ),
  );
}
