import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeProject, runCli } from './testing.js';

/** Small programs of which no machine has all. */
const name =
  ['l3afpad', 'xpad', 'leafpad', 'gnome-mines'].find((each) => !existsSync(`/usr/bin/${each}`)) ?? '';

const config = `import { defineConfig } from 'codex-test';
export default defineConfig({ specs: 'specs', reporter: [['json', { outputFile: 'reports/results.json' }]] });`;

/** Different in every run of this test, so that nothing is kept of it yet. */
const fresh = `${process.pid}.${Date.now()}`;

const prepared = `---
app: ${name}
files: notes.txt
setup:
  packages: ${name}
  command: "tr a-z A-Z < ~/notes.txt > ~/shouted.txt; date +%N >> ~/shouted.txt; echo ${fresh} > ~/.id"
---
# Prepared

## First

**Expected Results:**
- \`process: ${name}\`
- \`file: ~/shouted.txt contains "HELLO"\`
- \`file: ~/notes.txt contains "hello"\`

## Second

**Expected Results:**
- \`process: ${name}\`
- \`file: ~/.id contains "${fresh}"\`
`;

const failing = (setup: string): string => `---
app: mousepad
timeout: 3 s
${setup}
---
# Failing

## Never starts

**Expected Results:**
- \`window: "*"\`
`;

const typescript = `import { test, expect } from 'codex-test';
test.use({ settings: { setup: { packages: ['${name}'], command: 'echo ${fresh} > ~/made' }, files: ['notes.txt'] } });
test('TypeScript', async ({ sandbox, agent }) => {
  expect(String(await sandbox.readFile('~/made'))).toBe('${fresh}\\n');
  expect(String(await sandbox.readFile('~/notes.txt'))).toBe('hello');
  await agent.do('Start ${name}');
});
`;

interface Result {
  readonly title: string;
  readonly notes: readonly string[];
  readonly error: string;
  readonly at: string;
}

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
      readonly results: readonly {
        readonly errors: readonly {
          readonly message: string;
          readonly location?: { readonly line: number; readonly column: number };
        }[];
      }[];
    }[];
  }[];
}

function resultsOf(project: string): readonly Result[] {
  const { suites } = JSON.parse(readFileSync(join(project, 'reports/results.json'), 'utf8')) as {
    suites: readonly Suite[];
  };
  const collect = (suite: Suite): readonly Result[] => [
    ...(suite.suites ?? []).flatMap(collect),
    ...suite.specs.map(({ title, tests }) => {
      const [error] = tests[0]!.results[0]!.errors;
      return {
        title,
        notes: tests[0]!.annotations
          .filter(({ type }) => ['setup', 'blocked'].includes(type))
          .map(({ type, description }) => `${type}: ${description?.replace(/made in [\d.]+ s$/, 'made')}`),
        error: error?.message.split('\n')[0] ?? '',
        at: error?.location === undefined ? '' : `${error.location.line}:${error.location.column}`,
      };
    }),
  ];
  return suites.flatMap(collect);
}

test('a setup prepares the first test, and the others start from what it left', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'playwright.config.ts': config,
    'specs/prepared.spec.md': prepared,
    'specs/notes.txt': 'hello',
    'specs/typed.spec.ts': typescript,
  });
  const { code, stdout, stderr } = await runCli(['--workers=1'], { cwd });
  expect(code, stdout + stderr).toBe(0);
  const [first, second, typed] = resultsOf(cwd);
  const fromCacheOrMade = expect.stringMatching(new RegExp(`^setup: ${name}: (made|from cache)$`));
  expect(first).toMatchObject({ title: 'First', notes: [fromCacheOrMade, 'setup: command: made'] });
  expect(second).toMatchObject({
    title: 'Second',
    notes: [`setup: ${name}: from cache`, 'setup: command: from cache'],
  });
  expect(typed).toMatchObject({
    title: 'TypeScript',
    notes: [`setup: ${name}: from cache`, 'setup: command: made'],
  });
});

test('a setup that fails blocks the test, at its line and with its end', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'playwright.config.ts': config,
    'specs/a.spec.md': failing('setup: echo oh no; exit 7'),
    'specs/b.spec.md': failing('setup: sleep 100'),
    'specs/c.spec.md': failing('setup:\n  packages: no-such-package'),
  });
  const { code, stdout, stderr } = await runCli(['--workers=1'], { cwd });
  expect(code, stdout + stderr).toBe(3);
  const blocked = (message: string, at: string): unknown => ({
    title: 'Never starts',
    notes: [`blocked: setup-failed: ${message}`],
    error: `SandboxError [setup-failed]: ${message}`,
    at,
  });
  expect(resultsOf(cwd)).toEqual([
    blocked('the setup command ended with exit code 7: echo oh no; exit 7', '4:8'),
    blocked('the setup command had not ended after 3 s: sleep 100', '4:8'),
    blocked(
      'the packages of the setup: there is no package "no-such-package" in the package lists of this machine. Correct its name, add its source to apt, or renew the lists: sudo apt-get update',
      '4:7',
    ),
  ]);
});
