import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Duplex } from 'node:stream';
import { SandboxError } from '../error.js';
import { readLines } from '../lines.js';
import type { Refusal } from '../proxy/message.js';
import type { Rules } from '../proxy/rules.js';
import { tail, tolerateResets } from './output.js';
import { dropTo, viewArguments } from './view.js';

export interface Proxy {
  ended(): boolean;
  destroy(): Promise<void>;
}

/** Ports of the account's own loopback where the proxy listens. */
export interface ProxyPorts {
  readonly http: number;
  readonly socks: number;
}

/** Ports for the proxy that a test does not have as those of its machine. */
export function proxyPorts(localhost: readonly number[]): ProxyPorts {
  const free = (from: number): number => (localhost.includes(from) ? free(from + 1) : from);
  const http = free(3128);
  const socks = free(1080);
  return { http, socks: socks === http ? free(socks + 1) : socks };
}

/**
 * Opens listening sockets and becomes another program, which has them as descriptors. Arguments: `ADDRESS PORT KIND`
 * for each, `--`, the program; it gets one more argument for each socket, `DESCRIPTOR:KIND`.
 */
const listenAndExec = `
use strict; use Socket qw(:DEFAULT :addrinfo IPPROTO_IPV6 IPV6_V6ONLY);
$^F = 4096; # keep descriptors open
my (@kinds, @kept);
while (@ARGV and $ARGV[0] ne '--') {
  my ($host, $port, $kind) = splice @ARGV, 0, 3;
  my $six = $host =~ /:/;
  my $address = $six ? pack_sockaddr_in6($port, Socket::inet_pton(AF_INET6, $host)) : pack_sockaddr_in($port, inet_aton($host));
  my $opened = socket(my $socket, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $opened and $six;
  if (!$opened or !bind($socket, $address) or !listen($socket, 511)) {
    next if $six; # this machine has no IPv6
    die "cannot listen at port $port of the account's loopback: $!\\n";
  }
  push @kept, $socket; push @kinds, fileno($socket) . ":$kind";
}
shift @ARGV;
$| = 1; print "listening\\n";
exec { $ARGV[0] } @ARGV, @kinds or die "cannot run $ARGV[0]: $!\\n";
`;

const ours = fileURLToPath(new URL('..', import.meta.url));
const inside = '/run/codex-test/proxy';

/**
 * Starts the proxy of an account: a process in the machine's network, as account `uid`, that sees nothing of the machine
 * but its programs, and listens in the account's network, of which `namespace` is the path.
 */
export async function startProxy(options: {
  readonly uid: number;
  /** Of the sandbox, on the host. */
  readonly directory: string;
  readonly namespace: string;
  readonly online: boolean;
  readonly rules: Rules;
  /** Called for every connection that was refused; the client waits meanwhile, for two seconds at most. */
  readonly onRefusal: (refusal: Refusal) => Promise<void>;
}): Promise<Proxy> {
  const { uid, namespace, online, rules } = options;
  const ports = proxyPorts(rules.localhost);
  const listeners = [
    ...(online ? [`127.0.0.1 ${ports.http} http`, `127.0.0.1 ${ports.socks} socks`] : []),
    ...rules.localhost.flatMap((port) => [`127.0.0.1 ${port} ${port}`, `::1 ${port} ${port}`]),
  ];
  const program = await copyProgram(options.directory);
  const chain = [
    ...['nsenter', `--net=${namespace}`, '--', '/usr/bin/perl', '-e', listenAndExec],
    ...[...listeners.flatMap((each) => each.split(' ')), '--'],
    ...['/usr/bin/nsenter', `--net=/proc/${process.pid}/ns/net`, '--', 'bwrap', ...proxyView(program), '--'],
    ...dropTo(uid, { UV_THREADPOOL_SIZE: '16' }, '/', { nested: false, processes: 200 }),
    ...[process.execPath, '--max-old-space-size=256', join(inside, 'proxy/main.js'), JSON.stringify(rules)],
  ];
  const child = spawn(chain[0]!, chain.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client, which then takes the sandbox down.
  });
  tolerateResets(child);
  const log = tail(child.stderr);
  const exited = once(child, 'exit');
  exited.catch(() => {}); // It could not be started; the first line never comes.
  const destroy = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited.catch(() => {});
  };
  const listening = new Promise<boolean>((resolve) => {
    const onLine = (line: string): void => {
      if (line === 'listening') return resolve(true);
      const refusal = JSON.parse(line) as Refusal;
      void options
        .onRefusal(refusal)
        .finally(() => child.stdin.write(`${JSON.stringify({ id: refusal.id })}\n`));
    };
    readLines(child.stdout as unknown as Duplex, { maxBytes: 4096, onLine });
    child.once('exit', () => resolve(false));
    child.once('error', () => resolve(false));
  });
  if (!(await listening)) {
    await destroy();
    throw new SandboxError('provision', `the proxy of the sandbox did not start: ${log()}`);
  }
  return { destroy, ended: () => child.exitCode !== null || child.signalCode !== null };
}

/**
 * Copies what the proxy runs to where other accounts may read it, which a project may not let them; gives the
 * directory.
 */
async function copyProgram(directory: string): Promise<string> {
  const to = join(directory, 'proxy');
  await mkdir(join(to, 'proxy'), { recursive: true, mode: 0o755 });
  const names = (await readdir(join(ours, 'proxy'))).filter((name) => /^[a-z]+\.js$/.test(name));
  const copies = [...names.map((name) => `proxy/${name}`), 'lines.js'].map(async (path) =>
    writeFile(join(to, path), await readFile(join(ours, path)), { mode: 0o444 }),
  );
  await Promise.all([...copies, writeFile(join(to, 'package.json'), '{"type":"module"}', { mode: 0o444 })]);
  return to;
}

function proxyView(program: string): string[] {
  const names = realpathSync('/etc/resolv.conf');
  return viewArguments({
    network: 'inherited',
    fresh: { '/tmp': '1777' },
    writable: {},
    readOnly: {
      [inside]: program,
      [process.execPath]: process.execPath,
      ...(names.startsWith('/etc/') ? {} : { [names]: names }),
    },
  });
}
