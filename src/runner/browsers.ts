import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { UsageError } from './usage.js';

/** What to use where there is no browser for `--ui`. */
export const uiAdvice: readonly (readonly [command: string, what: string])[] = [
  ['codex-test --ui-port=0', 'the same page, served on this machine for any browser'],
  ['codex-test --headed', 'the desktops of a run, live in the browser of the system'],
  ['codex-test --debug x.spec.md:LINE', 'stops before each step and takes a corrected sentence'],
  ['codex-test inspect APP', 'the sentences of a screen, and tries yours'],
  ['codex-test show-report reports/html', 'the report of the last run, with its traces'],
];

/** What to use where there is no browser for `show-trace`. */
export const traceAdvice: readonly (readonly [command: string, what: string])[] = [
  ['codex-test show-trace --port 0 TRACE', 'the same page, served on this machine for any browser'],
  ['codex-test show-report reports/html', 'the report of the last run; its Traces open there'],
];

/** Where Playwright looks for a browser of the system when it has none of its own. */
const channels = ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge'];

/** Throws a `UsageError` that says what to use instead, where `what` would need a browser that is not there. */
export function requireBrowser(
  what: string,
  args: readonly string[],
  advice: readonly (readonly [command: string, what: string])[],
): void {
  // Served at an address, it is for any browser.
  if (args.some((arg) => /^--(?:ui-)?(?:port|host)(?:=|$)|^(?:--help|-h)$/.test(arg))) return;
  if ([chromium.executablePath(), ...channels].some((path) => existsSync(path))) return;
  const width = Math.max(...advice.map(([command]) => command.length));
  const list = advice.map(([command, use]) => `  ${command.padEnd(width)}  ${use}`);
  throw new UsageError(
    `${what} opens a browser of Playwright, and none is installed here. Instead:\n${list.join('\n')}`,
  );
}
