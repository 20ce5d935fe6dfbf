import type { TestInfo } from '@playwright/test';
import type { SandboxOptions } from '../sandbox/index.js';
import { describeNetwork } from './network.js';

/** Says in the report which settings a test ran with, what nobody wrote included. */
export function annotateSettings(testInfo: Pick<TestInfo, 'annotations'>, options: SandboxOptions): void {
  testInfo.annotations.push({ type: 'settings', description: describeSettings(options) });
}

/** All that decides what the screen shows, for example `C.UTF-8, UTC, keyboard us, light, 100 %, …`. */
export function describeSettings(options: SandboxOptions): string {
  const { locale, timezone, keyboard, theme, scale, display, level, env = {} } = options;
  const variables = Object.keys(env);
  return [
    ...[locale, timezone ?? 'UTC', `keyboard ${keyboard ?? 'us'}`, theme ?? 'light', `${scale ?? 100} %`],
    ...[`${display.width}×${display.height}`, describeNetwork(options), level],
    ...(variables.length === 0 ? [] : [`env ${variables.join(' ')}`]),
    'animations and first-run dialogs off where the toolkit can',
  ].join(', ');
}
