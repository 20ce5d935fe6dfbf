import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { decodeSpec, parseSpec, SpecError, type SpecTest } from '../spec/index.js';
import { readPlain, readText } from './read.js';

/** Environment variable with the directory that new baselines go to where tests may not write the project. */
export const outboxVariable = 'CODEX_TEST_OUTBOX';

const largest = 64 * 1024 * 1024;
const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Environment variable with the name of the one baseline that the run is to make anew. */
export const acceptVariable = 'CODEX_TEST_ACCEPT';

/**
 * The name of a baseline out of the name of a screenshot in a TypeScript spec, which may end in `.png`; undefined for
 * what could lead out of the directory of the baselines.
 */
export function baselineName(name: string): string | undefined {
  const plain = name.replace(/\.png$/, '');
  return /^[\p{L}\p{N}_][\p{L}\p{N}_. -]*$/u.test(plain) ? plain : undefined;
}

/** Where the baseline `name` of a spec lies, one for each platform. */
export function baselinePath(spec: string, name: string): string {
  return join(`${spec}-snapshots`, `${name}-${process.platform}.png`);
}

/** The baseline as it is, or as this run has made it; undefined when there is none. */
export function readBaseline(path: string): Buffer | undefined {
  const outbox = process.env[outboxVariable];
  const made = outbox === undefined ? undefined : readIfThere(posted(outbox, path));
  return made ?? readIfThere(path);
}

/** Writes a baseline, or leaves it for {@link collectBaselines}. */
export function writeBaseline(path: string, png: Buffer): void {
  const outbox = process.env[outboxVariable];
  if (outbox !== undefined) return writeFileSync(posted(outbox, path), png);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, png);
}

/**
 * Takes the baselines that a run has left in its outbox into the project, with root's rights, which the
 * run did not have. What the run could have made up is not believed: only places that the project's specs
 * name are written, in directories of the project's owner, and only with regular files that are PNGs.
 * Gives the paths written; throws for files that belong to no spec, or that `only` does not name.
 */
export function collectBaselines(options: {
  readonly project: string;
  readonly outbox: string;
  /** The only path that may be written; all that specs name without it. */
  readonly only?: string;
}): readonly string[] {
  const { project, outbox, only } = options;
  const left = new Set(readdirSync(outbox));
  if (left.size === 0) return [];
  const owner = lstatSync(project).uid;
  const written: string[] = [];
  for (const path of specsBelow(project, owner).flatMap(baselinesOf)) {
    const file = posted(outbox, path);
    if (only !== undefined && only !== path) continue;
    if (!left.delete(relative(outbox, file))) continue;
    place(path, readPosted(file));
    written.push(path);
  }
  if (left.size > 0)
    throw new Error(
      `${left.size} new baselines belong to no spec below ${project} and were not kept; ` +
        'in TypeScript, the name of a screenshot has to stand in the call as a string',
    );
  return written;
}

function posted(outbox: string, path: string): string {
  return join(outbox, `${createHash('sha1').update(path).digest('hex')}.png`);
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Specs in directories that nobody but the project's owner can exchange for links. */
function specsBelow(directory: string, owner: number): string[] {
  if (lstatSync(directory).uid !== owner) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return /^(?:\.|node_modules$)/.test(entry.name) ? [] : specsBelow(path, owner);
    return entry.isFile() && /\.spec\.(?:md|ts)$/.test(entry.name) ? [path] : [];
  });
}

function baselinesOf(spec: string): readonly string[] {
  if (spec.endsWith('.ts')) return typescriptBaselines(spec);
  const source = decodeSpec(readFileSync(spec), spec);
  if (source instanceof SpecError) return [];
  const { tests } = parseSpec({ file: spec, source, read: readText }).spec;
  return [...new Set(tests.flatMap(baselineNames))].map((name) => baselinePath(spec, name));
}

/** Names of the baselines that a test is compared with, each once. */
export function baselineNames({ steps, expectations }: SpecTest): readonly string[] {
  const all = [...steps.flatMap((step) => step.expectations), ...expectations];
  const names = all.flatMap((each) =>
    each.kind === 'check' && each.check.name === 'screenshot' ? [each.check.baseline] : [],
  );
  return [...new Set(names)];
}

/** Those whose names stand in the spec as they are; what it makes up while it runs is not believed. */
function typescriptBaselines(spec: string): readonly string[] {
  const written = readFileSync(spec, 'utf8').matchAll(/\btoHaveScreenshot\(\s*(['"`])([^'"`\n]+)\1/g);
  const names = [...written].flatMap(([, , name]) => baselineName(name!) ?? []);
  return [...new Set(names)].map((name) => baselinePath(spec, name));
}

function readPosted(file: string): Buffer {
  const png = readPlain(file, largest);
  if (png?.subarray(0, signature.length).equals(signature)) return png;
  throw new Error(`${file} is not a PNG file of at most ${largest / 1024 / 1024} MiB`);
}

/** A link in the place of the file is replaced, one in the place of its directory refused. */
function place(path: string, png: Buffer): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true });
  if (!lstatSync(directory).isDirectory())
    throw new Error(`${directory} is a link; nothing was written there`);
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, png, { flag: 'wx' });
  renameSync(fresh, path);
}
