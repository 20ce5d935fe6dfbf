import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { compareFrames } from '../../image/index.js';
import { decodeSpec, didYouMean, parseSpec, SpecError } from '../../spec/index.js';
import { baselineNames, everyPath, lookPaths, mostLooks, typescriptNames } from '../baselines.js';
import { decodeLook } from '../looks/note.js';
import { shown } from '../looks/tell.js';
import { readText } from '../read.js';
import { testAt } from '../select.js';
import { UsageError } from '../usage.js';
import { runTests, type Accepting } from './playwright.js';

/** Runs the one test that a line belongs to, and takes the screen where it is compared as a look of the baseline. */
export async function accept(args: readonly string[]): Promise<number> {
  if (process.env['CI']) {
    throw new UsageError(
      'a run with CI set writes no baselines; accept them on your own machine and commit them',
    );
  }
  const { file, line, wanted, as } = readArguments(args);
  const { name, paths, at } = file.endsWith('.ts')
    ? chooseInTypeScript(file, { line, wanted })
    : chooseInMarkdown(file, { line, wanted });
  const before = new Map(paths.map((path) => [path, look(path)]));
  if (as === 'another look' && paths.length === mostLooks && [...before.values()].every(Boolean)) {
    throw new UsageError(`${name} has ${mostLooks} looks already; remove one of ${shown(paths[0]!)} …`);
  }
  const options = ['--retries=0', '--workers=1', '--reporter=line'];
  const code = await runTests([`${file}:${at}`, ...options], { name, paths, as });
  const written = paths.flatMap((path) => {
    const now = look(path);
    return now === undefined || now.version === before.get(path)?.version ? [] : [{ path, png: now.png }];
  });
  if (written.length === 0) {
    process.stderr.write(`codex-test: the test did not come to its baseline ${name}; nothing was written\n`);
    return code === 0 ? 1 : code;
  }
  for (const { path, png } of written) {
    const others = [...before].flatMap(([other, was]) =>
      was === undefined ? [] : [[other, was.png] as const],
    );
    process.stdout.write(`Accepted ${shown(path)}: ${describe({ path, png }, others)}\n`);
  }
  return code;
}

interface Arguments {
  readonly file: string;
  readonly line: number;
  readonly wanted: string | undefined;
  readonly as: Accepting['as'];
}

function readArguments(args: readonly string[]): Arguments {
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--also');
  if (unknown !== undefined) {
    throw new UsageError(`accept does not know ${unknown}; it takes --also, for one more look of a state`);
  }
  const [place = '', wanted, ...more] = args.filter((arg) => arg !== '--also');
  const [, file, line] = /^(.+\.spec\.(?:md|ts)):(\d+)(?::\d+)?$/.exec(place) ?? [];
  if (file === undefined || more.length > 0) {
    throw new UsageError(
      'accept needs a line of a spec, and the name of a baseline: codex-test accept specs/editor.spec.md:12 replaced',
    );
  }
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  return { file, line: Number(line), wanted, as: args.includes('--also') ? 'another look' : 'the look' };
}

interface Chosen {
  readonly name: string;
  /** Where its looks may lie. */
  readonly paths: readonly string[];
  /** The line that Playwright knows the test by. */
  readonly at: number;
}

type Choice = Pick<Arguments, 'line' | 'wanted'>;

function chooseInMarkdown(file: string, { line, wanted }: Choice): Chosen {
  const test = testAt(file, line);
  const source = decodeSpec(readFileSync(file), file);
  if (test === undefined || source instanceof SpecError) throw new UsageError(`${file} is not a text file`);
  const missing = 'write a check: `screenshot: NAME`';
  const name = choose(baselineNames(test), { wanted, what: `"${test.title}"`, missing });
  const { settings } = parseSpec({ file, source, read: readText }).spec;
  const paths = lookPaths({ spec: resolve(file), name, drawing: settings });
  return { name, paths, at: test.position.line };
}

/** How the screens of a TypeScript spec are drawn is only known when it runs. */
function chooseInTypeScript(file: string, { line, wanted }: Choice): Chosen {
  const names = typescriptNames(readFileSync(file, 'utf8'));
  const missing = "write `expect(desktop).toHaveScreenshot('NAME')`";
  const name = choose(names, { wanted, what: file, missing });
  return { name, paths: everyPath(resolve(file), name), at: line };
}

function choose(
  names: readonly string[],
  {
    wanted,
    what,
    missing,
  }: { readonly wanted: string | undefined; readonly what: string; readonly missing: string },
): string {
  const known = names.join(', ');
  if (names.length === 0) throw new UsageError(`${what} has no baseline; ${missing}`);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new UsageError(
      `${what} has no baseline "${wanted}".${didYouMean(wanted, names)} Its baselines: ${known}`,
    );
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new UsageError(`${what} has several baselines; say which one: ${known}`);
}

/** The file, and what tells whether it was written in between. */
function look(path: string): { readonly png: Buffer; readonly version: string } | undefined {
  if (!existsSync(path)) return undefined;
  const { ino, mtimeNs } = statSync(path, { bigint: true });
  return { png: readFileSync(path), version: `${ino} ${mtimeNs}` };
}

/** How a look that was written differs from the one in its place before, or from the nearest of the others. */
function describe(
  { path, png }: { readonly path: string; readonly png: Buffer },
  others: readonly (readonly [path: string, png: Buffer])[],
): string {
  const { frame } = decodeLook({ path, png });
  const size = `${frame.width}×${frame.height} pixels`;
  const own = others.filter(([other]) => other === path);
  const [nearest] = (own.length > 0 ? own : others)
    .map(([other, was]) => ({
      other,
      ...compareFrames(decodeLook({ path: other, png: was }).frame, frame),
    }))
    .toSorted((a, b) => a.ratio - b.ratio);
  if (nearest === undefined) return `new, ${size}`;
  const { differentPixels, ratio, other } = nearest;
  const one = other === path ? 'the one before' : `the nearest one, ${basename(other)}`;
  const head = other === path ? '' : `look ${others.length + 1}, `;
  if (differentPixels === 0) return `${head}no visible difference to ${one}, ${size}`;
  return `${head}${differentPixels} pixels (${(ratio * 100).toFixed(2)} %) differ from ${one}`;
}
