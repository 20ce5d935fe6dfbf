import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Settings, SpecTest } from '../spec/index.js';

/** Environment variable with the directory that new baselines go to where tests may not write the project. */
export const outboxVariable = 'CODEX_TEST_OUTBOX';

/** Environment variable with the name of the one baseline that the run is to make anew. */
export const acceptVariable = 'CODEX_TEST_ACCEPT';

/** Environment variable that is set where that one is to be another look beside those there are. */
export const alsoVariable = 'CODEX_TEST_ACCEPT_ALSO';

/** How many looks one state may have. */
export const mostLooks = 9;

/** What decides how everything is drawn: a screen is only compared with baselines of the same. */
export type Drawing = Pick<Settings, 'scale' | 'theme'>;

/** How a screen is drawn where nothing is said; names of its baselines do not mention it. */
export const plainDrawing: Drawing = { scale: 100, theme: 'light' };

/** One baseline, its place and its look: the first is 1. */
export interface BaselinePlace {
  readonly spec: string;
  readonly name: string;
  readonly drawing?: Drawing;
  readonly look?: number;
}

/**
 * The name of a baseline out of the name of a screenshot in a TypeScript spec, which may end in `.png`; undefined for
 * what could lead out of the directory of the baselines.
 */
export function baselineName(name: string): string | undefined {
  const plain = name.replace(/\.png$/, '');
  return /^[\p{L}\p{N}_][\p{L}\p{N}_. -]*$/u.test(plain) ? plain : undefined;
}

/** Where a baseline lies: `NAME-linux.png`, `NAME-linux-150-dark.png`, and `NAME-linux.2.png` for its second look. */
export function baselinePath({ spec, name, drawing = plainDrawing, look = 1 }: BaselinePlace): string {
  const scale = drawing.scale === plainDrawing.scale ? '' : `-${drawing.scale}`;
  const theme = drawing.theme === plainDrawing.theme ? '' : `-${drawing.theme}`;
  const number = look === 1 ? '' : `.${look}`;
  return join(directoryOf(spec), `${name}-${process.platform}${scale}${theme}${number}.png`);
}

/** All places that the looks of a baseline may have. */
export function lookPaths(place: Omit<BaselinePlace, 'look'>): readonly string[] {
  return Array.from({ length: mostLooks }, (_, index) => baselinePath({ ...place, look: index + 1 }));
}

/** All places that the looks of a baseline may have, however it is drawn. */
export function everyPath(spec: string, name: string): readonly string[] {
  const scales: readonly Drawing['scale'][] = [100, 125, 150, 175, 200];
  const drawings = scales.flatMap((scale) => [
    { scale, theme: 'light' as const },
    { scale, theme: 'dark' as const },
  ]);
  return drawings.flatMap((drawing) => lookPaths({ spec, name, drawing }));
}

function directoryOf(spec: string): string {
  return `${spec}-snapshots`;
}

const fileName =
  /^(?<name>.+)-(?<system>aix|darwin|freebsd|linux|openbsd|sunos|win32)(?:-(?<scale>125|150|175|200))?(?:-(?<theme>dark))?(?:\.(?<look>[2-9]))?\.png$/;

/** The files of a spec that lie where its baselines do: which baseline each is, and for what it was made, in words. */
export function baselineFiles(
  spec: string,
): readonly { readonly path: string; readonly name: string; readonly drawn: string }[] {
  const directory = directoryOf(spec);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .toSorted()
    .flatMap((file) => {
      const { name, system, scale = '100', theme = 'light' } = fileName.exec(file)?.groups ?? {};
      if (name === undefined) return [];
      return [{ path: join(directory, file), name, drawn: `${system}, ${scale} %, ${theme}` }];
    });
}

/** A baseline that is there. */
export interface Baseline {
  readonly path: string;
  readonly png: Buffer;
}

/** The looks of a baseline as they are, or as this run has made them. */
export function readLooks(place: Omit<BaselinePlace, 'look'>): readonly Baseline[] {
  return lookPaths(place).flatMap((path) => {
    const png = readBaseline(path);
    return png === undefined ? [] : [{ path, png }];
  });
}

function readBaseline(path: string): Buffer | undefined {
  const outbox = process.env[outboxVariable];
  const made = outbox === undefined ? undefined : readIfThere(posted(outbox, path));
  return made ?? readIfThere(path);
}

/** Writes a baseline, or leaves it for `collectBaselines`. */
export function writeBaseline(path: string, png: Buffer): void {
  const outbox = process.env[outboxVariable];
  if (outbox !== undefined) return writeFileSync(posted(outbox, path), png);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, png);
}

/** Where an outbox holds what is to be the file `path`. */
export function posted(outbox: string, path: string): string {
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

/** Names of the baselines that a test is compared with, each once. */
export function baselineNames({ steps, expectations }: SpecTest): readonly string[] {
  const all = [...steps.flatMap((step) => step.expectations), ...expectations];
  const names = all.flatMap((each) =>
    each.kind === 'check' && each.check.name === 'screenshot' ? [each.check.baseline] : [],
  );
  return [...new Set(names)];
}

/** Names of the baselines in a TypeScript spec that stand there as they are; what it makes up while it runs is not believed. */
export function typescriptNames(source: string): readonly string[] {
  const written = source.matchAll(/\btoHaveScreenshot\(\s*(['"`])([^'"`\n]+)\1/g);
  const names = [...written].flatMap(([, , name]) => baselineName(name!) ?? []);
  return [...new Set(names)];
}
