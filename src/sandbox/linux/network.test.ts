import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { connectBroker, type Broker, type Sandbox, type SandboxOptions } from '../index.js';
import * as host from './testing.js';
import { openInternet, places, type Internet, type Seen } from './testingInternet.js';

interface Online {
  readonly internet: Internet;
  readonly socket: string;
  readonly broker: Broker;
}

/** A machine with an internet, and a broker on it. */
const test = base.extend<
  { readonly provision: (wanted: Partial<SandboxOptions>) => Promise<Sandbox> },
  { readonly online: Online }
>({
  online: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const internet = await openInternet();
      const started = await internet.startBroker();
      const broker = await connectBroker(started.socket);
      await use({ internet, socket: started.socket, broker });
      await broker.close();
      await started.stop();
      await internet.close();
    },
    { scope: 'worker' },
  ],
  provision: async ({ online }, use) => {
    online.internet.forget();
    const made: Sandbox[] = [];
    await use(async (wanted) => {
      const sandbox = await online.broker.provision({ ...host.options, ...wanted });
      made.push(sandbox);
      return sandbox;
    });
    for (const sandbox of made) await sandbox.deprovision().catch(() => {}); // Gone where the test removed it.
  },
});

/** For perl: asks a proxy for a path of a host and gives the first line of the answer, or why there is none. */
const client = `
use strict; use IO::Socket::INET; $SIG{PIPE} = 'IGNORE'; $SIG{ALRM} = sub { print "late"; exit }; alarm 20;
my ($how, $host, $port, $path) = @ARGV;
my $at = $how eq 'direct' ? "$host:$port" : $how eq 'socks' ? '127.0.0.1:1080' : '127.0.0.1:3128';
my $s = IO::Socket::INET->new(PeerAddr => $at, Timeout => 10) or do { print "$!"; exit };
my $in_url = $host =~ /^[^\\[].*:/ ? "[$host]" : $host;
if ($how eq 'socks') {
  print $s "\\5\\1\\0" . "\\5\\1\\0\\3" . chr(length $host) . $host . pack('n', $port);
  read($s, my $answer, 12); my $code = ord substr $answer, 3, 1;
  if ($code) { print "socks $code"; exit }
} elsif ($how eq 'connect') {
  print $s "CONNECT $in_url:$port HTTP/1.1\\r\\nHost: $in_url:$port\\r\\n\\r\\n";
  my $line = <$s>; if ($line !~ / 200 /) { $line =~ s/\\s+$//; print $line; exit }
  while (<$s>) { last if /^\\r?\\n$/ }
}
my $target = $how eq 'http' ? "http://$in_url:$port$path" : $path;
print $s "GET $target HTTP/1.1\\r\\nHost: $in_url\\r\\nConnection: close\\r\\n\\r\\n";
my $line = <$s> // 'nothing'; $line =~ s/\\s+$//; print $line;`;

type How = 'direct' | 'http' | 'connect' | 'socks';

/** The proxy that a broker started last, once it has become what it is. */
function proxyOf(socket: string): Promise<host.HostProcess> {
  const broker = host.brokerProcess(socket);
  return host.until('the proxy', () =>
    host
      .descendants(broker.pid)
      .findLast(({ uids, command }) => uids[0]! >= 72_000 && command.startsWith(process.execPath)),
  );
}

/** What a client inside gets. */
async function ask(sandbox: Sandbox, how: How, to: string, path = '/'): Promise<string> {
  const [, name = '', port = '80'] = /^(.*?)(?::(\d+))?$/.exec(to) ?? [];
  const argv = ['/usr/bin/perl', '-e', client, how, name, port, path];
  const { stdout, stderr } = await sandbox.exec(argv, { timeout: 30_000, env: { LANG: 'C' } });
  return (stdout.toString() + stderr.toString()).trim();
}

const ok = 'HTTP/1.1 200 OK';
const forbidden = 'HTTP/1.1 403 Forbidden';
const paths = (seen: readonly Seen[]): string[] =>
  seen.flatMap((each) => (each.kind === 'http' ? [each.path] : []));
const resolved = (seen: readonly Seen[]): string[] => [
  ...new Set(seen.flatMap((each) => (each.kind === 'dns' ? [each.name] : []))),
];

test.describe('offline', () => {
  /** Sends to every kind of place there is; each line names what it tries. */
  const everything = `
    use strict; use Socket; use IO::Socket::INET; $SIG{ALRM} = sub { die }; $| = 1;
    sub attempt { my ($name, $code) = @_; eval { alarm 2; $code->() }; alarm 0; print "$name\\n" }
    sub packet { my ($family, $type, $protocol, $address) = @_;
      socket(my $s, $family, $type, $protocol) or die; setsockopt($s, SOL_SOCKET, SO_BROADCAST, 1); send($s, "x" x 40, 0, $address) }
    my $four = sub { pack_sockaddr_in($_[1], inet_aton($_[0])) };
    my $six = sub { pack_sockaddr_in6($_[1], Socket::inet_pton(AF_INET6, $_[0])) };
    my ($web, $names, $web6) = @ARGV;
    attempt 'tcp', sub { my $s = IO::Socket::INET->new("$web:80") or die; print $s "GET /escaped HTTP/1.0\\r\\n\\r\\n"; <$s> };
    attempt 'tcp6', sub { socket(my $s, PF_INET6, SOCK_STREAM, 0); connect($s, $six->($web6, 80)) or die; syswrite $s, "GET /escaped6 HTTP/1.0\\r\\n\\r\\n"; sysread $s, my $x, 1 };
    attempt 'dns', sub { my $q = pack('n6', 1, 256, 1, 0, 0, 0) . "\\7escaped\\7example\\0" . pack('n2', 1, 1); socket(my $s, PF_INET, SOCK_DGRAM, 0); send($s, $q, 0, $four->($names, 53)) or die; recv($s, my $x, 99, 0) };
    attempt 'name', sub { gethostbyname 'escaped2.example' };
    attempt 'multicast', sub { packet(PF_INET, SOCK_DGRAM, 0, $four->('224.0.0.251', 5353)) };
    attempt 'broadcast', sub { packet(PF_INET, SOCK_DGRAM, 0, $four->('255.255.255.255', 67)) };
    attempt 'multicast6', sub { packet(PF_INET6, SOCK_DGRAM, 0, $six->('ff02::1', 5353)) };
    attempt 'icmp', sub { packet(PF_INET, SOCK_RAW, 1, $four->($web, 0)) };
    attempt 'ping', sub { packet(PF_INET, SOCK_DGRAM, 1, $four->($web, 0)) };
    attempt 'packet', sub { socket(my $s, 17, SOCK_RAW, 0x0300) or die; send($s, "x" x 60, 0) };`;
  const to = [places.web, places.names, places.web6];

  test('N1 N4 nothing gets out over TCP, UDP, DNS, ICMP, IPv4 or IPv6, and what was tried is counted', async ({
    online: { internet },
    provision,
  }) => {
    const sandbox = await provision({});
    const { stdout } = await sandbox.exec(['/usr/bin/perl', '-e', everything, ...to], { timeout: 30_000 });
    const names = [
      'tcp',
      'tcp6',
      'dns',
      'name',
      'multicast',
      'broadcast',
      'multicast6',
      'icmp',
      'ping',
      'packet',
    ];
    expect(stdout.toString().trim().split('\n')).toEqual(names);
    const { attempts } = await sandbox.deprovision();
    expect(internet.seen).toEqual([]);
    const rows = attempts.map(({ to: place, reason, process }) => [place, reason, process]);
    expect(rows).toEqual(
      expect.arrayContaining([
        [`${places.web}:80`, 'no proxy', undefined],
        [`[${places.web6}]:80`, 'no proxy', undefined],
        [`${places.names}:53 (udp)`, 'no proxy', undefined],
        ['224.0.0.251:5353 (udp)', 'no proxy', undefined],
      ]),
    );
    expect(attempts.find((each) => each.to === `${places.web}:80`)?.count).toBe(1);
    // The same gets out where nothing holds it back.
    const drop = ['setpriv', '--reuid=73000', '--regid=73000', '--clear-groups', '--'];
    const [program, ...rest] = [...internet.enter, ...drop, '/usr/bin/perl', '-e', everything, ...to];
    spawnSync(program, rest);
    await expect.poll(() => paths(internet.seen).sort()).toEqual(['/escaped', '/escaped6']);
    expect(resolved(internet.seen).sort()).toEqual(['escaped.example', 'escaped2.example']);
  });

  test('N1 its network cannot be changed from inside, and is told to programs as none', async ({
    provision,
  }) => {
    const sandbox = await provision({});
    const commands = [
      'ip link add x type dummy',
      'ip route add default dev lo',
      'ip address add 10.9.9.9 dev lo',
    ];
    for (const command of [...commands, 'nft flush ruleset', 'ip link set lo down']) {
      const { code } = await sandbox.exec(['/bin/sh', '-c', `PATH=$PATH:/usr/sbin:/sbin; ${command}`]);
      expect([command, code === 0]).toEqual([command, false]);
    }
    const { stdout } = await sandbox.exec(['/bin/sh', '-c', 'cat /proc/net/route; env | grep -ci proxy']);
    // Programs take a route to 0.0.0.0/0 as a sign that they are online.
    expect(stdout.toString()).not.toMatch(/\t00000000\t\w{8}\t\w{4}\t\d+\t\d+\t\d+\t00000000/);
    expect(stdout.toString().trim().split('\n').at(-1)).toBe('0');
  });

  test('N11 nothing outside reaches a server inside', async ({ online: { internet }, provision }) => {
    const sandbox = await provision({});
    const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => '0.0.0.0:4711', Listen => 5) or die;
      print "up\\n"; open STDOUT, '>', '/dev/null'; close STDERR; if (fork) { exit } while (my $c = $s->accept) { print $c "HTTP/1.0 200 OK\\r\\n" }`;
    expect((await sandbox.exec(['/usr/bin/perl', '-e', server])).stdout.toString()).toBe('up\n');
    expect(await ask(sandbox, 'direct', '127.0.0.1:4711')).toBe('HTTP/1.0 200 OK');
    for (const address of ['127.0.0.1', places.near]) {
      const [program, ...rest] = [
        ...internet.enter,
        '/usr/bin/perl',
        '-e',
        client,
        'direct',
        address,
        '4711',
        '/',
      ];
      expect(spawnSync(program, rest, { env: { LANG: 'C' } }).stdout.toString()).toBe('Connection refused');
    }
  });
});

test.describe('online', () => {
  test('N5 N10 reaches what is allowed by HTTP, tunnel and SOCKS5, and nothing past the proxy', async ({
    online: { internet },
    provision,
  }) => {
    const allow = ['good.example', 'six.example', 'xn--bcher-kva.example', 'other.example:8080'];
    const sandbox = await provision({ network: 'online', allow });
    const got: string[] = [];
    for (const how of ['http', 'connect', 'socks'] as const) {
      got.push(await ask(sandbox, how, 'good.example', `/${how}`));
      got.push(await ask(sandbox, how, 'SIX.example.', `/${how}6`));
    }
    got.push(await ask(sandbox, 'connect', 'XN--bcher-kva.example', '/idn'));
    expect(got).toEqual(Array(7).fill(ok));
    const all = ['/http', '/http6', '/connect', '/connect6', '/socks', '/socks6', '/idn'];
    expect(paths(internet.seen)).toEqual(all);
    expect(await ask(sandbox, 'connect', 'other.example:8080')).toBe('hello');
    const refused = [
      'other.example',
      'www.good.example',
      'good.example:8080',
      places.web,
      `[${places.web6}]`,
    ];
    for (const to of refused) {
      expect([
        to,
        await ask(sandbox, 'connect', to),
        await ask(sandbox, 'socks', to.replaceAll(/[[\]]/g, '')),
      ]).toEqual([to, forbidden, 'socks 2']);
    }
    expect(await ask(sandbox, 'direct', places.web)).toBe('Connection refused');
    expect(paths(internet.seen)).toEqual(all);
    // Names that are not allowed are not even looked up: a question to a name server is a message too.
    expect(resolved(internet.seen)).toEqual([
      'good.example',
      'six.example',
      'xn--bcher-kva.example',
      'other.example',
    ]);
    const { attempts } = await sandbox.deprovision();
    expect(attempts).toContainEqual({
      to: 'other.example:80',
      reason: 'not allowed',
      count: 2,
      process: 'perl',
    });
    expect(attempts).toContainEqual({ to: `${places.web}:80`, reason: 'no proxy', count: 1 });
  });

  test('N5 deny wins over allow, by name and by address', async ({ online: { internet }, provision }) => {
    const sandbox = await provision({
      ...{ network: 'online', allow: ['*'] },
      deny: ['*.good.example', places.other, 'six.example:443'],
    });
    const asked = [
      'good.example',
      'www.good.example',
      'other.example',
      places.other,
      'six.example',
      'six.example:443',
    ];
    const answers = await Promise.all(asked.map((to) => ask(sandbox, 'connect', to, `/${to}`)));
    expect(answers).toEqual([ok, forbidden, forbidden, forbidden, ok, forbidden]);
    expect(paths(internet.seen).sort()).toEqual(['/good.example', '/six.example']);
    const { attempts } = await sandbox.deprovision();
    expect(new Set(attempts.map(({ reason }) => reason))).toEqual(new Set(['denied']));
  });

  test('N6 a name that leads to a private address, to this machine, or there the second time, is refused', async ({
    online: { internet },
    provision,
  }) => {
    const sandbox = await provision({
      network: 'online',
      allow: ['*', '*:8080', '10.20.30.40', '169.254.169.254'],
    });
    const names = ['private', 'loop', 'near', 'mapped', 'local6', 'mixed'].map((name) => `${name}.example`);
    const addresses = [
      places.private,
      places.near,
      '127.0.0.1',
      '0.0.0.0',
      '169.254.169.254',
      '[::1]',
      '[::ffff:5db8:d822]',
    ];
    for (const to of [...names, ...addresses]) {
      for (const how of ['http', 'connect', 'socks'] as const) {
        const answer = await ask(sandbox, how, how === 'socks' ? to.replaceAll(/[[\]]/g, '') : to);
        expect([to, how, answer]).toEqual([to, how, how === 'socks' ? 'socks 2' : forbidden]);
      }
    }
    expect(paths(internet.seen)).toEqual([]);
    // What answers first with a public address is reached there; it is not looked up again.
    expect(await ask(sandbox, 'http', 'rebind.example', '/once')).toBe(ok);
    expect(await ask(sandbox, 'http', 'rebind.example', '/twice')).toBe(forbidden);
    expect(paths(internet.seen)).toEqual(['/once']);
    expect(
      internet.seen.filter((each) => each.kind === 'dns' && each.name === 'rebind.example'),
    ).toHaveLength(2);
    const { attempts } = await sandbox.deprovision();
    expect(attempts).toContainEqual({
      to: 'loop.example:80',
      reason: 'private address',
      count: 3,
      process: 'perl',
    });
  });

  test('a name without an address and a host that does not answer are no refusals', async ({ provision }) => {
    const sandbox = await provision({ network: 'online', allow: ['*', '*:81'] });
    expect(await ask(sandbox, 'http', 'nowhere.example')).toBe('HTTP/1.1 502 Bad Gateway');
    expect(await ask(sandbox, 'connect', 'good.example:81')).toBe('HTTP/1.1 502 Bad Gateway');
    expect(await ask(sandbox, 'socks', 'nowhere.example')).toBe('socks 4');
    expect((await sandbox.deprovision()).attempts).toEqual([]);
  });

  test('the listed ports of the machine are those of the sandbox, offline too, and no others', async ({
    online: { internet },
    provision,
  }) => {
    const serve = `use IO::Socket::INET; my @s = map { IO::Socket::INET->new(LocalAddr => "127.0.0.1:$_", Listen => 9, ReuseAddr => 1) or die } 4801, 4802;
      print "up\\n"; for my $s (@s) { fork or do { while (my $c = $s->accept) { <$c>; print $c "HTTP/1.0 200 " . $s->sockport . "\\r\\n\\r\\n"; close $c } } } open STDOUT, '>', '/dev/null'; <STDIN>; kill 9, -$$`;
    const [program, ...rest] = [...internet.enter, '/usr/bin/perl', '-e', serve];
    const server = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    await new Promise((resolve) => server.stdout.once('data', resolve));
    try {
      for (const network of ['offline', 'online'] as const) {
        const lists = network === 'online' ? { allow: ['good.example'] } : {};
        const sandbox = await provision({ network, ...lists, localhost: [4801] });
        expect([
          await ask(sandbox, 'direct', '127.0.0.1:4801'),
          await ask(sandbox, 'direct', '127.0.0.1:4802'),
          await ask(sandbox, 'http', '127.0.0.1:4801'),
          await ask(sandbox, 'http', 'localhost:4802'),
        ]).toEqual(
          network === 'online'
            ? ['HTTP/1.0 200 4801', 'Connection refused', ok, forbidden]
            : ['HTTP/1.0 200 4801', ...Array<string>(3).fill('Connection refused')],
        );
        await sandbox.deprovision();
      }
    } finally {
      server.stdin.end();
      await new Promise((resolve) => server.once('close', resolve));
    }
  });

  test('L5 where the proxy dies nothing is reached, and the test is told', async ({
    online: { internet, socket },
    provision,
  }) => {
    const sandbox = await provision({ network: 'online', allow: ['good.example'] });
    expect(await ask(sandbox, 'http', 'good.example', '/before')).toBe(ok);
    const proxy = await proxyOf(socket);
    host.killIfThere(proxy.pid);
    await host.until('its end', () => (existsSync(`/proc/${proxy.pid}/fd/0`) ? undefined : true));
    for (const how of ['http', 'socks', 'direct'] as const) {
      const to = how === 'direct' ? places.web : 'good.example';
      expect(await ask(sandbox, how, to, '/after')).toBe('Connection refused');
    }
    expect(paths(internet.seen)).toEqual(['/before']);
    expect((await sandbox.deprovision()).proxyEnded).toBe(true);
  });

  test('the proxy is an account of its own without rights, sees no files of the machine, and goes with the sandbox', async ({
    online: { socket },
    provision,
  }) => {
    const sandbox = await provision({ network: 'online', allow: ['good.example'] });
    const proxy = await proxyOf(socket);
    const status = readFileSync(`/proc/${proxy.pid}/status`, 'utf8');
    expect([...status.matchAll(/^Cap\w+:\s+(\w+)$/gm)].map(([, bits]) => bits)).toEqual(
      Array(5).fill('0'.repeat(16)),
    );
    expect(status).toMatch(/^NoNewPrivs:\s+1\nSeccomp:\s+2$/m);
    expect(readFileSync(`/proc/${proxy.pid}/environ`, 'utf8')).toBe('UV_THREADPOOL_SIZE=16\0');
    const look = [
      'nsenter',
      `--mount=/proc/${proxy.pid}/ns/mnt`,
      '--',
      '/bin/sh',
      '-c',
      'ls -A / /home /run /tmp',
    ];
    const { stdout } = spawnSync(look[0]!, look.slice(1), { encoding: 'utf8' });
    expect(stdout).not.toMatch(/^(?:root|srv|opt|mnt|sys|boot|runs|codex-test-.*)$/m);
    expect(
      host.descriptorsOf(proxy.pid).filter((each) => each.startsWith('/') && !/^\/dev\/null$/.test(each)),
    ).toEqual([]);
    await sandbox.deprovision();
    expect(host.processesOfUids(proxy.uids)).toEqual([]);
    expect(existsSync(join('/run/codex-test/uids', String(proxy.uids[0])))).toBe(false);
  });

  test('the proxy ends with the broker, however that ends', async ({ online: { internet } }) => {
    const started = await internet.startBroker();
    const connected = await connectBroker(started.socket);
    await connected.provision({ ...host.options, network: 'online', allow: ['good.example'] });
    const broker = host.brokerProcess(started.socket);
    const proxy = await proxyOf(started.socket);
    host.killIfThere(broker.pid);
    await connected.close();
    await expect.poll(() => host.processesOfUids(proxy.uids)).toEqual([]);
    const lease = join('/run/codex-test/uids', String(proxy.uids[0]));
    expect(existsSync(lease)).toBe(true);
    const next = await internet.startBroker();
    expect(existsSync(lease)).toBe(false);
    await next.stop();
  });

  test('a thousand connections at a time stop nothing but themselves', async ({ provision }) => {
    const sandbox = await provision({ network: 'online', allow: ['good.example'] });
    const flood = `use IO::Socket::INET; my @all; for (1 .. 1000) { for my $port (3128, 1080) {
      my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 2) or next; push @all, $s } } print scalar(@all); sleep 1`;
    const { stdout } = await sandbox.exec(['/usr/bin/perl', '-e', flood], { timeout: 30_000 });
    expect(Number(stdout.toString())).toBeGreaterThan(500);
    await expect.poll(() => ask(sandbox, 'http', 'good.example'), { timeout: 10_000 }).toBe(ok);
    const { attempts } = await sandbox.deprovision();
    expect(attempts.some(({ reason }) => reason === 'too many connections')).toBe(true);
    expect(attempts.length).toBeLessThan(10);
  });

  test('what is refused is counted by destination and process; a process that is not found is unknown', async ({
    provision,
  }) => {
    const sandbox = await provision({ network: 'online', allow: ['good.example'] });
    for (let i = 0; i < 3; i++) await ask(sandbox, 'connect', 'telemetry.example:443');
    // Gone before anybody can look.
    const gone = `use IO::Socket::INET; my $s = IO::Socket::INET->new("127.0.0.1:3128"); print $s "GET http://gone.example/ HTTP/1.0\\r\\n\\r\\n"; kill 9, $$`;
    await sandbox.exec(['/usr/bin/perl', '-e', gone]);
    const many = `use IO::Socket::INET; for (1 .. 400) { my $s = IO::Socket::INET->new("127.0.0.1:3128"); print $s "GET http://h$_.example/ HTTP/1.0\\r\\n\\r\\n"; <$s> }`;
    await sandbox.exec(['/usr/bin/perl', '-e', many], { timeout: 60_000 });
    const { attempts } = await sandbox.deprovision();
    expect(attempts[0]).toEqual({
      to: 'telemetry.example:443',
      reason: 'not allowed',
      count: 3,
      process: 'perl',
    });
    const rows = attempts.filter(({ to }) => to.startsWith('gone.'));
    expect(rows.length).toBe(1);
    expect(attempts.length).toBeLessThanOrEqual(201);
    expect(attempts.reduce((sum, { count }) => sum + count, 0)).toBe(404);
    expect(new Set(attempts.map(({ process }) => process))).toEqual(new Set(['perl', undefined]));
  });
});
