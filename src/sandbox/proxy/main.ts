import { createServer, type Server } from 'node:net';
import { readLines } from '../lines.js';
import { createHttpProxy } from './http.js';
import { parseStart, type Kind, type Noted, type Refusal } from './message.js';
import { createReach, join, reachLoopback, type Note } from './reach.js';
import { createSocksProxy } from './socks.js';

/**
 * The proxy of one sandbox, a process of an account of its own. It is outside of the sandbox's network namespace, but its
 * listening sockets are in there: they were opened before it started, and are descriptors to it. It tells of
 * what it refused on its standard output, and ends with its standard input.
 */

/** Connections at a time, for each listener. */
const maxConnections = 256;
/** Milliseconds that a refusal waits until the process behind it was looked for. */
const patience = 2_000;

const { rules, listeners } = parseStart(process.argv.slice(2));
const waiting = new Map<number, () => void>();
let next = 1;

const note: Note = (refusal) =>
  new Promise((resolve) => {
    const id = next++;
    const timer = setTimeout(() => end(), patience);
    const end = (): void => {
      clearTimeout(timer);
      waiting.delete(id);
      resolve();
    };
    waiting.set(id, end);
    process.stdout.write(`${JSON.stringify({ id, ...refusal } satisfies Refusal)}\n`);
  });

function serverFor(kind: Kind): Server {
  if (kind === 'http') return createHttpProxy(reach);
  if (kind === 'socks') return createSocksProxy(reach);
  return createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => client.destroy());
    reachLoopback(kind).then(
      (server) => {
        server.on('error', () => client.destroy());
        if (client.destroyed) server.destroy();
        else join(client, server);
      },
      () => client.resetAndDestroy(), // As if the port itself were closed.
    );
  });
}

const reach = createReach({ rules, note });
readLines(process.stdin, {
  maxBytes: 1024,
  onLine: (line) => waiting.get((JSON.parse(line) as Noted).id)?.(),
});
process.stdin.once('close', () => process.exit(0));
for (const { descriptor, kind } of listeners) {
  const server = serverFor(kind);
  server.maxConnections = maxConnections;
  server.on('drop', (data) => {
    const from = { port: data?.remotePort ?? 0, at: data?.localPort ?? 0 };
    void note({ to: `(proxy port ${from.at})`, reason: 'too many connections', from });
  });
  server.listen({ fd: descriptor });
}
