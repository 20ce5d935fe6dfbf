import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { decodeSpec, parseSpec, SpecError } from '../spec/index.js';
import { baselineNames, everyPath, posted, typescriptNames } from './baselines.js';
import { readPlain, readText } from './read.js';

const largest = 64 * 1024 * 1024;
const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * Takes the baselines that a run has left in its outbox into the project, with root's rights, which the
 * run did not have. What the run could have made up is not believed: only places that the project's specs
 * name are written, in directories of the project's owner, and only with regular files that are PNGs.
 * Gives the paths written; throws for files that belong to no spec, or that `only` does not name.
 */
export function collectBaselines(options: {
  readonly project: string;
  readonly outbox: string;
  /** The only paths that may be written; all that specs name without it. */
  readonly only?: readonly string[];
}): readonly string[] {
  const { project, outbox, only } = options;
  const left = new Set(readdirSync(outbox));
  if (left.size === 0) return [];
  const owner = lstatSync(project).uid;
  const written: string[] = [];
  for (const path of specsBelow(project, owner).flatMap(baselinesOf)) {
    const file = posted(outbox, path);
    if (only !== undefined && !only.includes(path)) continue;
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
  const bytes = readFileSync(spec);
  return namesIn(spec, bytes).flatMap((name) => everyPath(spec, name));
}

function namesIn(spec: string, bytes: Buffer): readonly string[] {
  if (spec.endsWith('.ts')) return typescriptNames(bytes.toString());
  const source = decodeSpec(bytes, spec);
  if (source instanceof SpecError) return [];
  const { tests } = parseSpec({ file: spec, source, read: readText }).spec;
  return [...new Set(tests.flatMap(baselineNames))];
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
