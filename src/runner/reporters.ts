import { join, resolve } from 'node:path';
import type { ReporterDescription } from '@playwright/test';
import { projectRoot, runFile } from './config.js';

/** Ours, each a module of its own, since Playwright loads reporters by path. */
const ours = {
  verdict: join(import.meta.dirname, 'verdictReporter.js'),
  junit: join(import.meta.dirname, 'junitReporter.js'),
  allure: join(import.meta.dirname, 'allureReporter.js'),
} as const;

const allure = 'allure-playwright';

/** Environment variable with which Playwright's reporter is told a file. */
const junitVariable = 'PLAYWRIGHT_JUNIT_OUTPUT_FILE';

/**
 * The reporters of a configuration, and ours behind them: JUnit and Allure tell blocked tests from failed
 * ones, and the command line learns the verdict.
 */
export function withOurs(reporters: readonly ReporterDescription[], root: string): ReporterDescription[] {
  const mapped = reporters.flatMap(([name, options]): ReporterDescription[] => {
    const given = (options ?? {}) as Readonly<Record<string, unknown>>;
    if (name === allure) return [[ours.allure, given]];
    if (name !== 'junit') return [options === undefined ? [name] : [name, given]];
    const outputFile = junitFile({ ...given, configDir: root }) ?? scratchFile(root);
    return [
      ['junit', { ...given, outputFile }],
      [ours.junit, { outputFile }],
    ];
  });
  return [...mapped, [ours.verdict]];
}

/**
 * Does the same with the reporters of a command line, which replace those of the configuration. Gives the
 * new arguments and what must stand in the environment.
 */
export function commandReporters(
  args: readonly string[],
  root: string,
): { readonly args: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const environment: Record<string, string> = {};
  const list = (value: string): string => {
    const names = value.split(',').flatMap((name) => {
      if (name === allure) return [ours.allure];
      if (name !== 'junit') return [name];
      if (junitFile({ configDir: root }) === undefined) environment[junitVariable] = scratchFile(root);
      return ['junit', ours.junit];
    });
    return [...names, ours.verdict].join(',');
  };
  const mapped = args.map((arg, at) => {
    if (arg.startsWith('--reporter=')) return `--reporter=${list(arg.slice('--reporter='.length))}`;
    return args[at - 1] === '--reporter' ? list(arg) : arg;
  });
  return { args: mapped, environment };
}

/** Where Playwright's reporter prints its report, it writes it here, and ours prints it. */
export function scratchFile(root: string): string {
  return runFile(root, 'junit.xml');
}

/** The file of Playwright's JUnit reporter by its own rules; undefined when it prints. */
export function junitFile(options: Readonly<Record<string, unknown>>): string | undefined {
  return fileOf('JUNIT', options);
}

function fileOf(reporter: string, options: Readonly<Record<string, unknown>>): string | undefined {
  const variable = (name: string): string | undefined =>
    process.env[`PLAYWRIGHT_${reporter}_OUTPUT_${name}`] || undefined;
  const text = (name: string): string => (typeof options[name] === 'string' ? options[name] : '');
  const file = variable('FILE');
  if (file !== undefined) return resolve(file);
  if (text('outputFile') !== '') return resolve(text('configDir'), text('outputFile'));
  const directory = variable('DIR') ?? resolve(text('configDir'), text('outputDir'));
  const name = variable('NAME') ?? text('fileName');
  return name === '' ? undefined : resolve(directory, name);
}

/** Whether one of these reporters prints a report for machines, to which nothing may be added. */
export function printsReport(reporters: readonly ReporterDescription[]): boolean {
  return reporters.some(([name, options]) => {
    const given = (options ?? {}) as Readonly<Record<string, unknown>>;
    if (name === 'json') return fileOf('JSON', given) === undefined;
    return name === 'junit' && junitFile(given) === scratchFile(projectRoot());
  });
}
