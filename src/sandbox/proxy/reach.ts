import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isLoopback, isPublic } from './address.js';
import type { Reason, Refusal } from './message.js';
import { canonicalHost, isAllowed, isDenied, type Rules } from './rules.js';

/** The rules do not let this connection through. */
export class Refused extends Error {
  readonly reason: Reason;

  constructor(to: string, reason: Reason) {
    super(`${to} is out of reach of this test: ${reason}`);
    this.reason = reason;
  }
}

/** The rules do, but nobody answers there. */
export class Unreachable extends Error {}

/** Connects to a host and port for a client, or throws {@link Refused} or {@link Unreachable}. */
export type Reach = (
  asked: { readonly host: string; readonly port: number },
  client: Pick<Socket, 'remotePort' | 'localPort'>,
) => Promise<Socket>;

export type Note = (refusal: Omit<Refusal, 'id'>) => Promise<void>;

/** Milliseconds for the answer of a name server, and for that of a host. */
const limits = { resolve: 10_000, connect: 10_000 } as const;

/** What decides over every connection, whichever protocol asks for it. */
export function createReach({ rules, note }: { readonly rules: Rules; readonly note: Note }): Reach {
  return async ({ host: text, port }, client) => {
    const host = canonicalHost(text);
    const to = `${host === undefined ? printable(text) : isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const refuse = async (reason: Reason): Promise<never> => {
      await note({ to, reason, from: { port: client.remotePort ?? 0, at: client.localPort ?? 0 } });
      throw new Refused(to, reason);
    };
    if (host === undefined || !Number.isInteger(port) || port < 1 || port > 65_535)
      return refuse('no destination');
    if (isThisMachine(host)) {
      return rules.localhost.includes(port) ? reachLoopback(port) : refuse('port of this machine');
    }
    if (isDenied(rules, { host, port })) return refuse('denied');
    if (!isAllowed(rules, { host, port })) return refuse('not allowed');
    const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
    if (addresses.some((address) => isDenied(rules, { host: address, port }))) return refuse('denied');
    // All of them: a name with an address of each kind is made to lead somewhere else the second time.
    if (!addresses.every((address) => isPublic(address))) return refuse('private address');
    // To an address that was looked at, and not by its name, which may have another one by now.
    return connectToOne(addresses, port);
  };
}

function isThisMachine(host: string): boolean {
  return isLoopback(host) || host === 'localhost' || host.endsWith('.localhost');
}

/** Connects to a port of the machine's own loopback. */
export function reachLoopback(port: number): Promise<Socket> {
  return connectToOne(['127.0.0.1', '::1'], port);
}

async function addressesOf(host: string): Promise<readonly string[]> {
  const timer = new AbortController();
  const late = delay(limits.resolve, undefined, { signal: timer.signal }).then(() => {
    throw new Unreachable(`no name server answers for ${host}`);
  });
  late.catch(() => {});
  try {
    const found = await Promise.race([lookup(host, { all: true, verbatim: true }), late]);
    if (found.length === 0) throw new Unreachable(`${host} has no address`);
    return found.slice(0, 16).map(({ address }) => address);
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(`${host} has no address`);
  } finally {
    timer.abort();
  }
}

async function connectToOne(addresses: readonly string[], port: number): Promise<Socket> {
  const deadline = Date.now() + limits.connect;
  let why = 'nobody answers';
  for (const host of addresses) {
    try {
      return await connected({ host, port, timeout: deadline - Date.now() });
    } catch (error) {
      why = (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }
  throw new Unreachable(`no connection to port ${port}: ${why}`);
}

function connected(to: {
  readonly host: string;
  readonly port: number;
  readonly timeout: number;
}): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), Math.max(to.timeout, 1));
    socket.once('error', reject);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

/** Joins two connections until both ways are at their end, or one breaks. */
export function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}

/** At most 80 characters for a report, none of them with a meaning of its own there. */
function printable(text: string): string {
  return text.slice(0, 80).replaceAll(/[^\u0021-\u007e]/g, '?') || '(nothing)';
}
