import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Attempt } from '../types.js';

/** An account's network. */
export interface Namespace {
  /** Names it for nsenter. */
  readonly path: string;
  /** A process in it. */
  readonly pid: number;
}

const table = 'codex_test';
const path = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Counts by destination what leaves by no proxy, and refuses it at once. Packets to a destination without a route do
 * not exist, so that there is nothing to count; that is why all of them have one, into the loopback. There are two halves,
 * since programs take a default route as a sign that they are online.
 */
const rules = `table inet ${table} {
  set ipv4 { type ipv4_addr . inet_proto . inet_service; size 1024; flags dynamic; counter; }
  set ipv6 { type ipv6_addr . inet_proto . inet_service; size 1024; flags dynamic; counter; }
  counter sum { }
  chain output {
    type filter hook output priority 0; policy accept;
    ip daddr 127.0.0.0/8 udp dport 53 counter name sum update @ipv4 { ip daddr . meta l4proto . th dport }
    ip daddr 127.0.0.0/8 accept
    ip6 daddr ::1 accept
    counter name sum
    ip protocol { tcp, udp } update @ipv4 { ip daddr . meta l4proto . th dport }
    ip6 nexthdr { tcp, udp } update @ipv6 { ip6 daddr . meta l4proto . th dport }
    meta l4proto tcp reject with tcp reset
    reject with icmpx type admin-prohibited
  }
}`;
const routes = [
  ...['0.0.0.0/1', '128.0.0.0/1'].map((half) => `route add ${half} dev lo src 127.0.0.1`),
  ...['::/1', '8000::/1'].map((half) => `route add ${half} dev lo src ::1`),
];
/** For a shell in a fresh network namespace: brings its loopback up and begins to count; fails where it cannot. */
export const prepareSpace = `set -e
ip link set lo up
nft -f - <<'END'
${rules}
END
# A machine without IPv6 refuses two of them.
ip -force -batch - <<'END' || [ $? = 1 ] || [ $? = 2 ]
${routes.join('\n')}
END`;

/** What was tried so far: by destination where it is counted, all together elsewhere. */
export async function outboundAttempts(
  namespace: Namespace,
  counts: 'destinations' | 'nothing',
): Promise<readonly Attempt[]> {
  const seen = await statistics(namespace.pid);
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (seen.get(name) ?? 0), 0);
  if (counts === 'nothing') {
    const count = sum(['Ip.OutNoRoutes', 'Ip6OutNoRoutes']);
    return count === 0 ? [] : [{ to: '(destinations not counted)', reason: 'no proxy', count }];
  }
  // Whatever was refused shows here, and mostly nothing was.
  if (sum(['Tcp.AttemptFails', 'Icmp.OutDestUnreachs', 'Icmp6OutDestUnreachs']) === 0) return [];
  const list = [`--net=${namespace.path}`, '--', 'nft', '--json', 'list', 'table', 'inet', table];
  const { stdout } = await promisify(execFile)('nsenter', list, { env: { PATH: path } });
  return parseAttempts(stdout);
}

/** Objects of libnftables-json(5), as far as they are needed. */
interface Listed {
  readonly counter?: { readonly packets: number };
  readonly set?: { readonly elem?: readonly Element[] };
}

interface Element {
  readonly elem: {
    readonly val: { readonly concat: readonly [address: string, protocol: string, port: number] };
    readonly counter: { readonly packets: number };
  };
}

function parseAttempts(json: string): readonly Attempt[] {
  const { nftables } = JSON.parse(json) as { readonly nftables: readonly Listed[] };
  const attempts = nftables
    .flatMap(({ set }) => set?.elem ?? [])
    .map(({ elem: { val, counter } }) => {
      const [address, protocol, port] = val.concat;
      const host = address.includes(':') ? `[${address}]` : address;
      const to = `${host}:${port}${protocol === 'tcp' ? '' : ` (${protocol})`}`;
      return { to, reason: 'no proxy', count: counter.packets };
    });
  const all = nftables.find(({ counter }) => counter !== undefined)?.counter?.packets ?? 0;
  const others = all - attempts.reduce((sum, { count }) => sum + count, 0);
  return others > 0 ? [...attempts, { to: '(others)', reason: 'no proxy', count: others }] : attempts;
}

/** Counters of a network by name; proc_pid_net(5), `snmp`, which has a line of names above each of values, and `snmp6`. */
async function statistics(pid: number): Promise<ReadonlyMap<string, number>> {
  const [four = '', six = ''] = await Promise.all(
    ['snmp', 'snmp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  const lines = four.trim().split('\n');
  const ipv4 = lines.flatMap((line, i) => {
    const [names = [], values = []] = [line, lines[i + 1] ?? ''].map((text) => text.split(' '));
    if (i % 2 === 1) return [];
    const protocol = (names[0] ?? '').replace(':', '.');
    return names.slice(1).map((name, k) => [protocol + name, Number(values[k + 1])] as const);
  });
  const ipv6 = six.split('\n').map((line) => line.split(/\s+/));
  return new Map([...ipv4, ...ipv6.map(([name = '', value]) => [name, Number(value)] as const)]);
}
