import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeProject, repository, runCli } from './testing.js';

/** The ```ts blocks of a page that are tests. */
function examplesOf(page: string): readonly string[] {
  const blocks = readFileSync(join(repository, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code]) => code!).filter((code) => /^test\(/m.test(code));
}

test('the examples of the documents pass', async ({}, testInfo) => {
  const examples = ['README.md', 'docs/typescript.md'].flatMap(examplesOf);
  expect(examples).toHaveLength(2);
  const files = examples.map((code, index) => [`specs/example-${index}.spec.ts`, code] as const);
  const cwd = makeProject(testInfo, Object.fromEntries(files));
  const { code, stdout } = await runCli(['--reporter', 'line'], { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2 passed') });
});
