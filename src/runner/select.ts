import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeSpec, parseSpec, SpecError, type SpecTest } from '../spec/index.js';
import { readText } from './read.js';
import { UsageError } from './usage.js';

/**
 * Makes patterns, as Playwright wants them, of the arguments that name specs. `x.spec.md:LINE` gets the
 * line of the heading that the test of LINE has, which Playwright selects by.
 */
export function selectSpecs(args: readonly string[]): string[] {
  return args.map((arg) => {
    const [, file, line] = /^(.+\.spec\.md)(?::(\d+)(?::\d+)?)?$/.exec(arg) ?? [];
    if (file === undefined || !existsSync(file)) return arg;
    const pattern = `${resolve(file).replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}$`;
    return line === undefined ? pattern : `${pattern}:${headingOf(file, Number(line)) ?? line}`;
  });
}

/** The line of the heading of the test that has `wanted`; undefined when the file cannot be read as a spec. */
function headingOf(file: string, wanted: number): number | undefined {
  return testAt(file, wanted)?.position.line;
}

/**
 * The test that a line of a spec belongs to; undefined when the file cannot be read as a spec. Throws a
 * `UsageError` that lists the tests when it belongs to none.
 */
export function testAt(file: string, wanted: number): SpecTest | undefined {
  const source = decodeSpec(readFileSync(file), file);
  if (source instanceof SpecError) return undefined;
  const { tests } = parseSpec({ file, source, read: readText }).spec;
  const test = tests.find(({ position, endLine }) => wanted >= position.line && wanted <= endLine);
  if (test !== undefined) return test;
  const known = tests
    .map(({ title, position, endLine }) => `${position.line}-${endLine} ${title}`)
    .join('; ');
  throw new UsageError(
    `line ${wanted} of ${file} belongs to no test; tests are at lines ${known || '(none)'}`,
  );
}
