export { startDesktopProcess, type DesktopProcess, type DesktopProcessOptions } from './client.js';
export type { DesktopError, DesktopErrorCode } from './error.js';
export type {
  Action,
  Box,
  Button,
  Desktop,
  DesktopAddress,
  Element,
  Point,
  Screenshot,
  Window,
} from './types.js';
