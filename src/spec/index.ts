export { checkNames, parseCheck } from './check.js';
export { withoutControls } from './controls.js';
export { SpecError, type SpecErrorCode } from './error.js';
export { type ParsedSpec, parseSpec } from './markdown.js';
export { checkNetwork } from './network.js';
export type { ReadFile } from './resolve.js';
export { createSecrets, redactError, type Redactor, type Secrets, type SecretValues } from './redact.js';
export { frontMatterSchema } from './schema.js';
export { maskOf, screenshotLevels } from './screenshot.js';
export { replaceSecrets, secretsIn } from './secret.js';
export { defaultSettings } from './settings.js';
export { decodeSpec } from './source.js';
export { didYouMean } from './suggest.js';
export type {
  Check,
  Expectation,
  Mask,
  Matcher,
  Network,
  NetworkRules,
  Position,
  ScreenshotLevel,
  Limits,
  Settings,
  Setup,
  Spec,
  SpecTest,
  Step,
} from './types.js';
export { pathForShell } from './shell.js';
