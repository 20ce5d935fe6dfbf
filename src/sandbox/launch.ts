import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SandboxError, type SandboxErrorCode } from './error.js';

/** Environment variable that names the broker's socket to the workers. */
export const brokerVariable = 'CODEX_TEST_BROKER';

export interface BrokerProcess {
  readonly socket: string;
  /** Ends the broker with everything it made; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts the broker as root, for the user `user`; not being root it asks sudo, which may ask the person. */
export async function startBroker(options: { readonly user: number }): Promise<BrokerProcess> {
  if (process.platform !== 'linux') {
    throw new SandboxError('unsupported', `sandboxes on ${process.platform} are not supported yet`);
  }
  const main = fileURLToPath(new URL('linux/broker.js', import.meta.url));
  const command = [process.execPath, main, String(options.user)];
  const [program, ...rest] = process.getuid?.() === 0 ? command : ['sudo', '--', ...command];
  const child = spawn(program!, rest, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...proxies() },
  });
  child.stdin.on('error', () => {}); // The broker has ended; 'exit' tells.
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const first = await new Promise<string | Error>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', resolve);
    child.once('exit', (code) => resolve(new Error(`it ended with code ${code}`)));
  });
  const answer =
    first instanceof Error
      ? { error: { code: 'no-broker' as const, message: `the broker did not start: ${first.message}` } }
      : (JSON.parse(first) as { socket: string } | { error: { code: SandboxErrorCode; message: string } });
  if ('error' in answer) throw new SandboxError(answer.error.code, answer.error.message);
  return {
    socket: answer.socket,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** What apt needs to fetch packages where the machine has no network of its own; sudo lets none of it through. */
function proxies(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
