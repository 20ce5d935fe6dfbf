import { expect, test } from '@playwright/test';
import { checkNetwork } from './index.js';
import { readDestination } from './network.js';

const canonical = [
  ['example.com', 'example.com'],
  [' Example.COM. ', 'example.com'],
  ['*.Example.com', '*.example.com'],
  ['**.example.com:*', '**.example.com:*'],
  ['example.com:08443', 'example.com:8443'],
  ['*', '*'],
  ['*:22', '*:22'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['*.BÜCHER.example:80', '*.xn--bcher-kva.example:80'],
  ['_dmarc.example.com', '_dmarc.example.com'],
  ['intranet', 'intranet'],
  ['93.184.216.34:8080', '93.184.216.34:8080'],
  ['2606:2800:220:1:0::34', '[2606:2800:220:1::34]'],
  ['[2606:2800:0220:1::34]:443', '[2606:2800:220:1::34]:443'],
] as const;
for (const [text, entry] of canonical) {
  test(`reads the destination ${JSON.stringify(text)} as ${entry}`, () => {
    expect(readDestination(text)).toBe(entry);
    expect(readDestination(entry)).toBe(entry);
  });
}

const refused = [
  ['https://example.com/a', /^Write the host alone: example\.com\.$/],
  ['example.com/a', /^Write the host alone: example\.com\.$/],
  ['example.*', /star stands in front alone: \*\.example for/],
  ['a*.example.com', /star stands in front alone/],
  ['***.example.com', /\*\*\.example\.com with the domain itself/],
  ['*example.com', /star stands in front alone: \*\.example\.com/],
  ['', /Write a domain/],
  ['a b', /Write a domain/],
  ['user@example.com', /Write a domain/],
  ['example.com:0', /1 to 65535/],
  ['example.com:65536', /1 to 65535/],
  ['example.com:http', /Write a domain/],
  ['example..com', /no domain/],
  [`${'a'.repeat(64)}.com`, /no domain/],
  ['127.1', /four numbers/],
  ['0x7f000001', /four numbers/],
  ['2130706433', /four numbers/],
  ['*.93.184.216.34', /Remove the star/],
  ['[nonsense]', /Write a domain|IPv6/],
  ['[:::]', /IPv6 address/],
  ['localhost', /localhost: \[8080\]/],
  ['app.localhost:3000', /localhost: \[3000\]/],
  ['127.0.0.1:5000', /localhost: \[5000\]/],
  ['::1', /localhost: \[8080\]/],
] as const;
for (const [text, wrong] of refused) {
  test(`refuses the destination ${JSON.stringify(text)}`, () => {
    expect(readDestination(text)).toEqual({ wrong: expect.stringMatching(wrong) });
  });
}

test('settings of a TypeScript spec are read as strictly as a front matter', () => {
  expect(checkNetwork({ allow: ['Example.COM', 'example.com.'], localhost: [80, 80] })).toEqual({
    allow: ['example.com'],
    localhost: [80],
  });
  expect(checkNetwork('online')).toBe('online');
  expect(() => checkNetwork({ allow: ['http://a.org'] })).toThrow(/settings\.network: .*host alone: a\.org/);
  expect(() => checkNetwork({ allows: ['a.org'] } as object)).toThrow(/Did you mean "allow"/);
  expect(() => checkNetwork({ allow: Array.from({ length: 129 }, (_, i) => `a${i}.org`) })).toThrow(
    /more than 128/,
  );
});
