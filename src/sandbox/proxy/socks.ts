import { createServer, type Server, type Socket } from 'node:net';
import { join, Refused, type Reach } from './reach.js';

/** Milliseconds until a client has said where it wants to go. */
const greetingTime = 10_000;

// RFC 1928
const version = 5;
const methods = { none: 0, noneAcceptable: 0xff } as const;
const commands = { connect: 1 } as const;
const forms = { ipv4: 1, domain: 3, ipv6: 4 } as const;
const replies = {
  ...{ granted: 0, failed: 1, forbidden: 2, unreachable: 4 },
  ...{ unknownCommand: 7, unknownForm: 8 },
} as const;

/** A SOCKS5 proxy for `CONNECT`, without authentication. */
export function createSocksProxy(reach: Reach): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => client.destroy());
    serve(reach, client).catch(() => client.destroy());
  });
}

async function serve(reach: Reach, client: Socket): Promise<void> {
  const timer = setTimeout(() => client.destroy(), greetingTime);
  client.once('close', () => clearTimeout(timer));
  const asked = await greet(client);
  clearTimeout(timer);
  if (asked === undefined) return;
  try {
    const server = await reach(asked, client);
    server.on('error', () => client.destroy());
    if (client.destroyed) return void server.destroy();
    client.write(reply(replies.granted));
    join(client, server);
  } catch (error) {
    client.end(reply(error instanceof Refused ? replies.forbidden : replies.unreachable));
  }
}

/** Where the client wants to go; undefined where it was turned away. */
async function greet(client: Socket): Promise<{ readonly host: string; readonly port: number } | undefined> {
  const [spoken, count = 0] = await take(client, 2);
  if (spoken !== version || count === 0) return void client.destroy();
  const offered = await take(client, count);
  if (!offered.includes(methods.none)) return void client.end(Buffer.of(version, methods.noneAcceptable));
  client.write(Buffer.of(version, methods.none));
  const [again, command, , form] = await take(client, 4);
  if (again !== version) return void client.destroy();
  if (command !== commands.connect) return void client.end(reply(replies.unknownCommand));
  const host = await readHost(client, form);
  if (host === undefined) return void client.end(reply(replies.unknownForm));
  return { host, port: (await take(client, 2)).readUInt16BE() };
}

async function readHost(client: Socket, form: number | undefined): Promise<string | undefined> {
  if (form === forms.ipv4) return [...(await take(client, 4))].join('.');
  if (form === forms.domain) {
    const length = (await take(client, 1))[0] ?? 0;
    return length === 0 ? '' : (await take(client, length)).toString('latin1');
  }
  if (form !== forms.ipv6) return undefined;
  const bytes = await take(client, 16);
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return `[${words.join(':')}]`;
}

function reply(code: number): Buffer {
  return Buffer.of(version, code, 0, forms.ipv4, 0, 0, 0, 0, 0, 0);
}

/** The next bytes of a connection; rejects where it ends before. */
function take(client: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      for (const event of ['end', 'close']) client.off(event, ended);
      client.off('readable', read);
    };
    const ended = (): void => {
      done();
      reject(new Error('the client went away'));
    };
    const read = (): void => {
      const bytes = client.read(count) as Buffer | null;
      if (bytes === null) return;
      done();
      resolve(bytes);
    };
    for (const event of ['end', 'close']) client.once(event, ended);
    client.on('readable', read);
    read();
  });
}
