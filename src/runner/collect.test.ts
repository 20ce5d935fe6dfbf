import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type TestInfo } from '@playwright/test';
import { encodePng } from '../image/index.js';
import { baselinePath } from './baselines.js';
import { collectBaselines } from './collect.js';

import { makeProject } from './testing.js';

const png = encodePng({ width: 2, height: 2, data: Buffer.alloc(16, 255) });

const spec = `# Screen

## Stays dark

1. Wait for 10 ms
   - \`screenshot: dark\`
`;

/** A project with one spec, an outbox, and where the outbox holds the baseline of the spec. */
function projectWithOutbox(testInfo: TestInfo): {
  readonly project: string;
  readonly outbox: string;
  readonly baseline: string;
  readonly posted: string;
} {
  const project = makeProject(testInfo, { 'specs/screen.spec.md': spec });
  const outbox = makeProject(testInfo, {}, 'outbox');
  const baseline = baselinePath({ spec: join(project, 'specs/screen.spec.md'), name: 'dark' });
  return { project, outbox, baseline, posted: join(outbox, nameOf(baseline)) };
}

function nameOf(path: string): string {
  return `${createHash('sha1').update(path).digest('hex')}.png`;
}

test('takes a baseline that a spec names', async ({}, testInfo) => {
  const { project, outbox, baseline, posted } = projectWithOutbox(testInfo);
  writeFileSync(posted, png);
  expect(collectBaselines({ project, outbox })).toEqual([baseline]);
  expect(readFileSync(baseline)).toEqual(png);
});

test('takes a baseline that a TypeScript spec names in its text', async ({}, testInfo) => {
  const project = makeProject(testInfo, {
    'screen.spec.ts': `await expect(desktop).toHaveScreenshot('dark.png');\nawait expect(desktop)\n  .toHaveScreenshot("../../evil");\n`,
  });
  const outbox = makeProject(testInfo, {}, 'outbox');
  const baseline = baselinePath({ spec: join(project, 'screen.spec.ts'), name: 'dark' });
  writeFileSync(join(outbox, nameOf(baseline)), png);
  expect(collectBaselines({ project, outbox })).toEqual([baseline]);
  writeFileSync(
    join(outbox, nameOf(baselinePath({ spec: join(project, 'screen.spec.ts'), name: '../../evil' }))),
    png,
  );
  expect(() => collectBaselines({ project, outbox })).toThrow('1 new baselines belong to no spec');
});

test('refuses what no spec names', async ({}, testInfo) => {
  const { project, outbox } = projectWithOutbox(testInfo);
  writeFileSync(join(outbox, nameOf(join(project, 'package.json'))), png);
  writeFileSync(join(outbox, nameOf('/etc/cron.d/job')), png);
  expect(() => collectBaselines({ project, outbox })).toThrow(
    `2 new baselines belong to no spec below ${project} and were not kept`,
  );
  expect(readdirSync(project)).toEqual(['specs']);
});

for (const { what, make, error } of [
  {
    what: 'a link, even to a PNG',
    make: (path: string) => {
      writeFileSync(`${path}.target`, png);
      symlinkSync(`${path}.target`, path);
    },
    error: /^ELOOP: /,
  },
  {
    what: 'a pipe that nobody writes',
    make: (path: string) => void execFileSync('mkfifo', [path]),
    error: /is not a PNG file of at most 64 MiB$/,
  },
  {
    what: 'a file that is no PNG',
    make: (path: string) => writeFileSync(path, 'root:x:0:0'),
    error: /is not a PNG file of at most 64 MiB$/,
  },
]) {
  test(`refuses ${what}`, async ({}, testInfo) => {
    const { project, outbox, posted } = projectWithOutbox(testInfo);
    make(posted);
    expect(() => collectBaselines({ project, outbox })).toThrow(error);
    expect(readdirSync(join(project, 'specs'))).toEqual(['screen.spec.md']);
  });
}

test('replaces a link in the place of the file instead of following it', async ({}, testInfo) => {
  const { project, outbox, baseline, posted } = projectWithOutbox(testInfo);
  mkdirSync(`${join(project, 'specs/screen.spec.md')}-snapshots`);
  const elsewhere = join(project, 'elsewhere');
  writeFileSync(elsewhere, 'as it was');
  symlinkSync(elsewhere, baseline);
  writeFileSync(posted, png);
  collectBaselines({ project, outbox });
  expect(readFileSync(elsewhere, 'utf8')).toBe('as it was');
  expect(readFileSync(baseline)).toEqual(png);
});

test('believes no spec in a directory of another account', async ({}, testInfo) => {
  test.skip(process.getuid!() !== 0, 'only root can give directories away');
  const { project, outbox, posted } = projectWithOutbox(testInfo);
  writeFileSync(posted, png);
  chownSync(join(project, 'specs'), 65_534, 65_534);
  expect(() => collectBaselines({ project, outbox })).toThrow('1 new baselines belong to no spec');
  expect(readdirSync(join(project, 'specs'))).toEqual(['screen.spec.md']);
});
