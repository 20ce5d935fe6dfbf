import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { connectBroker, type Broker, type Prepared, type Sandbox } from '../index.js';
import type { Preparation } from '../types.js';
import { surplus } from './cache.js';
import { takeCaches } from './caches.js';
import * as host from './testing.js';

/** Starts a broker with a cache of the test's own, through these words. */
type Start = (...through: readonly string[]) => Promise<{ readonly broker: Broker; readonly pid: number }>;

interface Fixtures {
  readonly cache: string;
  readonly start: Start;
  readonly broker: Broker;
}

/* eslint-disable no-empty-pattern -- Playwright reads the fixtures from the pattern */
const test = base.extend<Fixtures>({
  cache: async ({}, use) => {
    const cache = mkdtempSync('/tmp/codex-test-cache-');
    await use(cache);
    rmSync(cache, { recursive: true });
  },
  start: async ({ cache }, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (...through) => {
      const words = [...through, 'env', `CODEX_TEST_CACHE=${cache}`, process.execPath, host.brokerMain];
      const started = await host.startBrokerWith([words[0]!, ...words.slice(1), String(host.user)]);
      const broker = await connectBroker(started.socket);
      ends.push(async () => {
        await broker.close();
        await started.stop();
      });
      return { broker, pid: host.brokerProcess(started.socket).pid };
    });
    for (const end of ends) await end();
    expect(left(cache), 'nothing half made').toEqual([]);
  },
  broker: async ({ start }, use) => use((await start()).broker),
});

/** Small programs of which no machine has all. */
const name =
  ['l3afpad', 'xpad', 'leafpad', 'gnome-mines'].find((each) => !existsSync(`/usr/bin/${each}`)) ?? '';
const packages = [name];
const inputs = '0'.repeat(64);

function left(cache: string): readonly string[] {
  return existsSync(join(cache, 'making')) ? readdirSync(join(cache, 'making')) : [];
}

function kept(cache: string, kind: string): readonly string[] {
  return existsSync(join(cache, kind)) ? readdirSync(join(cache, kind)) : [];
}

async function sh(sandbox: Sandbox, script: string): Promise<string> {
  const { stdout, stderr } = await sandbox.exec(['/bin/sh', '-c', script], { timeout: 10_000 });
  return (stdout.toString() + stderr.toString()).trim();
}

async function prepare(
  broker: Broker,
  command: string,
  changes: Partial<Preparation> = {},
): Promise<{ readonly from: Prepared['from']; readonly sandbox: Sandbox }> {
  const sandbox = await broker.provision(host.options);
  const { from } = await sandbox.prepare({ command, inputs, timeout: 20_000, ...changes });
  return { from, sandbox };
}

/** What packages would change on the host. */
function hostState(): unknown {
  const read = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  return {
    status: read('/var/lib/dpkg/status'),
    caches: ['/etc/ld.so.cache', '/usr/share/glib-2.0/schemas/gschemas.compiled']
      .filter(existsSync)
      .map(read),
    places: ['/usr/bin', '/usr/share/applications', '/etc', '/var/cache/apt/archives', '/opt'].map((path) =>
      readdirSync(path),
    ),
    mounts: host.mounts(),
  };
}

test.describe('packages', () => {
  test('are in the sandbox and not on the host, and are made once', async ({ broker, cache }) => {
    const before = hostState();
    const sandbox = await broker.provision({ ...host.options, packages });
    expect(sandbox.packages).toEqual({ from: 'made', ms: expect.any(Number) });
    expect(await sh(sandbox, `command -v ${name}; stat -c '%U %a' /usr/bin/${name}`)).toBe(
      `/usr/bin/${name}\nroot 755`,
    );
    for (const path of [`/usr/bin/${name}`, '/usr/bin/new', `/usr/share/doc/${name}/new`]) {
      const { code } = await sandbox.exec(['/bin/sh', '-c', 'echo x >> "$1"', 'sh', path]);
      expect([path, code]).toEqual([path, 2]);
    }
    const mounts = (await sh(sandbox, 'cat /proc/self/mountinfo'))
      .split('\n')
      .map((line) => line.split(' ')[5]!.split(','));
    expect(mounts.filter((options) => !options.includes('nosuid'))).toEqual([]);
    const again = await broker.provision({ ...host.options, packages });
    expect(again.packages).toEqual({ from: 'cache', ms: expect.any(Number) });
    expect(await sh(again, `command -v ${name}`)).toBe(`/usr/bin/${name}`);
    const without = await broker.provision(host.options);
    expect([without.packages, await sh(without, `command -v ${name}`)]).toEqual([undefined, '']);
    expect(hostState()).toEqual(before);
    for (const each of [sandbox, again, without]) await each.deprovision();
    expect(hostState()).toEqual(before);
    // Nobody but root comes near files that nothing protects but their place.
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    const foreign = spawnSync('find', [
      join(cache, 'layers'),
      '-not',
      '-uid',
      '0',
      '-o',
      '-perm',
      '/6000',
      '-type',
      'f',
    ]);
    expect(foreign.stdout.toString()).toBe('');
  });

  test('never take the place of what root runs in the sandbox', async ({ broker, cache }) => {
    const first = await broker.provision({ ...host.options, packages });
    const files = join(cache, 'layers', kept(cache, 'layers')[0]!, 'files');
    // As a package with other intentions would have them; root starts these by path or by name.
    const programs = ['setpriv', 'env', 'sh', 'dash', 'cp', 'chown', 'sleep'];
    for (const directory of ['usr/bin', 'usr/local/sbin', 'usr/sbin']) {
      mkdirSync(join(files, directory), { recursive: true });
      for (const program of programs) {
        writeFileSync(join(files, directory, program), '#!/bin/bash\nid >> /tmp/taken\nexit 1\n', {
          mode: 0o755,
        });
      }
    }
    mkdirSync(join(files, 'etc'), { recursive: true });
    writeFileSync(join(files, 'etc/nsswitch.conf'), 'passwd: taken\n');
    symlinkSync('/', join(files, 'opt'));
    const sandbox = await broker.provision({ ...host.options, packages });
    expect(sandbox.packages?.from).toBe('cache');
    await sandbox.start();
    expect(await sh(sandbox, '/usr/bin/id -u; cat /tmp/taken')).toMatch(
      /^\d+\ncat: \/tmp\/taken: No such file/,
    );
    const script = 'cd /usr/bin && sha256sum setpriv env dash cp chown sleep; cat /etc/nsswitch.conf';
    const own = spawnSync('/bin/sh', ['-c', script.split(';')[0]!]).stdout.toString();
    expect(await sh(sandbox, script)).toMatch(new RegExp(`^${own}passwd: files\\n`));
    expect(await sh(sandbox, 'ls /opt 2>&1')).toMatch(/No such file/);
    await first.deprovision();
  });

  test('bring along caches of known names only, and no links', async ({ cache }) => {
    const [from, to] = [join(cache, 'from'), join(cache, 'to')];
    const schemas = 'usr/share/glib-2.0/schemas/gschemas.compiled';
    const others = [
      'usr/bin/setpriv',
      'etc/ld.so.cache',
      'usr/share/applications/x.desktop',
      `${schemas}.d/x`,
    ];
    for (const path of [schemas, 'usr/share/mime/text/plain.xml', ...others]) {
      mkdirSync(join(from, dirname(path)), { recursive: true });
      writeFileSync(join(from, path), path);
    }
    symlinkSync('/etc/shadow', join(from, 'usr/share/applications/mimeinfo.cache'));
    symlinkSync('/etc', join(from, 'usr/share/icons'));
    await takeCaches({ from, to });
    const taken = readdirSync(to, { recursive: true, withFileTypes: true }).filter(
      (entry) => !entry.isDirectory(),
    );
    expect(taken.map((entry) => relative(to, join(entry.parentPath, entry.name))).sort()).toEqual([
      schemas,
      'usr/share/mime/text/plain.xml',
    ]);
  });

  test('that the host has are left to it', async ({ broker, cache }) => {
    const sandbox = await broker.provision({ ...host.options, packages: ['bubblewrap'] });
    expect(sandbox.packages).toEqual({ from: 'host', ms: expect.any(Number) });
    expect(await sh(sandbox, 'grep -c overlay /proc/self/mountinfo')).toBe('0');
    expect(kept(cache, 'layers')).toEqual([]);
  });

  test('are made once where two brokers want them at once', async ({ start, cache }) => {
    const brokers = [(await start()).broker, (await start()).broker];
    const sandboxes = await Promise.all(brokers.map((each) => each.provision({ ...host.options, packages })));
    expect(sandboxes.map((each) => String(each.packages?.from)).sort()).toEqual(['cache', 'made']);
    expect(kept(cache, 'layers')).toHaveLength(1);
    expect(await Promise.all(sandboxes.map((each) => sh(each, `command -v ${name}`)))).toEqual(
      sandboxes.map(() => `/usr/bin/${name}`),
    );
  });

  test('that do not exist, or that apt takes for something else, are named', async ({ broker, cache }) => {
    for (const [wrong, why] of [
      ['no-such-package', /no package "no-such-package".*sudo apt-get update/],
      ['bubblewrap-', /"bubblewrap-" is no package/],
      ['l[34]afpad', /packages have "l\[34\]afpad"/],
    ] as const) {
      const failed = broker.provision({ ...host.options, packages: [wrong] });
      const code = expect.stringMatching(/^(setup-failed|bad-message)$/);
      await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(why) });
    }
    expect([kept(cache, 'layers'), left(cache)]).toEqual([[], []]);
    const sandbox = await broker.provision(host.options);
    expect(await sh(sandbox, 'echo fine')).toBe('fine');
  });

  test('that cannot be fetched are named, with what to do', async ({ start, cache }) => {
    const { broker } = await start('unshare', '--net');
    const failed = broker.provision({ ...host.options, packages });
    const message = expect.stringMatching(new RegExp(`cannot fetch ${name}.*over its network`));
    await expect(failed).rejects.toMatchObject({ code: 'setup-failed', message });
    expect([kept(cache, 'layers'), left(cache)]).toEqual([[], []]);
  });
});

test.describe('a command', () => {
  test('runs once; what it leaves in the home is there in every later sandbox', async ({ broker }) => {
    const secret = `/tmp/codex-test-${process.pid}-host`;
    writeFileSync(secret, 'of the host', { mode: 0o666 });
    const command = [
      'rm ~/.bashrc; mkdir -p ~/a/b; echo "$RANDOM$$ $(date +%N)" > ~/a/b/time; chmod 640 ~/a/b/time; mkfifo ~/pipe',
      // Links that somebody with more rights might follow, and a process that goes on.
      `ln -s ${secret} ~/link; ln -s / ~/root; ln -s ../../../.. ~/a/up; ln ~/a/b/time ~/hard`,
      'setsid sh -c "while :; do rm -rf ~/swap; ln -s /etc ~/swap; rm ~/swap; mkdir ~/swap; done" >/dev/null 2>&1 &',
      'echo x > /tmp/elsewhere',
    ].join('\n');
    const look =
      'cd; find . -not -path "./swap*" -printf "%P %y %m %l\\n" | sort; cat a/b/time; ls /tmp; stat -c %h hard';
    const first = await prepare(broker, command);
    expect(first.from).toBe('made');
    expect(host.processesOfUids([first.sandbox.uid])).toEqual([]);
    await first.sandbox.deprovision();
    const [one, other] = [await prepare(broker, command), await prepare(broker, command)];
    expect([one.from, other.from]).toEqual(['cache', 'cache']);
    const seen = await sh(one.sandbox, look);
    expect(seen.split('\n')).toEqual(
      expect.arrayContaining(['a/b/time f 640 ', 'pipe p 644 ', `link l 777 ${secret}`, 'root l 777 /', '2']),
    );
    expect(seen).not.toMatch(/bashrc|elsewhere/);
    expect(await sh(other.sandbox, look)).toBe(seen);
    expect(await sh(other.sandbox, 'find ~ -not -user $(id -u)')).toBe('');
    expect([readFileSync(secret, 'utf8'), statSync(secret).uid]).toEqual(['of the host', 0]);
    rmSync(secret);
  });

  test('runs again where anything is different', async ({ broker, cache }) => {
    const command = 'date +%N > ~/time';
    const from = [
      await prepare(broker, command),
      await prepare(broker, command),
      await prepare(broker, `${command} `),
      await prepare(broker, command, { inputs: '1'.repeat(64) }),
    ].map((each) => each.from);
    expect(from).toEqual(['made', 'cache', 'made', 'made']);
    const german = await broker.provision({ ...host.options, timezone: 'Europe/Berlin' });
    expect((await german.prepare({ command, inputs, timeout: 20_000 })).from).toBe('made');
    expect(kept(cache, `homes/${host.user}`)).toHaveLength(4);
  });

  test('runs once where two sandboxes want it at once', async ({ start }) => {
    const brokers = [(await start()).broker, (await start()).broker];
    const made = await Promise.all(brokers.map((each) => prepare(each, 'date +%N > ~/time; sleep 0.3')));
    expect(made.map(({ from }) => from).sort()).toEqual(['cache', 'made']);
    const times = await Promise.all(made.map(({ sandbox }) => sh(sandbox, 'cat ~/time')));
    expect(times[0]).toBe(times[1]);
  });

  test('that fails, hangs or leaves what cannot be kept leaves nothing', async ({ broker, cache }) => {
    const cases: readonly (readonly [command: string, why: RegExp])[] = [
      ['echo begun; echo no such thing >&2; exit 3', /exit code 3: echo begun.*\nbegun\nno such thing\n/],
      ['echo begun; sleep 60', /had not ended after 0\.5 s: .*\nbegun\n/],
      ['kill -9 $$', /exit code 137/],
      ['mkdir ~/shut; chmod 0 ~/shut', /cannot be kept: .*shut/],
    ];
    for (const [command, why] of cases) {
      const failed = prepare(broker, command, { timeout: 500 });
      const message = expect.stringMatching(new RegExp(why.source, 's'));
      await expect(failed).rejects.toMatchObject({ code: 'setup-failed', message });
    }
    expect([kept(cache, `homes/${host.user}`), left(cache)]).toEqual([[], []]);
  });
});

test.describe('a broker that is killed', () => {
  for (const moment of ['packages', 'scratch/changes']) {
    test(`while ${moment} is being made leaves nothing that the next does not remove`, async ({
      start,
      cache,
    }) => {
      const { broker, pid } = await start();
      const failed = expect(broker.provision({ ...host.options, packages })).rejects.toMatchObject({
        code: 'no-broker',
      });
      const uid = await host.until(
        'the moment',
        () => {
          const making = left(cache)[0];
          const path = join(cache, 'making', making ?? '', moment);
          if (making === undefined || !existsSync(path)) return undefined;
          // It is root's until it is given to who fetches.
          return statSync(join(cache, 'making', making, 'packages')).uid || undefined;
        },
        40_000,
      );
      process.kill(pid, 'SIGKILL');
      await failed;
      expect(left(cache)).toHaveLength(1);
      expect(kept(cache, 'layers')).toEqual([]);
      await start();
      expect([left(cache), host.processesOfUids([uid])]).toEqual([[], []]);
    });
  }

  test('while a command runs keeps nothing of it, and the next is not kept waiting', async ({
    start,
    cache,
  }) => {
    const { broker, pid } = await start();
    const sandbox = await broker.provision(host.options);
    const command = 'echo > ~/begun; if [ -e ~/.profile ]; then exec sleep 3; fi';
    const failed = expect(sandbox.prepare({ command, inputs, timeout: 20_000 })).rejects.toMatchObject({
      code: 'no-broker',
    });
    await host.until('the command', async () => (await sandbox.readFile('~/begun')) && true);
    process.kill(pid, 'SIGKILL');
    await failed;
    const next = await start();
    expect((await prepare(next.broker, command)).from).toBe('made');
    expect(left(cache)).toEqual([]);
  });
});

test('a client that goes while packages are being made ends that', async ({ start, cache }) => {
  const { broker } = await start();
  const failed = expect(broker.provision({ ...host.options, packages })).rejects.toMatchObject({
    code: 'no-broker',
  });
  await host.until('the making', () => left(cache)[0]);
  await broker.close();
  await failed;
  await expect.poll(() => left(cache), { intervals: [20] }).toEqual([]);
  expect(kept(cache, 'layers')).toEqual([]);
});

test('of what is kept, that used longest ago is too much', () => {
  const each = (used: number, bytes = 1): { name: string; bytes: number; used: number } => ({
    name: `n${used}`,
    bytes,
    used,
  });
  const of = (kept_: Parameters<typeof surplus>[0]): readonly string[] =>
    surplus(kept_, { count: 3, bytes: 10 });
  expect(of([])).toEqual([]);
  expect(of([each(1), each(2), each(3)])).toEqual([]);
  expect(of([each(4), each(1), each(3), each(2), each(5)])).toEqual(['n2', 'n1']);
  expect(of([each(1), each(3, 6), each(2, 6)])).toEqual(['n2', 'n1']);
  expect(of([each(1, 99)])).toEqual([]);
});
