import { expect, test } from '@playwright/test';
import { createSocksProxy } from './socks.js';
import { echoServer, proxyTo, talk } from './testing.js';

const hello = [5, 1, 0];
const port = (number: number): number[] => [number >> 8, number & 255];
const named = (host: string, at: number): number[] => [
  ...[5, 1, 0, 3, host.length, ...Buffer.from(host, 'latin1')],
  ...port(at),
];
const ipv4 = (address: string, at: number): number[] => [
  5,
  1,
  0,
  1,
  ...address.split('.').map(Number),
  ...port(at),
];
const ipv6 = (last: readonly number[], at: number): number[] => [
  ...[5, 1, 0, 4, ...Array<number>(16 - last.length).fill(0), ...last],
  ...port(at),
];
const granted = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

test('N10 passes bytes both ways, however they are cut', async () => {
  const echo = await echoServer();
  const proxy = await proxyTo(echo.port, createSocksProxy);
  const asked = [named('localhost', echo.port), ipv4('127.0.0.1', echo.port), ipv6([1], echo.port)];
  for (const request of asked) {
    const all = Buffer.from([...hello, ...request, ...Buffer.from('early')]);
    const whole = await talk(proxy.port, all);
    const bytewise = await talk(proxy.port, ...[...all].map((byte) => Buffer.of(byte)));
    const answer = Buffer.from([5, 0, ...granted, ...Buffer.from('early')]);
    expect([whole, bytewise]).toEqual([answer, answer]);
  }
  expect(proxy.refusals).toEqual([]);
  for (const place of [proxy, echo]) place.close();
});

const turnedAway = {
  'another version': [[4, 1, 0, 80, 127, 0, 0, 1, 0], []],
  HTTP: [[...Buffer.from('GET / HTTP/1.1\r\n\r\n')], []],
  'no way to sign in': [[5, 0], []],
  'passwords alone': [
    [5, 1, 2],
    [5, 255],
  ],
  'a server of its own (BIND)': [
    [...hello, 5, 2, 0, 1, 127, 0, 0, 1, 0, 80],
    [5, 0, 5, 7],
  ],
  'datagrams (UDP)': [
    [...hello, 5, 3, 0, 1, 127, 0, 0, 1, 0, 80],
    [5, 0, 5, 7],
  ],
  'a form of address that does not exist': [
    [...hello, 5, 1, 0, 9, 0, 0],
    [5, 0, 5, 8],
  ],
  'an empty name': [
    [...hello, 5, 1, 0, 3, 0, 0, 80],
    [5, 0, 5, 2],
  ],
  'a name with NUL': [
    [...hello, ...named('local\0host', 80)],
    [5, 0, 5, 2],
  ],
  'a name with a line end': [
    [...hello, ...named('a\r\nb', 80)],
    [5, 0, 5, 2],
  ],
  'a name that is no text': [
    [...hello, ...named('\xff\xfe', 80)],
    [5, 0, 5, 2],
  ],
  'port 0': [
    [...hello, ...named('localhost', 0)],
    [5, 0, 5, 2],
  ],
  'a port that is not listed': [
    [...hello, ...ipv4('127.0.0.1', 2)],
    [5, 0, 5, 2],
  ],
  'a private address': [
    [...hello, ...ipv4('10.0.0.1', 80)],
    [5, 0, 5, 2],
  ],
  'IPv4 in IPv6': [
    [...hello, ...ipv6([255, 255, 127, 0, 0, 1], 1)],
    [5, 0, 5, 2],
  ],
  'the end in the middle': [
    [...hello, 5, 1, 0, 3, 200, 65],
    [5, 0],
  ],
} as const;
for (const [name, [sent, answer]] of Object.entries(turnedAway)) {
  test(`turns ${name} away`, async () => {
    const proxy = await proxyTo(1, createSocksProxy);
    const got = await talk(proxy.port, Buffer.from(sent));
    expect([...got].slice(0, answer.length)).toEqual(answer);
    expect(got.length <= 12).toBe(true);
    proxy.close();
  });
}
