import type { EventEmitter } from 'node:events';
import { Message, sessionBus, Variant, type MessageBus } from '@jellybrick/dbus-next';
import { DesktopError } from '../error.js';

/** A method call on a bus. */
export interface Call {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** Calls that have to be answered before a common deadline. */
export interface Calls {
  /** The values of the answer, of whatever types the other side chose; rejects when it refuses or the time is up. */
  call(call: Call): Promise<readonly unknown[]>;
  /** Gives up the calls that are not answered yet. */
  readonly end: () => void;
}

/** A connection to a message bus. */
export interface Bus {
  /** `timeout` in milliseconds; at most `atOnce` calls wait for an answer, the others queue. */
  calls(options: { readonly timeout: number; readonly atOnce?: number }): Calls;
  close(): void;
}

/** A string value where the bus wants a variant. */
export function variant(signature: string, value: unknown): unknown {
  return new Variant(signature, value);
}

/** Connects to a bus by the path of its socket as our own user. */
export async function connectBus(path: string, timeout: number): Promise<Bus> {
  if (/[:;,=%]/.test(path)) {
    throw new DesktopError('invalid', `The path of the bus, ${path}, has one of the characters : ; , = %.`);
  }
  const bus = sessionBus({ busAddress: `unix:path=${path}`, authMethods: ['EXTERNAL'] });
  await new Promise<void>((resolve, reject) => {
    const fail = (cause?: unknown): void => {
      bus.disconnect();
      reject(new DesktopError('unavailable', `The bus at ${path} did not accept a connection.`, { cause }));
    };
    const timer = setTimeout(fail, timeout);
    bus.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
    // Stays for the life of the connection: an answer that cannot be decoded is an error event, and must not end us.
    // (The package leaves it out of its types.)
    (bus as EventEmitter).on('error', (error: unknown) => {
      clearTimeout(timer);
      fail(error);
    });
  });
  return { calls: (options) => startCalls(bus, options), close: () => bus.disconnect() };
}

function startCalls(bus: MessageBus, { timeout, atOnce = 100 }: { timeout: number; atOnce?: number }): Calls {
  const queue: (() => void)[] = [];
  const giveUp = new Set<(error: Error) => void>();
  let open = 0;
  let over: Error | undefined;

  const end = (error: Error): void => {
    over ??= error;
    clearTimeout(timer);
    for (const reject of giveUp) reject(error);
    giveUp.clear();
    queue.length = 0;
  };
  const timer = setTimeout(
    () => end(new DesktopError('failed', `The bus did not answer within ${timeout} ms.`)),
    timeout,
  );

  const call = (request: Call): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      if (over) {
        reject(over);
        return;
      }
      giveUp.add(reject);
      const settled = (): void => {
        giveUp.delete(reject);
        open--;
        queue.shift()?.();
      };
      const send = (): void => {
        open++;
        bus.call(new Message({ ...request, body: [...(request.body ?? [])] })).then(
          (answer) => {
            settled();
            resolve(answer?.body ?? []);
          },
          (error: unknown) => {
            settled();
            reject(error instanceof Error ? error : new Error(String(error)));
          },
        );
      };
      if (open < atOnce) send();
      else queue.push(send);
    });

  return { call, end: () => end(new DesktopError('failed', 'The calls on the bus were ended.')) };
}
