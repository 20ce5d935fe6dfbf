export { startDesktopProcess, type DesktopProcess, type DesktopProcessOptions } from './client.js';
export { installNativeRuntime, nativeDirectories, startTextReader, type TextReader } from './ocr/index.js';
export { withSecrets } from './secrets.js';
export type { DesktopError, DesktopErrorCode } from './error.js';
export type {
  Action,
  Box,
  Button,
  Desktop,
  DesktopAddress,
  Element,
  Point,
  ReadDesktop,
  Screenshot,
  Window,
  WindowChange,
} from './types.js';
