import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullResult, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';
import { outputs, projectRoot } from './config.js';
import { blockedAnnotation, type Verdict } from './verdict.js';

/** The file that tells the command line how a run of a project ended. */
export function verdictFile(root: string): string {
  return join(root, outputs.compiled, 'verdict');
}

/** Exit codes of a run; the worst one wins. */
export const exitCodes = { passed: 0, failed: 1, usage: 2, blocked: 3, interrupted: 130 } as const;

/** Counts verdicts apart, says which tests were blocked and why, and tells the command line the exit code. */
export default class VerdictReporter implements Reporter {
  #suite: Suite | undefined;
  #collectionErrors = 0;
  #running = false;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onTestBegin(): void {
    this.#running = true;
  }

  onError(_error: TestError): void {
    if (!this.#running) this.#collectionErrors++;
  }

  onEnd(result: FullResult): void {
    const tests = this.#suite?.allTests() ?? [];
    const blocked = tests.filter((test) => verdictOf(test) === 'blocked');
    if (blocked.length > 0) process.stdout.write(describeBlocked(blocked));
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

/** The verdict over all attempts of a test; one that passed when retried counts as passed. */
export function verdictOf(test: TestCase): Verdict {
  const outcome = test.outcome();
  if (outcome === 'skipped') return 'skipped';
  if (outcome !== 'unexpected') return 'passed';
  return isBlocked(test) ? 'blocked' : 'failed';
}

/** Blocked only when every attempt was: one that ran to a failed expectation says something. */
function isBlocked(test: TestCase): boolean {
  const attempts = test.results.filter(({ status }) => status !== 'skipped');
  return (
    attempts.length > 0 &&
    attempts.every(({ annotations }) => annotations.some(({ type }) => type === blockedAnnotation))
  );
}

function describeBlocked(tests: readonly TestCase[]): string {
  const lines = tests.map((test) => {
    const reason = test.results
      .at(-1)
      ?.annotations.find(({ type }) => type === blockedAnnotation)?.description;
    return `    ${test.titlePath().slice(1).join(' › ')}\n      ${reason ?? ''}\n`;
  });
  return `\n  ${tests.length} of the failed are blocked (nothing is known about the application)\n${lines.join('')}`;
}
