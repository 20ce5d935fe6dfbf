// A proxy in the process of the test, and clients that send bytes as they are.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import type { Refusal } from './message.js';
import { createReach, type Reach } from './reach.js';

export interface Place {
  readonly port: number;
  close(): void;
}

/** Listens on the loopback; connections end with it. */
export async function listen(server: Server): Promise<Place> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A proxy whose clients may reach one port of this machine and nothing else. */
export async function proxyTo(
  port: number,
  create: (reach: Reach) => Server,
): Promise<Place & { readonly refusals: Omit<Refusal, 'id' | 'from'>[] }> {
  const refusals: Omit<Refusal, 'id' | 'from'>[] = [];
  const reach = createReach({
    rules: { allow: [], deny: [], localhost: [port] },
    note: async ({ to, reason }) => void refusals.push({ to, reason }),
  });
  return { ...(await listen(create(reach))), refusals };
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A web server that keeps what it is asked. */
export async function webServer(): Promise<Place & { readonly requests: Request[] }> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body });
      response.writeHead(200, { 'X-Kept': '1', Connection: 'x-dropped', 'X-Dropped': '1' }).end('welcome');
    });
  });
  return { ...(await listen(server)), requests };
}

/** A server that sends back what it gets, and ends when its client does. */
export function echoServer(): Promise<Place> {
  return listen(createTcpServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)));
}

/** Sends pieces one after the other, ends, and gives all that comes back until the other side closes. */
export function talk(port: number, ...pieces: readonly (string | Buffer)[]): Promise<Buffer> {
  return exchange({ port, pieces, end: 'after the last' });
}

/** Sends a request, and gives all that comes back until the other side ends. */
export function ask(port: number, request: string): Promise<Buffer> {
  return exchange({ port, pieces: [request], end: 'as the other side does' });
}

async function exchange(what: {
  readonly port: number;
  readonly pieces: readonly (string | Buffer)[];
  readonly end: 'after the last' | 'as the other side does';
}): Promise<Buffer> {
  const socket = connect({ port: what.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {}); // A reset; what came before counts.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of what.pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (what.end === 'after the last') socket.end();
  socket.once('end', () => socket.destroy());
  await closed;
  return Buffer.concat(chunks);
}
