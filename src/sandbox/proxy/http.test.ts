import { connect } from 'node:net';
import { expect, test } from '@playwright/test';
import { createHttpProxy } from './http.js';
import { createSocksProxy } from './socks.js';
import { ask, echoServer, proxyTo, talk, webServer } from './testing.js';

test('N10 a tunnel passes bytes both ways, those sent early too, until both sides have ended', async () => {
  const echo = await echoServer();
  const proxy = await proxyTo(echo.port, createHttpProxy);
  const big = Buffer.alloc(300_000, 'x');
  const answer = await talk(
    proxy.port,
    `CONNECT localhost:${echo.port} HTTP/1.1\r\nHost: a\r\n\r\nearly`,
    big,
  );
  expect(answer.subarray(0, 39).toString()).toBe('HTTP/1.1 200 Connection Established\r\n\r\n');
  expect(answer.subarray(39).toString()).toBe(`early${big.toString()}`);
  expect(proxy.refusals).toEqual([]);
  for (const place of [proxy, echo]) place.close();
});

test('N10 a request is passed on with the host of its address and nothing that is for the proxy', async () => {
  const web = await webServer();
  const proxy = await proxyTo(web.port, createHttpProxy);
  const lines = [
    `POST http://localhost:${web.port}/a?b=%20c HTTP/1.1`,
    ...['Host: other.example', 'X-Two: 1', 'X-Two: 2', 'Connection: close, X-Hop', 'X-Hop: 1'],
    ...[
      'Proxy-Connection: keep-alive',
      'Proxy-Authorization: Basic eA==',
      'TE: trailers',
      'Content-Length: 3',
    ],
  ];
  const answer = (await ask(proxy.port, `${lines.join('\r\n')}\r\n\r\nabc`)).toString();
  expect(web.requests).toEqual([
    {
      method: 'POST',
      url: '/a?b=%20c',
      headers: {
        ...{ host: `localhost:${web.port}`, 'x-two': '1, 2', 'content-length': '3' },
        connection: 'close',
      },
      body: 'abc',
    },
  ]);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*x-kept: 1\r\n[^]*welcome/i);
  expect(answer).not.toMatch(/x-dropped/i);
  for (const place of [proxy, web]) place.close();
});

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const disguises = {
  'a length and chunks': ['Content-Length: 4', 'Transfer-Encoding: chunked'],
  'two lengths': ['Content-Length: 0', `Content-Length: ${smuggled.length}`],
  'a length with a sign': ['Content-Length: +0'],
  'a length in a list': [`Content-Length: 0, ${smuggled.length}`],
  'an encoding of another name': ['Transfer-Encoding: xchunked'],
  'chunks that are not last': ['Transfer-Encoding: chunked, identity'],
  'a space before the colon': ['Transfer-Encoding : chunked'],
  'a folded line': ['X: a', ' Transfer-Encoding: chunked'],
  'a line that ends early': ['X: a\rTransfer-Encoding: chunked'],
  'NUL in a value': ['X: a\0b'],
} as const;
for (const [name, headers] of Object.entries(disguises)) {
  test(`a request with ${name} takes no second one along`, async () => {
    const web = await webServer();
    const proxy = await proxyTo(web.port, createHttpProxy);
    const head = [`POST http://localhost:${web.port}/first HTTP/1.1`, 'Host: a', ...headers].join('\r\n');
    const answer = await talk(proxy.port, `${head}\r\n\r\n0\r\n\r\n${smuggled}`);
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(web.requests.map(({ url }) => url)).toEqual([]);
    for (const place of [proxy, web]) place.close();
  });
}

test('a body stays one, whatever the method', async () => {
  const web = await webServer();
  const proxy = await proxyTo(web.port, createHttpProxy);
  const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
  for (const method of ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'POST']) {
    const head = `${method} http://localhost:${web.port}/first HTTP/1.1\r\nHost: a`;
    await talk(proxy.port, `${head}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}`);
  }
  expect(web.requests.map(({ method, url, body }) => [method, url, body === smuggled])).toEqual(
    ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'POST'].map((method) => [method, '/first', true]),
  );
  for (const place of [proxy, web]) place.close();
});

const strange = [
  ...['localhost', 'localhost:', ':80', 'localhost:99999', 'localhost:0', 'localhost:80:80', '/', '*'],
  ...[
    'http://localhost:80',
    'a@localhost:80',
    '[::1:80',
    'localhost:8 0',
    'localhost:-1',
    `${'a'.repeat(5_000)}:80`,
  ],
];
test('N5 a tunnel to what is no host and port is refused, and told', async () => {
  const proxy = await proxyTo(1, createHttpProxy);
  for (const target of strange) {
    const answer = await talk(proxy.port, `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect([target, answer.toString().split('\r\n')[0]]).toEqual([
      target,
      expect.stringMatching(/^HTTP\/1\.1 (?:403 Forbidden|400 Bad Request)$/),
    ]);
  }
  expect(proxy.refusals.every(({ to }) => /^[\u0021-\u007e]{1,90}$/.test(to))).toBe(true);
  expect(new Set(proxy.refusals.map(({ reason }) => reason))).toEqual(new Set(['no destination']));
  proxy.close();
});

test('N5 this machine is out of reach by all of its names but at the ports that are listed', async () => {
  const web = await webServer();
  const proxy = await proxyTo(1, createHttpProxy);
  const hosts = [
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '[::1]',
  ];
  const others = ['0.0.0.0', '[::]', '[::ffff:127.0.0.1]'];
  for (const host of [...hosts, ...others]) {
    const tunnel = await talk(proxy.port, `CONNECT ${host}:${web.port} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const plain = await talk(
      proxy.port,
      `GET http://${host}:${web.port}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect([host, ...[tunnel, plain].map((each) => each.toString().split('\r\n')[0])]).toEqual([
      host,
      'HTTP/1.1 403 Forbidden',
      'HTTP/1.1 403 Forbidden',
    ]);
  }
  expect(web.requests).toEqual([]);
  expect(proxy.refusals).toHaveLength(2 * (hosts.length + others.length));
  expect(new Set(proxy.refusals.map(({ reason }) => reason))).toEqual(
    new Set(['port of this machine', 'not allowed']),
  );
  for (const place of [proxy, web]) place.close();
});

test('what is no request for a proxy is answered and goes nowhere', async () => {
  const web = await webServer();
  const proxy = await proxyTo(web.port, createHttpProxy);
  const first = async (text: string | Buffer): Promise<string | undefined> =>
    (await talk(proxy.port, text)).toString().split('\r\n')[0];
  expect([
    await first('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
    await first(`GET https://localhost:${web.port}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
    await first('GET file:///etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
    await first(Buffer.from('16030100050100000100', 'hex')), // the first bytes of TLS
    await first(`GET http://localhost:${web.port}/ HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
    await first(`GET http://localhost:${web.port}/ HTTP/1.1\r\n${'X: y\r\n'.repeat(5_000)}\r\n`),
  ]).toEqual(Array(6).fill('HTTP/1.1 400 Bad Request'));
  expect(web.requests).toEqual([]);
  for (const place of [proxy, web]) place.close();
});

test('a client that does not say what it wants is hung up on', async () => {
  test.setTimeout(30_000);
  const proxies = await Promise.all([proxyTo(1, createHttpProxy), proxyTo(1, createSocksProxy)]);
  const beginnings = ['CONNECT localhost:1 HTTP/1.1\r\nX-Slow: ', '\x05'];
  const lasted = await Promise.all(
    proxies.map(async ({ port }, i) => {
      const began = performance.now();
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', () => {}).on('data', () => {});
      socket.write(beginnings[i]!);
      const drip = setInterval(() => socket.write(i === 0 ? 'x' : ''), 500);
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(drip);
      return performance.now() - began;
    }),
  );
  expect(lasted.every((ms) => ms > 9_000 && ms < 20_000)).toBe(true);
  for (const proxy of proxies) proxy.close();
});
