import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { compareFrames, decodePng } from '../../image/index.js';
import { didYouMean } from '../../spec/index.js';
import { baselineNames, baselinePath } from '../baselines.js';
import { testAt } from '../select.js';
import { UsageError } from '../usage.js';
import { runTests } from './playwright.js';

/** Runs the one test that a line belongs to, and takes the screen where it is compared as the baseline. */
export async function accept(args: readonly string[]): Promise<number> {
  if (process.env['CI']) {
    throw new UsageError(
      'a run with CI set writes no baselines; accept them on your own machine and commit them',
    );
  }
  const [place = '', wanted] = args;
  const [, file, line] = /^(.+\.spec\.md):(\d+)(?::\d+)?$/.exec(place) ?? [];
  if (file === undefined || args.length > 2) {
    throw new UsageError(
      'accept needs a line of a spec, and the name of a baseline: codex-test accept specs/editor.spec.md:12 replaced',
    );
  }
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  const test = testAt(file, Number(line));
  if (test === undefined) throw new UsageError(`${file} is not a text file`);
  const name = choose(baselineNames(test), { wanted, title: test.title });
  const path = baselinePath(resolve(file), name);
  const before = look(path);
  const options = ['--retries=0', '--workers=1', '--reporter=line'];
  const code = await runTests([`${file}:${test.position.line}`, ...options], { name, path });
  const after = look(path);
  const shown = relative(process.cwd(), path);
  if (after === undefined || after.version === before?.version) {
    process.stderr.write(`codex-test: the test did not come to its baseline ${name}; nothing was written\n`);
    return code === 0 ? 1 : code;
  }
  process.stdout.write(`Accepted ${shown}: ${difference(before?.png, after.png)}\n`);
  return code;
}

function choose(
  names: readonly string[],
  { wanted, title }: { readonly wanted: string | undefined; readonly title: string },
): string {
  const known = names.join(', ');
  if (names.length === 0)
    throw new UsageError(`"${title}" has no baseline; write a check: \`screenshot: NAME\``);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new UsageError(
      `"${title}" has no baseline "${wanted}".${didYouMean(wanted, names)} Its baselines: ${known}`,
    );
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new UsageError(`"${title}" has several baselines; say which one: ${known}`);
}

/** The file, and what tells whether it was written in between. */
function look(path: string): { readonly png: Buffer; readonly version: string } | undefined {
  if (!existsSync(path)) return undefined;
  const { ino, mtimeNs } = statSync(path, { bigint: true });
  return { png: readFileSync(path), version: `${ino} ${mtimeNs}` };
}

function difference(before: Buffer | undefined, after: Buffer): string {
  const frame = decodePng(after);
  const size = `${frame.width}×${frame.height} pixels`;
  if (before === undefined) return `new, ${size}`;
  const { differentPixels, ratio } = compareFrames(decodePng(before), frame);
  if (differentPixels === 0) return `no visible difference to the one before, ${size}`;
  return `${differentPixels} pixels (${(ratio * 100).toFixed(2)} %) differ from the one before`;
}
