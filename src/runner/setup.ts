import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { TestInfo } from '@playwright/test';
import {
  SandboxError,
  type Broker,
  type Prepared,
  type Sandbox,
  type SandboxOptions,
} from '../sandbox/index.js';
import type { Network, Position, Redactor, Settings } from '../spec/index.js';
import { SpecFailure } from './located.js';
import { isBrowser } from './nested.js';
import { attachAttempts, networkOptions, type ProjectNetwork } from './network.js';
import { annotateSettings } from './ranWith.js';

/** The Markdown spec that a test comes from, and where its front matter says what. */
export interface Origin {
  readonly file: string;
  readonly places: { readonly files: Position; readonly setup: Position; readonly network: Position };
}

interface Wanted {
  readonly settings: Settings;
  readonly network: ProjectNetwork;
  /** Undefined for a TypeScript spec. */
  readonly origin: Origin | undefined;
  readonly broker: Broker;
  readonly testInfo: Pick<TestInfo, 'annotations' | 'attach' | 'file' | 'timeout' | 'setTimeout'>;
  readonly redactor: Redactor;
}

/** How long the packages of a setup may take to be fetched and unpacked, in milliseconds. */
const packagesTimeout = 10 * 60_000;

/** Provisions the sandbox of a test, with its files and its setup; neither counts towards its time limit. */
export async function provisionFor(wanted: Wanted): Promise<Sandbox> {
  const { settings, testInfo } = wanted;
  const { packages, command } = settings.setup;
  annotateSettings(testInfo, optionsOf(wanted));
  if (packages.length === 0 && command === undefined) {
    const sandbox = await provision(wanted);
    await copyFiles(wanted, sandbox);
    return sandbox;
  }
  const began = performance.now();
  const { timeout } = testInfo;
  testInfo.setTimeout(timeout === 0 ? 0 : 2 * timeout + packagesTimeout);
  try {
    return await setUp({ ...wanted, timeout: timeout === 0 ? 86_400_000 : timeout });
  } finally {
    if (timeout !== 0) testInfo.setTimeout(timeout + Math.ceil(performance.now() - began));
  }
}

/** A test with its time limit, which is also that of its command; in milliseconds. */
interface Limited extends Wanted {
  readonly timeout: number;
}

async function setUp(wanted: Limited): Promise<Sandbox> {
  const sandbox = await provision(wanted);
  if ((await prepare(wanted, sandbox)) === 'ready') return sandbox;
  // A test after the first starts from what is kept, and so does the first.
  await attachAttempts(wanted.testInfo, await sandbox.deprovision(), wanted.redactor);
  const fresh = await provision(wanted);
  if ((await prepare(wanted, fresh)) === 'ready') return fresh;
  await fresh.deprovision();
  throw new SandboxError('setup-failed', 'what the setup left went from the cache before it was used');
}

/** Makes a sandbox ready, or what the next one will find; one that fails is removed. */
async function prepare(wanted: Limited, sandbox: Sandbox): Promise<'ready' | 'used up'> {
  const { settings, testInfo, timeout } = wanted;
  const { packages, command } = settings.setup;
  try {
    if (sandbox.packages !== undefined) note(testInfo, packages.join(', '), sandbox.packages);
    const inputs = await copyFiles(wanted, sandbox);
    if (command === undefined) return 'ready';
    const prepared = await atSetup(wanted, sandbox.prepare({ command, inputs, timeout }));
    note(testInfo, 'command', prepared);
    return prepared.from === 'cache' ? 'ready' : 'used up';
  } catch (error) {
    await sandbox.deprovision().catch(() => {}); // The first error is the one to tell.
    throw error;
  }
}

/** Tells once where a part of the setup came from. */
function note({ annotations }: Wanted['testInfo'], what: string, { from, ms }: Prepared): void {
  if (annotations.some(({ type, description }) => type === 'setup' && description?.startsWith(`${what}: `)))
    return;
  const made = `made in ${(ms / 1_000).toFixed(1)} s`;
  const how = { made, cache: 'from cache', host: 'on this machine already' }[from];
  annotations.push({ type: 'setup', description: `${what}: ${how}` });
}

/** The sandbox that settings mean; throws where what they say of the network cannot be. */
function optionsOf({ settings, network: project, origin }: Wanted): SandboxOptions {
  const { level, network, display, locale, env, timezone, keyboard, theme, scale, setup, limits } = settings;
  const { packages } = setup;
  const options = { display, locale, env, timezone, keyboard, theme, scale, limits };
  return {
    ...options,
    ...networkOf({ network, project, origin }),
    level: level === 'any' ? 'elevated' : level,
    nested: settings.nested === 'browsers' ? isBrowser(settings.app) : settings.nested,
    ...(packages.length === 0 ? {} : { packages }),
  };
}

/** A mistake is shown at its line of the front matter. */
function networkOf(of: {
  readonly network: Network;
  readonly project: ProjectNetwork;
  readonly origin: Origin | undefined;
}): ReturnType<typeof networkOptions> {
  try {
    return networkOptions(of.network, of.project);
  } catch (error) {
    throw of.origin === undefined ? error : new SpecFailure(of.origin.file, of.origin.places.network, error);
  }
}

function provision(wanted: Wanted): Promise<Sandbox> {
  const options = optionsOf(wanted);
  const made = wanted.broker.provision(options);
  return options.packages === undefined ? made : atSetup(wanted, made);
}

/** Shows a failure of the setup at its line of the front matter. */
async function atSetup<Value>({ origin }: Wanted, body: Promise<Value>): Promise<Value> {
  return body.catch((error: unknown) => {
    const ours = error instanceof SandboxError && error.code === 'setup-failed';
    throw ours && origin !== undefined ? new SpecFailure(origin.file, origin.places.setup, error) : error;
  });
}

/** Copies the files of a test into its home; gives a hash of their names and what is in them. */
async function copyFiles({ settings, origin, testInfo }: Wanted, sandbox: Sandbox): Promise<string> {
  const hash = createHash('sha256');
  for (const name of settings.files) {
    const content = await readFile(resolve(dirname(origin?.file ?? testInfo.file), name)).catch(
      (cause: unknown) => {
        const message = `cannot read the file "${name}" that the spec wants in the home: ${(cause as Error).message}`;
        const error = new Error(message, { cause });
        throw origin === undefined ? error : new SpecFailure(origin.file, origin.places.files, error);
      },
    );
    hash.update(`${Buffer.byteLength(basename(name))}:${basename(name)}${content.length}:`).update(content);
    await sandbox.writeFile(`~/${basename(name)}`, content);
  }
  return hash.digest('hex');
}
