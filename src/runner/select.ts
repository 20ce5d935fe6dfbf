import { existsSync, readFileSync } from 'node:fs';
import { decodeSpec, parseSpec, SpecError } from '../spec/index.js';
import { UsageError } from './usage.js';

/** Turns `x.spec.md:LINE` into the line of the heading that the test of LINE has, which Playwright selects by. */
export function selectLines(args: readonly string[]): string[] {
  return args.map((arg) => {
    const [, file, line] = /^(.+\.spec\.md):(\d+)(?::\d+)?$/.exec(arg) ?? [];
    if (file === undefined || !existsSync(file)) return arg;
    const source = decodeSpec(readFileSync(file), file);
    if (source instanceof SpecError) return file;
    const wanted = Number(line);
    const { tests } = parseSpec({ file, source }).spec;
    const test = tests.find(({ position, endLine }) => wanted >= position.line && wanted <= endLine);
    if (test === undefined) {
      const known = tests
        .map(({ title, position, endLine }) => `${position.line}-${endLine} ${title}`)
        .join('; ');
      throw new UsageError(
        `line ${wanted} of ${file} belongs to no test; tests are at lines ${known || '(none)'}`,
      );
    }
    return `${file}:${test.position.line}`;
  });
}
