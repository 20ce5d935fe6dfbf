import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  defineConfig as definePlaywrightConfig,
  type PlaywrightTestConfig,
  type ReporterDescription,
} from '@playwright/test';
import { compileSpecs } from './compile.js';
import type { TestOptions } from './fixtures.js';
import { reportsOf } from './output.js';
import { withOurs } from './reporters.js';

/** Environment variable with the directory of the configuration, set by the command line. */
export const rootVariable = 'CODEX_TEST_ROOT';
/** Environment variable that tells the run of one command line from others in the same project. */
export const runVariable = 'CODEX_TEST_RUN';
/** What codex-test writes beside the specs' own project; git ignores both. */
export const outputs = { compiled: '.codex-test', reports: 'reports' } as const;

/** Directory of the configuration that this run has. */
export function projectRoot(): string {
  return process.env[rootVariable] ?? process.cwd();
}

/** The path of a file that only this run writes and reads. */
export function runFile(root: string, name: string): string {
  return join(root, outputs.compiled, `${process.env[runVariable] ?? 'run'}-${name}`);
}

export interface CodexTestConfig extends PlaywrightTestConfig<TestOptions> {
  /** Directory of the specs, relative to the configuration; `specs` by default. */
  readonly specs?: string;
  /** Paths below it that are left out. */
  readonly ignoreSpecs?: readonly string[];
}

/**
 * Playwright's configuration with the Markdown specs as a project of their own, named `specs`. Everything
 * else is as in Playwright; TypeScript specs (`*.spec.ts` in the same directory) are collected as ever.
 *
 * @example
 * export default defineConfig({ specs: 'specs', retries: 1 });
 */
export function defineConfig(config: CodexTestConfig = {}): PlaywrightTestConfig<TestOptions> {
  const { specs = 'specs', ignoreSpecs = [], projects, ...playwright } = config;
  const root = projectRoot();
  const from = resolve(root, specs);
  const compiled = join(root, outputs.compiled, 'specs');
  compileSpecs({ from, to: compiled, ignore: ignoreSpecs });
  const own = { name: 'specs', testDir: compiled, testMatch: '**/*.spec.md.js' };
  const typescript = {
    name: 'typescript',
    testDir: from,
    testMatch: '**/*.spec.ts',
    testIgnore: ignoreSpecs.map((path) => join(from, path, '**')),
  };
  const reports = reportsOf({
    reports: join(root, outputs.reports),
    owner: join(root, outputs.compiled, 'running'),
    run: process.env[runVariable] ?? 'run',
  });
  return definePlaywrightConfig<TestOptions>({
    // Reports and lists name files relative to it; by default that would be the directory of the
    // configuration, which for a project without one is ours.
    testDir: root,
    fullyParallel: true,
    forbidOnly: process.env['CI'] !== undefined,
    outputDir: join(reports, 'artifacts'),
    ...playwright,
    reporter: withOurs(
      reportersOf(
        playwright.reporter ?? [['list'], ['html', { open: 'never', outputFolder: join(reports, 'html') }]],
      ),
      root,
    ),
    projects: [own, ...(projects ?? (hasTypeScript(from) ? [typescript] : []))],
  });
}

function hasTypeScript(directory: string): boolean {
  try {
    return readdirSync(directory, { recursive: true }).some((path) => String(path).endsWith('.spec.ts'));
  } catch {
    return false;
  }
}

function reportersOf(reporter: NonNullable<PlaywrightTestConfig['reporter']>): ReporterDescription[] {
  return typeof reporter === 'string' ? [[reporter]] : [...reporter];
}
