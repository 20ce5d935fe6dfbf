import type { TestInfo } from '@playwright/test';

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

/** Marks the test as blocked when an error of ours ended it; called when everything of the test has ended. */
export function annotateVerdict(testInfo: TestInfo): void {
  for (const { message = '' } of testInfo.errors) {
    const plain = stripColours(message);
    const [, code, text = ''] = blockedError.exec(plain) ?? [];
    if (code === undefined || (plain.startsWith('AgentError') && !agentCodes.includes(code))) continue;
    testInfo.annotations.push({ type: blockedAnnotation, description: `${code}: ${text.split('\n')[0]}` });
    return;
  }
}

function stripColours(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/\u001B\[[0-9;]*m/g, '');
}
