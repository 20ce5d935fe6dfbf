import { connect, type Socket } from 'node:net';
import { SandboxError } from './error.js';
import { readLines } from './lines.js';
import {
  maxMessageBytes,
  type Executed,
  type Provisioned,
  type Request,
  type Response,
  type Started,
} from './protocol.js';
import type { Deprovisioned, ExecOptions, ExecResult, Prepared, Sandbox, SandboxOptions } from './types.js';

/** A connection to the broker; sandboxes it provisioned are removed when it closes. */
export interface Broker {
  provision(options: SandboxOptions): Promise<Sandbox>;
  close(): Promise<void>;
}

/** The verbs with everything but the id, which the connection adds. */
type Call = Request extends infer Each ? (Each extends Request ? Omit<Each, 'id'> : never) : never;

/** Connects to the broker that listens at `path`. */
export async function connectBroker(path: string): Promise<Broker> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause) =>
      reject(
        new SandboxError(
          'no-broker',
          `no broker answers at ${path} (${cause.message}); run tests with codex-test`,
          { cause },
        ),
      ),
    );
  });
  const call = caller(socket);
  return {
    provision: async (options) => {
      const provisioned = (await call({ verb: 'provision', options })) as Provisioned;
      return sandbox(call, provisioned, options);
    },
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) return resolve();
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
}

function caller(socket: Socket): (call: Call) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 1;
  const onLine = (line: string): void => {
    const response = JSON.parse(line) as Response;
    const call = waiting.get(response.id);
    waiting.delete(response.id);
    if ('error' in response) call?.reject(new SandboxError(response.error.code, response.error.message));
    else call?.resolve(response.result);
  };
  readLines(socket, { maxBytes: maxMessageBytes, onLine });
  socket.on('error', () => {}); // 'close' follows.
  socket.once('close', () => {
    for (const { reject } of waiting.values()) reject(new SandboxError('no-broker', 'the broker has ended'));
    waiting.clear();
  });
  return (call) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new SandboxError('no-broker', 'the broker has ended'));
      const id = next++;
      const message = `${JSON.stringify({ id, ...call })}\n`;
      // The broker hangs up on a longer one, and all sandboxes of this connection would go.
      if (Buffer.byteLength(message) > maxMessageBytes) {
        return reject(
          new SandboxError('bad-message', `${call.verb} takes messages of at most ${maxMessageBytes} bytes`),
        );
      }
      waiting.set(id, { resolve, reject });
      socket.write(message);
    });
}

function sandbox(
  call: (call: Call) => Promise<unknown>,
  made: Provisioned,
  options: SandboxOptions,
): Sandbox {
  const timings: Record<string, number> = { ...made.timings };
  const exec = async (
    argv: readonly string[],
    { env = {}, stdin, timeout }: ExecOptions = {},
  ): Promise<ExecResult> => {
    const result = (await call({
      verb: 'exec',
      sandbox: made.sandbox,
      argv,
      env,
      ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin).toString('base64') }),
      ...(timeout === undefined ? {} : { timeout }),
    })) as Executed;
    return {
      ...result,
      stdout: Buffer.from(result.stdout, 'base64'),
      stderr: Buffer.from(result.stderr, 'base64'),
    };
  };
  const inside = (path: string): string => (path.startsWith('~/') ? `${made.home}/${path.slice(2)}` : path);
  return {
    account: made.account,
    uid: made.uid,
    home: made.home,
    options,
    timings,
    lacks: made.lacks,
    ...(made.packages === undefined ? {} : { packages: made.packages }),
    prepare: async (preparation) =>
      (await call({ verb: 'prepare', sandbox: made.sandbox, ...preparation })) as Prepared,
    start: async () => {
      const started = (await call({ verb: 'start', sandbox: made.sandbox })) as Started;
      Object.assign(timings, started.timings);
      return started.desktop;
    },
    exec,
    readFile: async (path) => {
      const script = 'if [ -f "$1" ]; then exec cat -- "$1"; elif [ -e "$1" ]; then exit 4; else exit 3; fi';
      const result = await exec(['/bin/sh', '-c', script, 'sh', inside(path)], { timeout: 10_000 });
      if (result.code === 0 && !result.truncated) return result.stdout;
      if (result.code === 3) return undefined;
      throw new SandboxError('provision', `cannot read ${path} in the sandbox: ${whyUnread(result)}`);
    },
    writeFile: async (path, content) => {
      const script = 'mkdir -p -- "$(dirname -- "$1")" && cat > "$1"';
      const result = await exec(['/bin/sh', '-c', script, 'sh', inside(path)], {
        stdin: content,
        timeout: 10_000,
      });
      if (result.code !== 0) {
        throw new SandboxError(
          'provision',
          `cannot write ${path} in the sandbox: ${result.stderr.toString().trim()}`,
        );
      }
    },
    stop: async () => void (await call({ verb: 'stop', sandbox: made.sandbox })),
    deprovision: async () => {
      const { timings: more, ...gone } = (await call({
        verb: 'deprovision',
        sandbox: made.sandbox,
      })) as Deprovisioned & { readonly timings: Record<string, number> };
      Object.assign(timings, more);
      return gone;
    },
  };
}

function whyUnread(result: ExecResult): string {
  if (result.code === 4) return 'it is not a regular file';
  if (result.truncated) return 'it has more than 1 MiB';
  if (result.timedOut) return 'it did not end within 10 s';
  return result.stderr.toString().trim();
}
