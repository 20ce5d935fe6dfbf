import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { networkOptions } from './network.js';
import { makeProject, runCli } from './testing.js';

const config = `import { defineConfig } from 'codex-test';
export default defineConfig({
  specs: 'specs',
  use: { network: { allow: ['10.0.0.2'], deny: ['denied.example'] } },
  reporter: [['json', { outputFile: 'reports/results.json' }]],
});`;

/** For perl: asks the proxy for each host, and says the first line of its answers. */
const asks = String.raw`use IO::Socket::INET;
for (@ARGV) {
  my $s = IO::Socket::INET->new('127.0.0.1:3128') or die;
  print $s "GET http://$_/ HTTP/1.0\r\n\r\n";
  print scalar <$s>;
}`;

const online = `---
files: asks.pl
network:
  allow: ["*"]
  deny: '**.ads.example'
secrets: TOKEN
---
# Online

## Tells what was blocked

**Expected Results:**
- \`command: "perl asks.pl denied.example ads.example ads.example {{secret TOKEN}}.ads.example 10.0.0.1" contains "403"\`
`;

const unlisted = `---
files: asks.pl
network: {deny: a.example}
---
# Unlisted

## Reaches what the configuration allows

**Expected Results:**
- \`command: "perl asks.pl 10.0.0.2 a.example" contains "403"\`
`;

const nothing = `---
network: {deny: a.example}
---
# Nothing

## Reaches nothing

**Expected Results:**
- \`exit: 0\`
`;

const typescript = (port: number): string => `import { test, expect } from 'codex-test';
test.describe('ports', () => {
  test.use({ settings: { network: { localhost: [${port}] } } });
  test('of the machine', async ({ sandbox }) => {
    const get = 'exec 3<>/dev/tcp/127.0.0.1/${port}; printf "GET /from-inside HTTP/1.0\\\\r\\\\n\\\\r\\\\n" >&3; head -1 <&3';
    expect(String((await sandbox.exec(['/bin/bash', '-c', get])).stdout)).toContain('200 OK');
  });
});
test.describe('mistakes', () => {
  test.use({ settings: { network: { allow: ['https://a.example/'] } } });
  test('are told', async ({ sandbox }) => { expect(sandbox.uid).toBe(0); });
});
`;

interface Result {
  readonly annotations: readonly { readonly type: string; readonly description?: string }[];
  readonly results: readonly {
    readonly status: string;
    readonly errors: readonly { readonly message: string }[];
    readonly attachments: readonly { readonly name: string; readonly body?: string }[];
  }[];
}

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly { readonly title: string; readonly tests: readonly Result[] }[];
}

const all = (suites: readonly Suite[]): [string, Result][] =>
  suites.flatMap((suite) => [
    ...(suite.specs ?? []).map(({ title, tests }) => [title, tests[0]!] as [string, Result]),
    ...all(suite.suites ?? []),
  ]);

// eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures from the pattern
test('a run reaches what its specs and its configuration say, and reports what was blocked', async ({}, testInfo) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cwd = makeProject(testInfo, {
    'playwright.config.ts': config,
    'specs/asks.pl': asks,
    'specs/online.spec.md': online,
    'specs/unlisted.spec.md': unlisted,
    'specs/ports.spec.ts': typescript(port),
  });
  const { code, stdout, stderr } = await runCli(['test'], { cwd, env: { TOKEN: 'k7x9q2value' } });
  server.close();
  expect([code, stdout + stderr]).toEqual([1, expect.any(String)]);
  const report = JSON.parse(readFileSync(join(cwd, 'reports/results.json'), 'utf8')) as {
    readonly suites: Suite[];
  };
  const results = new Map(all(report.suites));
  const statuses = [...results].map(([title, { results: runs }]) => [title, runs[0]?.status]);
  expect(Object.fromEntries(statuses)).toEqual({
    'Reaches what the configuration allows': 'passed',
    'Tells what was blocked': 'passed',
    'are told': 'failed',
    'of the machine': 'passed',
  });
  expect(asked).toEqual(['/from-inside']);
  const wrong = results.get('are told')?.results[0]?.errors[0]?.message;
  expect(wrong).toContain(
    'settings.network: "https://a.example/" is no entry for "network.allow". Write the host alone: a.example.',
  );
  const told = results.get('Tells what was blocked')!;
  const rows = (title: string): unknown => JSON.parse(of('network.json', title));
  const of = (name: string, title = 'Tells what was blocked'): string =>
    Buffer.from(
      results.get(title)?.results[0]?.attachments.find((each) => each.name === name)?.body ?? '',
      'base64',
    ).toString();
  expect(rows('Reaches what the configuration allows')).toEqual([
    { to: '10.0.0.2:80', reason: 'private address', count: 1, process: 'perl' },
    { to: 'a.example:80', reason: 'denied', count: 1, process: 'perl' },
  ]);
  expect(rows('Tells what was blocked')).toEqual([
    { to: 'ads.example:80', reason: 'denied', count: 2, process: 'perl' },
    { to: 'denied.example:80', reason: 'denied', count: 1, process: 'perl' },
    { to: '{{secret TOKEN}}.ads.example:80', reason: 'denied', count: 1, process: 'perl' },
    { to: '10.0.0.1:80', reason: 'private address', count: 1, process: 'perl' },
  ]);
  expect(of('network').split('\n')[1]).toMatch(/^2 +ads\.example:80 +denied +perl$/);
  expect(told.annotations).toContainEqual({
    type: 'network',
    description: expect.stringMatching(
      /^blocked 5 times: ads\.example:80, .* and others; see the attachment "network"$/,
    ),
  });
  expect(told.annotations.find(({ type }) => type === 'settings')?.description).toContain(
    'online to * 10.0.0.2 not **.ads.example not denied.example',
  );
});

// eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures from the pattern
test('a spec that is online and may reach nothing is told so at its line', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, {
    'playwright.config.ts': `import { defineConfig } from 'codex-test';\nexport default defineConfig({ reporter: 'line' });`,
    'specs/nothing.spec.md': nothing,
  });
  const { code, stdout } = await runCli([], { cwd });
  expect([code, stdout]).toEqual([
    expect.any(Number),
    expect.stringMatching(
      /network: online reaches nothing, since nothing is allowed\. [^]*at .*specs\/nothing\.spec\.md:2:10/,
    ),
  ]);
  expect(code).not.toBe(0);
});

test('what a test and its project say is one list, in which deny wins', () => {
  const project = { allow: ['b.org'], deny: ['*.C.org'] };
  expect(networkOptions({ allow: ['A.org', 'b.org'], localhost: [1] }, project)).toEqual({
    ...{ network: 'online', allow: ['a.org', 'b.org'], deny: ['*.c.org'], localhost: [1] },
  });
  expect(networkOptions('online', project)).toEqual({
    network: 'online',
    allow: ['b.org'],
    deny: ['*.c.org'],
  });
  expect(networkOptions('offline', project)).toEqual({ network: 'offline' });
  expect(networkOptions({ localhost: [1] }, project)).toEqual({ network: 'offline', localhost: [1] });
  expect(() => networkOptions('online', {})).toThrow(/nothing is allowed\. Write network: \{allow:/);
});
