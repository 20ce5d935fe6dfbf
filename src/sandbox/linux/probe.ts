import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { SandboxError } from '../error.js';
import { tail, tolerateResets } from './output.js';
import { killAndWait } from './processes.js';
import type { Space } from './spaces.js';
import { leaseNetworkUid, leaseUid, releaseUid, type Run } from './state.js';
import { dropTo, viewArguments } from './view.js';

/** Milliseconds that one attempt may take, and all of them together. */
const limits = { attempt: 1, all: 10_000 } as const;

/**
 * Sends a word to each target, as in `tcp 127.0.0.1 4000`, `udp ::1 4000` or `unix NAME`, and says `done`. What
 * came of it decide those who listen.
 */
const script = `
use strict; use Socket;
my ($word, @targets) = @ARGV;
$SIG{ALRM} = sub { die };
# Node fills the name of an abstract socket up, or does not, by its version.
for (map { /^unix/ ? ($_, "$_ filled") : $_ } @targets) {
  my ($kind, $host, $port) = split / /;
  eval {
    alarm ${limits.attempt};
    my $six = $kind ne 'unix' && $host =~ /:/;
    my $family = $kind eq 'unix' ? PF_UNIX : $six ? PF_INET6 : PF_INET;
    my $address = $kind eq 'unix' ? pack(defined $port ? 'S x a107' : 'S x a*', PF_UNIX, $host)
      : $six ? pack_sockaddr_in6($port, Socket::inet_pton(PF_INET6, $host)) : pack_sockaddr_in($port, inet_aton($host));
    socket(my $socket, $family, $kind eq 'udp' ? SOCK_DGRAM : SOCK_STREAM, 0) or die;
    connect($socket, $address) and send($socket, "$word\\n", 0x4000) and shutdown($socket, 1) and sysread($socket, my $answer, 1);
  };
  alarm 0;
}
print "done\\n";
`;

/** Who tries, by the word that it sends. */
type Who = 'sandbox' | 'account' | 'control';

/**
 * Lets a real account in a real network of a sandbox try to reach listeners of the machine, and throws `leak` where one of
 * them hears of it. Resolves with why the firewall does not hold, where it does not: the same account in the
 * machine's own network gets through. A third process, which may reach them all, shows that they hear.
 */
export async function probeEgress(
  run: Run,
  /** Resolves once the firewall is up, or is known to be missing. */
  firewall: Promise<unknown>,
): Promise<string | undefined> {
  const [listeners, uid, networkUid, space] = await Promise.all([
    listen(),
    leaseUid(run),
    leaseNetworkUid(run),
    run.spaces?.take(),
  ]);
  try {
    const { words, targets } = listeners;
    const attempt = (who: Who, command: readonly string[]): Promise<void> =>
      finish([...command, '/usr/bin/perl', '-e', script, words[who], ...targets.keys()]);
    await Promise.all([
      attempt('sandbox', insideCommand(uid, space)),
      firewall.then(() => attempt('account', dropTo(uid, {}, '/'))),
      attempt('control', dropTo(networkUid, {}, '/')),
    ]);
    const heard = (who: Who): string[] =>
      [...targets].flatMap(([to, by]) => (by.has(words[who]) ? [to] : []));
    const leaks = heard('sandbox');
    if (leaks.length > 0) {
      throw new SandboxError(
        'leak',
        `a sandbox of this machine reaches what it must not: ${leaks.join(', ')}. Nothing is run. Its network namespace does not separate it; see codex-test doctor.`,
      );
    }
    if (heard('control').length === 0) {
      throw new SandboxError(
        'provision',
        'whether a sandbox reaches the network cannot be told: no ordinary account reaches the loopback of this machine',
      );
    }
    // Sockets with a name are no matter of packets.
    return heard('account').some((to) => !to.startsWith('unix'))
      ? 'its rules do not hold accounts back'
      : undefined;
  } finally {
    listeners.close();
    await killAndWait([uid, networkUid]);
    space?.close();
    await Promise.all([releaseUid(uid), releaseUid(networkUid)]);
  }
}

function insideCommand(uid: number, space: Space | undefined): readonly string[] {
  const view = viewArguments({
    ...(space === undefined ? {} : { network: 'inherited' }),
    fresh: { '/tmp': '1777' },
    writable: {},
    readOnly: {},
  });
  const enter = space === undefined ? [] : ['nsenter', `--net=${space.path}`, '--'];
  return [...enter, 'bwrap', ...view, '--', ...dropTo(uid, {}, '/')];
}

async function finish(command: readonly string[]): Promise<void> {
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
    timeout: limits.all,
    killSignal: 'SIGKILL',
  });
  tolerateResets(child);
  const [output, log] = [tail(child.stdout), tail(child.stderr)];
  const ended = once(child, 'close');
  await ended.catch((cause: unknown) => {
    throw new SandboxError('missing', `cannot run ${command[0]}`, { cause });
  });
  if (output() === 'done') return;
  const forbidden = /Operation not permitted|No permissions|Creating new namespace failed/.test(log());
  throw forbidden
    ? new SandboxError('no-rights', `this machine does not let root create namespaces and mounts: ${log()}`)
    : new SandboxError('provision', `the attempt to reach the network from a sandbox did not run: ${log()}`);
}

interface Listeners {
  readonly words: Readonly<Record<Who, string>>;
  /** The words that each has heard. */
  readonly targets: ReadonlyMap<string, ReadonlySet<string>>;
  close(): void;
}

/** Opens a listener of each kind: on the loopback, on the machine's other addresses, and by an abstract name. */
async function listen(): Promise<Listeners> {
  const word = (): string => randomBytes(12).toString('hex');
  const words = { sandbox: word(), account: word(), control: word() };
  const targets = new Map<string, Set<string>>();
  const closes: (() => void)[] = [];
  const others = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  const hear = (heard: Set<string>, data: Buffer): void => {
    const text = data.toString('latin1').trim();
    if (Object.values(words).includes(text)) heard.add(text);
  };
  const stream = async (
    where: { readonly host: string; readonly port: 0 } | { readonly path: string },
  ): Promise<void> => {
    const heard = new Set<string>();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (data) => {
        hear(heard, data);
        socket.end('.');
      });
    });
    server.listen(where);
    const open = await once(server, 'listening').catch(() => undefined);
    if (open === undefined) return; // A machine without IPv6.
    const address = server.address();
    const name = 'path' in where ? `unix ${where.path.slice(1)}` : '';
    targets.set(
      typeof address === 'object' && address ? `tcp ${address.address} ${address.port}` : name,
      heard,
    );
    closes.push(() => server.close());
  };
  const datagrams = async (): Promise<void> => {
    const heard = new Set<string>();
    const socket = createSocket('udp4', (data, from) => {
      hear(heard, data);
      socket.send('.', from.port, from.address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    targets.set(`udp 127.0.0.1 ${socket.address().port}`, heard);
    closes.push(() => socket.close());
  };
  await Promise.all([
    ...['127.0.0.1', '::1', ...others.slice(0, 4)].map((host) => stream({ host, port: 0 })),
    stream({ path: `\0codex-test-${word()}` }),
    datagrams(),
  ]);
  return {
    words,
    targets,
    close: () => {
      for (const close of closes) close();
    },
  };
}
