import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { OcrError } from './error.js';

const run = promisify(execFile);

const VERSION = '1.30.0';

/** What is installed: npm packages with their `dist.integrity` in the registry, and the parts that are needed. */
const PACKAGES = [
  {
    name: 'onnxruntime-node',
    integrity:
      'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
    parts: ['package.json', 'dist', `bin/napi-v6/${process.platform}/${process.arch}`],
  },
  {
    name: 'onnxruntime-common',
    integrity:
      'sha512-7fdVWjAID1dVhH/G8qK3APARunV4VkBFoCQAP7qp4Wkab0mrorvmc+sqiT+mKXOzDqdjN5j+/Z9nb4gzNPWcyA==',
    parts: ['package.json', 'dist/cjs'],
  },
] as const;

const NAME = `onnxruntime-node@${VERSION}`;
const INSTALL_MS = 600_000;

/** Where the native runtime is looked for, and may be installed: the user's cache, then a place for all users. */
export function nativeDirectories(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const cache = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache');
  return [join(cache, 'codex-test', NAME), join('/usr/local/lib/codex-test', NAME)];
}

/**
 * The first directory that holds the runtime. One that others than root and we could have written to is passed over: its
 * code would run with our rights.
 */
export async function findNative(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const binding = join(directory, 'node_modules/onnxruntime-node/dist/binding.js');
    const [place, file] = await Promise.all([directory, binding].map((path) => stat(path).catch(() => {})));
    if (!place || !file) continue;
    if ([place, file].every(isOurs)) return directory;
  }
  return undefined;
}

/** Always true where files have no owner in numbers. */
function isOurs({ uid, mode }: Stats): boolean {
  const own = process.getuid?.();
  return own === undefined || ((uid === 0 || uid === own) && (mode & 0o022) === 0);
}

/**
 * Installs the native runtime into `directory`, one of `nativeDirectories`: 46 MB, no scripts are run, and what npm
 * brings must have the hashes pinned here. Does nothing when it is there. Throws OcrError `failed`.
 */
export async function installNativeRuntime(directory: string): Promise<void> {
  if ((await findNative([directory])) !== undefined) return;
  await mkdir(dirname(directory), { recursive: true });
  const work = await mkdtemp(`${directory}.`);
  try {
    for (const { name, integrity, parts } of PACKAGES) {
      const file = await pack(`${name}@${VERSION}`, work);
      await verify(file, integrity);
      const to = join(work, 'node_modules', name);
      await mkdir(to, { recursive: true, mode: 0o755 });
      const members = parts.map((part) => `package/${part}`);
      await run('tar', ['-xzf', file, '-C', to, '--strip-components=1', '--no-same-owner', ...members]);
      await rm(file);
    }
    await chmod(work, 0o755);
    await rm(directory, { recursive: true, force: true });
    await rename(work, directory);
  } catch (cause) {
    await rm(work, { recursive: true, force: true });
    if (cause instanceof OcrError) throw cause;
    throw new OcrError(
      'failed',
      `The native OCR runtime could not be installed into ${directory}; OCR works without it, but slower.`,
      { cause },
    );
  }
}

async function pack(specifier: string, into: string): Promise<string> {
  const options = ['--ignore-scripts', '--json', '--pack-destination', into];
  const { stdout } = await run('npm', ['pack', specifier, ...options], { timeout: INSTALL_MS, cwd: into });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  return join(into, packed?.filename ?? '');
}

async function verify(file: string, integrity: string): Promise<void> {
  const hash = createHash('sha512').update(await readFile(file));
  const actual = `sha512-${hash.digest('base64')}`;
  if (actual !== integrity) {
    throw new OcrError('failed', `${file} has the hash ${actual}, not ${integrity}; nothing was installed.`);
  }
}
