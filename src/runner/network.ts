import type { TestInfo } from '@playwright/test';
import type { Attempt, Deprovisioned, SandboxOptions } from '../sandbox/index.js';
import { checkNetwork, type Network, type NetworkRules, type Redactor } from '../spec/index.js';

/** Destinations for the tests of a project, beside those of each. */
export type ProjectNetwork = Pick<NetworkRules, 'allow' | 'deny'>;

type Options = Pick<SandboxOptions, 'network' | 'allow' | 'deny' | 'localhost'>;

/** What the broker is asked for: the destinations of a test with those of its project, or a message that says why not. */
export function networkOptions(network: Network, project: ProjectNetwork): Options {
  const own = checkNetwork(network);
  const { localhost = [], ...lists } = typeof own === 'object' ? own : {};
  const ports = localhost.length === 0 ? {} : { localhost };
  const online = own === 'online' || lists.allow !== undefined || lists.deny !== undefined;
  if (!online) return { network: 'offline', ...ports };
  const common = Object.keys(project).length === 0 ? {} : checkNetwork(project);
  const { allow = [], deny = [] } = typeof common === 'object' ? common : {};
  const allowed = [...new Set([...(lists.allow ?? []), ...allow])];
  if (allowed.length === 0) {
    throw new Error(
      'network: online reaches nothing, since nothing is allowed. Write network: {allow: [example.com]}, or ["*"] for every public address.',
    );
  }
  const denied = [...new Set([...(lists.deny ?? []), ...deny])];
  return { network: 'online', allow: allowed, ...(denied.length === 0 ? {} : { deny: denied }), ...ports };
}

/** What a test reaches, for people: `online: example.com, *.example.org, not ads.example.org`. */
export function describeNetwork({ network, allow = [], deny = [], localhost = [] }: Options): string {
  const lists = [...allow, ...deny.map((each) => `not ${each}`)];
  const ports = localhost.map((port) => `port ${port} of the machine`);
  return [network, ...(lists.length === 0 ? [] : [`to ${lists.join(' ')}`]), ...ports].join(' ');
}

/** Puts what a sandbox tried to reach and did not into the report, as a table and as JSON. */
export async function attachAttempts(
  testInfo: Pick<TestInfo, 'annotations' | 'attach'>,
  { attempts, proxyEnded }: Deprovisioned,
  redactor: Redactor,
): Promise<void> {
  if (proxyEnded) {
    const description = 'the proxy of the sandbox ended before the test: from then on nothing was reached';
    testInfo.annotations.push({ type: 'network', description });
  }
  if (attempts.length === 0) return;
  const rows = attempts
    .map((each) => ({
      ...each,
      to: redactor.text(each.to),
      process: redactor.text(each.process ?? 'unknown'),
    }))
    .toSorted((one, other) => other.count - one.count);
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const times = total === 1 ? 'once' : `${total} times`;
  const first = rows.slice(0, 3).map(({ to }) => to);
  const more = rows.length > first.length ? ' and others' : '';
  const description = `blocked ${times}: ${first.join(', ')}${more}; see the attachment "network"`;
  testInfo.annotations.push({ type: 'network', description });
  await testInfo.attach('network', { body: table(rows), contentType: 'text/plain' });
  const body = JSON.stringify(rows, undefined, 2);
  await testInfo.attach('network.json', { body, contentType: 'application/json' });
}

function table(rows: readonly (Attempt & { readonly process: string })[]): string {
  const cells = [
    ['count', 'destination', 'reason', 'process'],
    ...rows.map(({ count, to, reason, process }) => [String(count), to, reason, process]),
  ];
  const widths = [0, 1, 2].map((i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
