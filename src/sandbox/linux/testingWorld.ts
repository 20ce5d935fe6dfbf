// The far side of an internet of the tests' own: one name server and web servers, in a network namespace of their own.
// It tells on its standard output, a line of JSON each, who asked for what.
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { isIPv4 } from 'node:net';
import { names, places, type Seen } from './testingInternet.js';

function tell(seen: Seen): void {
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}

const asked = new Map<string, number>();

/** Answers of RFC 1035: the question again, then an address for each that the name has in this moment. */
function answer(query: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.').toLowerCase();
  const type = query.readUInt16BE(at + 1);
  const known = names[name];
  if (type === 1) tell({ kind: 'dns', name });
  const turn = asked.get(`${name} ${type}`) ?? 0;
  asked.set(`${name} ${type}`, turn + 1);
  const all = typeof known === 'function' ? known(turn) : (known ?? []);
  const addresses = all.filter((each) => isIPv4(each) === (type === 1) && (type === 1 || type === 28));
  const head = Buffer.from(query.subarray(0, at + 5));
  head.writeUInt16BE(known === undefined ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.fill(0, 8, 12);
  const records = addresses.map((address) => {
    const data = bytesOf(address);
    const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, ...records]);
}

function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const mapped = /^::ffff:([\d.]+)$/.exec(address);
  if (mapped) return Buffer.concat([Buffer.alloc(10), Buffer.of(255, 255), bytesOf(mapped[1]!)]);
  const [before = '', after = ''] = address.split('::');
  const words = (text: string): number[] =>
    text
      .split(':')
      .filter(Boolean)
      .map((word) => Number.parseInt(word, 16));
  const [head, tail] = [words(before), words(after)];
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]));
}

const dns = createSocket('udp4', (query, from) => dns.send(answer(query), from.port, from.address));
const web = createHttpServer((request, response) => {
  const { address } = request.socket.address() as AddressInfo;
  let body = '';
  request.on('data', (chunk: Buffer) => (body += String(chunk)));
  request.on('end', () => {
    tell({ kind: 'http', at: address, host: request.headers.host ?? '', path: request.url ?? '', body });
    response
      .setHeader('connection', 'close')
      .end(`<title>welcome to ${request.headers.host}</title>welcome\n`);
  });
});
const other = createServer((socket) => {
  tell({ kind: 'tcp', at: socket.localAddress ?? '' });
  socket.on('error', () => {}).end('hello\n');
});
dns.bind(53, places.names);
web.listen(80, '::');
other.listen(8080, '::');
let open = 0;
for (const server of [dns, web, other]) {
  server.once('listening', () => {
    if (++open === 3) tell({ kind: 'ready' });
  });
}
process.stdin.resume().once('end', () => process.exit());
