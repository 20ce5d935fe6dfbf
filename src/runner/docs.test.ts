import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeProject, repository, runCli } from './testing.js';

/** The ```md blocks of a page; the word behind `md` is the file name that others use it by. */
function examplesOf(page: string): readonly (readonly [name: string, source: string])[] {
  const blocks = readFileSync(join(repository, page), 'utf8').matchAll(/^```md(?: ([^\n]*))?\n(.*?)^```$/gms);
  return [...blocks]
    .filter(([, name]) => name !== 'no-run')
    .map(([, name, source], index) => [name ?? `${page.replaceAll(/\W/g, '-')}-${index}.spec.md`, source!]);
}

test('the specs that the documents show pass', async ({}, testInfo) => {
  test.setTimeout(300_000); // A package is fetched for one of them.
  const examples = ['README.md', 'docs/spec-language.md'].flatMap(examplesOf);
  expect(examples.length).toBeGreaterThan(9);
  const cwd = makeProject(testInfo, {
    ...Object.fromEntries(examples.map(([name, source]) => [`specs/${name}`, source])),
    'specs/data/notes.txt': 'The colour of the sky.\nNo colour at night.\n',
    'specs/notes.txt': 'milk\n',
  });
  // What another test uses is only ever run by that one.
  const run = await runCli(
    ['--reporter', 'list', '--workers', '2', '--update-snapshots', '--grep-invert', 'Account'],
    {
      cwd,
      env: { PASSWORD: 'Xylophone-77', API_KEY: 'Quartz-88' },
    },
  );
  expect({ code: run.code, stdout: run.stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^ {2}\d+ passed/m),
  });
});
