import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';
import { projectRoot, runFile } from './config.js';
import { printsReport } from './reporters.js';
import { blockedAnnotation, blockedBy, verdictOf } from './verdict.js';

/** The file that tells the command line how a run of a project ended. */
export function verdictFile(root: string): string {
  return runFile(root, 'verdict');
}

/** Exit codes of a run; the worst one wins. */
export const exitCodes = { passed: 0, failed: 1, usage: 2, blocked: 3, interrupted: 130 } as const;

/** The badge that blocked tests have in lists and in the HTML report. */
const badge = `@${blockedAnnotation}`;

/** Counts verdicts apart, says which tests were blocked and why, and tells the command line the exit code. */
export default class VerdictReporter implements Reporter {
  #suite: Suite | undefined;
  #collectionErrors = 0;
  #running = false;
  /** Where the blocked tests are named: not where the report itself is printed. */
  #output: NodeJS.WriteStream = process.stdout;

  onBegin(config: FullConfig, suite: Suite): void {
    this.#suite = suite;
    if (printsReport(config.reporter)) this.#output = process.stderr;
  }

  onTestBegin(): void {
    this.#running = true;
  }

  onTestEnd(test: TestCase): void {
    const last = test.results.length > test.retries;
    if (!last || verdictOf(test) !== 'blocked') return;
    // Tags are known before a test runs, for Playwright; its reports read them when it has run.
    Object.defineProperty(test, 'tags', {
      value: [...test.tags, badge],
      configurable: true,
      enumerable: true,
    });
  }

  onError(_error: TestError): void {
    if (!this.#running) this.#collectionErrors++;
  }

  onEnd(result: FullResult): void {
    const tests = this.#suite?.allTests() ?? [];
    const blocked = tests.filter((test) => verdictOf(test) === 'blocked');
    if (blocked.length > 0) this.#output.write(describeBlocked(blocked));
    mkdirSync(dirname(verdictFile(projectRoot())), { recursive: true });
    writeFileSync(verdictFile(projectRoot()), String(this.#exitCode(result, tests)));
  }

  printsToStdio(): boolean {
    return false;
  }

  #exitCode(result: FullResult, tests: readonly TestCase[]): number {
    if (result.status === 'interrupted') return exitCodes.interrupted;
    if (this.#collectionErrors > 0 || (tests.length === 0 && result.status !== 'passed'))
      return exitCodes.usage;
    const verdicts = new Set(tests.map(verdictOf));
    if (verdicts.has('failed')) return exitCodes.failed;
    if (verdicts.has('blocked')) return exitCodes.blocked;
    return result.status === 'passed' ? exitCodes.passed : exitCodes.failed;
  }
}

function describeBlocked(tests: readonly TestCase[]): string {
  const lines = tests.map((test) => {
    const reason = test.results.map(blockedBy).at(-1);
    const { file, line, column } = test.location;
    const place = `${relative(projectRoot(), file)}:${line}:${column}`;
    return `    ${[place, ...test.titlePath().slice(3)].join(' › ')}\n      ${reason ?? ''}\n`;
  });
  return `\n  ${tests.length} of the failed are blocked (nothing is known about the application)\n${lines.join('')}`;
}
