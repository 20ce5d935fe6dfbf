import {
  createServer,
  request as requestOf,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { join, Refused, type Reach } from './reach.js';

/** Bytes and milliseconds that a client has for what comes before a body. */
const limits = { headers: 16 * 1024, time: 10_000 } as const;

/** What is between two neighbours alone; RFC 9110, 7.6.1, with what only a proxy is told. */
const forNeighbours = [
  ...['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'host'],
  ...['proxy-connection', 'proxy-authorization', 'proxy-authenticate', 'proxy-authentication-info'],
];

/** An HTTP proxy: `CONNECT`, and requests for `http://` addresses. */
export function createHttpProxy(reach: Reach): Server {
  const server = createServer({
    maxHeaderSize: limits.headers,
    headersTimeout: limits.time,
    requestTimeout: 0, // Uploads may take their time.
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
    insecureHTTPParser: false,
    noDelay: true,
  });
  server.on('connect', (request, socket, head) => void tunnel(reach, request, socket as Socket, head));
  server.on('request', (request, response) => {
    forward(reach, request, response).catch((error: unknown) => answer(response, error));
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function tunnel(reach: Reach, request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
  client.on('error', () => client.destroy());
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(request.url ?? '') ?? [];
  try {
    const server = await reach(
      host === '' ? { host: request.url ?? '', port: 0 } : { host, port: Number(port) },
      client,
    );
    server.on('error', () => client.destroy());
    if (client.destroyed) return void server.destroy();
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) server.write(head);
    join(client, server);
  } catch (error) {
    const { status, headers, body } = failure(error);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    client.end(
      `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Bad Gateway'}\r\n${lines.join('')}\r\n${body}`,
    );
  }
}

async function forward(reach: Reach, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.on('error', () => {});
  const url = addressOf(request.url ?? '');
  if (url === undefined) {
    response.writeHead(400, { connection: 'close' }).end('This is a proxy: it takes http:// addresses.\n');
    return;
  }
  const asked = { host: url.hostname, port: url.port === '' ? 80 : Number(url.port) };
  const socket = await reach(asked, request.socket);
  socket.on('error', () => {});
  if (response.destroyed) return void socket.destroy();
  const upstream = requestOf({
    createConnection: () => socket,
    method: request.method ?? 'GET',
    path: url.pathname + url.search,
    headers: {
      ...forwarded(request.headersDistinct, request.headers.connection),
      ...framing(request),
      host: url.host,
    },
    insecureHTTPParser: false,
    maxHeaderSize: 4 * limits.headers,
  });
  response.once('close', () => upstream.destroy());
  upstream.on('error', (error) => answer(response, error));
  upstream.on('response', (reply) => {
    try {
      const headers = forwarded(reply.headersDistinct, reply.headers.connection);
      response.writeHead(reply.statusCode ?? 502, headers);
    } catch (error) {
      upstream.destroy();
      return answer(response, error);
    }
    pipeline(reply, response, () => {});
  });
  if (hasBody(request)) pipeline(request, upstream, () => {});
  else upstream.end();
}

function addressOf(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return /^http:\/\//i.test(text) && url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}

function forwarded(
  headers: NodeJS.Dict<string[]>,
  connection: IncomingHttpHeaders['connection'],
): Record<string, string[]> {
  const dropped = new Set([...forNeighbours, ...(connection ?? '').toLowerCase().split(/[\s,]+/)]);
  const kept = Object.entries(headers).filter(([name]) => !dropped.has(name) || name === 'content-length');
  return Object.fromEntries(kept.map(([name, values]) => [name, values ?? []]));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
}

/** Said outright: for methods that mostly have no body Node would send one without any frame, and it were a request. */
function framing({ headers }: IncomingMessage): Record<string, string> {
  return headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
}

function answer(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status, headers, body } = failure(error);
  response.writeHead(status, headers).end(body);
}

function failure(error: unknown): {
  readonly status: 403 | 502;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const body = `codex-test: ${error instanceof Error ? error.message : 'the connection broke'}\n`;
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  if (!(error instanceof Refused)) return { status: 502, headers, body };
  return { status: 403, headers: { ...headers, 'X-Codex-Test-Blocked': error.reason }, body };
}
