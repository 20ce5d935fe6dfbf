export { connectBroker, type Broker } from './client.js';
export { SandboxError, type SandboxErrorCode } from './error.js';
export { brokerVariable, startBroker, type BrokerProcess } from './launch.js';
export { withSecretCommands } from './secrets.js';
export { defaultLimits } from './types.js';
export type {
  Attempt,
  Deprovisioned,
  ExecOptions,
  ExecResult,
  Prepared,
  Sandbox,
  SandboxOptions,
  Timings,
} from './types.js';
export { ordinaryUser, requireReadable, type Ordinary } from './linux/ordinary.js';
