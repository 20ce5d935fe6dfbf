import type { TestInfo } from '@playwright/test';
import type { TestCase, TestResult } from '@playwright/test/reporter';

/**
 * What a failed test says. `failed`: the application does not do what the spec expects. `blocked`: we or the
 * environment failed, so nothing is known about the application. Playwright calls both failed.
 */
export type Verdict = 'passed' | 'failed' | 'blocked' | 'skipped';

/** Annotation that marks a test as blocked; its description begins with the error's code. */
export const blockedAnnotation = 'blocked';

const blockedError = /^(?:SandboxError|DesktopError|SecretError|AgentError) \[([a-z-]+)\]: (.*)/s;

/** Of the agent's codes those that say nothing about the application. */
const agentCodes = ['not-understood', 'ambiguous', 'not-installed'];

/** The time of the test was over while one of these parts was made or removed: not by what the spec does. */
const partTimedOut =
  /^(?:Test timeout of \d+ms exceeded while setting up|Tearing down) "(?:sandbox|desktop|desktopProcess|broker|evidence|textReader)"/;

/** Marks the test as blocked when an error of ours ended it; called when everything of the test has ended. */
export function annotateVerdict(testInfo: TestInfo): void {
  // The first error decides: what goes wrong afterwards, while all is removed, does not hide it.
  const first = stripColours(testInfo.errors[0]?.message ?? '');
  const timeout = partTimedOut.test(first);
  const [, code, text = ''] = timeout ? ['', 'timeout', first] : (blockedError.exec(first) ?? []);
  if (code === undefined || (first.startsWith('AgentError') && !agentCodes.includes(code))) return;
  testInfo.annotations.push({ type: blockedAnnotation, description: `${code}: ${text.split('\n')[0]}` });
}

function stripColours(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/\u001B\[[0-9;]*m/g, '');
}

/** The verdict over all attempts of a test; one that passed when retried counts as passed. */
export function verdictOf(test: TestCase): Verdict {
  const outcome = test.outcome();
  if (outcome === 'skipped') return 'skipped';
  if (outcome !== 'unexpected') return 'passed';
  // Blocked only when every attempt was: one that ran to a failed expectation says something.
  const attempts = test.results.filter(({ status }) => status !== 'skipped');
  return attempts.length > 0 && attempts.every((attempt) => blockedBy(attempt) !== undefined)
    ? 'blocked'
    : 'failed';
}

/** Why an attempt was blocked, beginning with the error's code; undefined when it was not. */
export function blockedBy({ annotations }: Pick<TestResult, 'annotations'>): string | undefined {
  const found = annotations.find(({ type }) => type === blockedAnnotation);
  return found && (found.description ?? '');
}
