import { expect, test } from '@playwright/test';
import { isPublic } from './address.js';
import { canonicalHost, isAllowed, isDenied, parseEntry } from './rules.js';

const nothing = { allow: [], deny: [], localhost: [] };

const held = [
  ['example.com', 'example.com', 443, true],
  ['example.com', 'example.com', 80, true],
  ['example.com', 'example.com', 8080, false],
  ['example.com:8080', 'example.com', 8080, true],
  ['example.com:8080', 'example.com', 443, false],
  ['example.com:*', 'example.com', 22, true],
  ['example.com', 'www.example.com', 443, false],
  ['example.com', 'badexample.com', 443, false],
  ['*.example.com', 'example.com', 443, false],
  ['*.example.com', 'a.example.com', 443, true],
  ['*.example.com', 'a.b.example.com', 443, true],
  ['*.example.com', 'badexample.com', 443, false],
  ['**.example.com', 'example.com', 443, true],
  ['**.example.com', 'a.example.com', 443, true],
  ['**.example.com', 'badexample.com', 443, false],
  ['*', 'anything.example', 443, true],
  ['*', '93.184.216.34', 443, true],
  ['*', 'anything.example', 25, false],
  ['*:25', 'anything.example', 25, true],
  ['93.184.216.34', '93.184.216.34', 80, true],
  ['93.184.216.34', '93.184.216.35', 80, false],
  ['[2606:2800:220:1::34]:443', '2606:2800:220:1::34', 443, true],
  ['**.34', '93.184.216.34', 80, false],
] as const;
for (const [entry, host, port, allowed] of held) {
  test(`N5 allow: ${entry} ${allowed ? 'lets' : 'does not let'} ${host}:${port} through`, () => {
    expect(isAllowed({ ...nothing, allow: [entry] }, { host, port })).toBe(allowed);
  });
}

test('N5 deny without a port holds for every port, and what cannot be read denies', () => {
  const denied = (entry: string, host: string, port: number): boolean =>
    isDenied({ ...nothing, deny: [entry] }, { host, port });
  expect([
    denied('example.com', 'example.com', 8443),
    denied('example.com:80', 'example.com', 443),
    denied('*.example.com', 'example.com', 443),
    denied('*.example.com', 'a.example.com', 1),
    denied('not a domain', 'example.com', 443),
  ]).toEqual([true, false, false, true, true]);
  expect(isAllowed({ ...nothing, allow: ['not a domain'] }, { host: 'not a domain', port: 443 })).toBe(false);
});

const hosts = [
  ['Example.COM.', 'example.com'],
  ['BÜCHER.example', 'xn--bcher-kva.example'],
  ['exa\u00ADmple.com', 'example.com'],
  ['ｅxample。com', 'example.com'],
  ['127.1', '127.0.0.1'],
  ['0x7f.0.0.1', '127.0.0.1'],
  ['017700000001', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['[::FFFF:127.0.0.1]', '::ffff:7f00:1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['fe80::1%lo', undefined],
  ['256.1.1.1', undefined],
  ['example.com..', undefined],
  ['.', undefined],
  ['', undefined],
  ['a b', undefined],
  ['a\r\nHost: b', undefined],
  ['a\0b', undefined],
  ['user@example.com', undefined],
  ['example.com/x', undefined],
  ['example.com#x', undefined],
  ['ex%61mple.com', undefined],
  ['a'.repeat(64), undefined],
  [`${'a.'.repeat(200)}com`, undefined],
] as const;
for (const [text, host] of hosts) {
  test(`N5 reads the host ${JSON.stringify(text.slice(0, 40))} as ${host}`, () => {
    expect(canonicalHost(text)).toBe(host);
  });
}

test('N5 an entry has one form alone', () => {
  const wrong = [
    'Example.com',
    'example.com.',
    'a.*',
    '*.1.2.3.4',
    '127.1',
    '[::FFFF]',
    'a:0',
    'a:65536',
    'a b',
    '',
  ];
  expect(wrong.filter((entry) => parseEntry(entry) !== undefined)).toEqual([]);
});

const addresses = {
  public: [
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ...['172.15.255.255', '172.32.0.0', '192.167.255.255', '198.17.255.255', '223.255.255.255'],
    ...['2001:200::1', '2606:2800:220:1::34', '2a00::1', '3ffe::1'],
  ],
  other: [
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254'],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.1',
      '192.0.2.1',
      '192.168.1.1',
      '198.18.0.1',
      '198.51.100.1',
    ],
    ...['203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::ffff:1.1.1.1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      'fc00::1',
      'fd00::1',
      'fe80::1',
    ],
    ...['ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '100::1', 'fe80::1%eth0', '::127.0.0.1'],
    ...['localhost', '', '1.1.1', '0x1010101', 'example.com'],
  ],
};
test('N6 only addresses of the public internet are public', () => {
  expect(addresses.public.filter((each) => !isPublic(each))).toEqual([]);
  expect(addresses.other.filter((each) => isPublic(each))).toEqual([]);
});
