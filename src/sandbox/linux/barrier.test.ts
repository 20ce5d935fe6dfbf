import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { connectBroker, type Sandbox } from '../index.js';
import * as host from './testing.js';
import { run } from './testingFixtures.js';

const broker = [process.execPath, host.brokerMain, String(host.user)] as const;

/** Starts a broker on a machine that differs by what a script does to it; other processes see nothing of that. */
async function machine(
  script: string,
): Promise<{ provision(): Promise<Sandbox>; readonly socket: string; stop(): Promise<void> }> {
  const command = [
    'unshare',
    '--net',
    '--mount',
    '--',
    '/bin/sh',
    '-ec',
    `ip link set lo up\n${script}\nexec "$@"`,
  ];
  const started = await host.startBrokerWith([command[0]!, ...command.slice(1), 'sh', ...broker]);
  const client = await connectBroker(started.socket);
  return {
    ...{ socket: started.socket, provision: () => client.provision(host.options) },
    stop: async () => {
      await client.close();
      await started.stop();
    },
  };
}

function tables(): string[] {
  const { stdout } = spawnSync('/usr/sbin/nft', ['list', 'tables'], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean);
}

test.describe('N8 the probe', () => {
  for (const [hole, missing, reached] of [
    ['shares the network of the machine', '--unshare-net', 'tcp 127\\.0\\.0\\.1 \\d+'],
    // Here the firewall stands behind.
    ['enters the network of the machine', '--net=', 'unix codex-test-\\w+'],
  ] as const) {
    test(`refuses every sandbox of a machine that ${hole}, and says what was reached`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'codex-test-hole-'));
      // Stands for a tool that does not do what it was asked for.
      const tool = missing === '--net=' ? 'nsenter' : 'bwrap';
      const fake = join(directory, tool);
      writeFileSync(fake, `#!/usr/bin/perl\nexec '${directory}/real', grep { !/^${missing}/ } @ARGV;\n`);
      execFileSync('cp', [`/usr/bin/${tool}`, join(directory, 'real')]);
      chmodSync(fake, 0o755);
      const withoutNft = tool === 'bwrap' ? 'mount --bind /dev/null /usr/sbin/nft' : ':';
      const leaky = await machine(`${withoutNft}\nmount --bind ${fake} /usr/bin/${tool}`);
      try {
        await expect(leaky.provision()).rejects.toMatchObject({
          code: 'leak',
          message: expect.stringMatching(
            new RegExp(`reaches what it must not: .*${reached}.*Nothing is run`),
          ),
        });
      } finally {
        await leaky.stop();
        rmSync(directory, { recursive: true });
      }
    });
  }

  test('goes on where there is no firewall, which is named, and so is what is not counted', async () => {
    const bare = await machine('mount --bind /dev/null /usr/sbin/nft');
    const sandbox = await bare.provision();
    expect(sandbox.lacks).toEqual([
      expect.stringMatching(/^no firewall behind the network namespaces: nft/),
      expect.stringMatching(/^attempts past the proxy are counted without their destinations: .*nft/),
    ]);
    const send = `use IO::Socket::INET; IO::Socket::INET->new("93.184.216.34:80"); print $!`;
    const { stdout } = await sandbox.exec(['/usr/bin/perl', '-e', send], { env: { LANG: 'C' } });
    expect(stdout.toString()).toBe('Network is unreachable');
    expect((await sandbox.deprovision()).attempts).toEqual([
      { to: '(destinations not counted)', reason: 'no proxy', count: 1 },
    ]);
    await bare.stop();
  });

  test('knows a firewall whose rules do not hold', async () => {
    // Accepts every command and does nothing.
    const inert = await machine('mount --bind /bin/true /usr/sbin/nft');
    const sandbox = await inert.provision();
    expect(sandbox.lacks).toEqual([
      'no firewall behind the network namespaces: its rules do not hold accounts back',
    ]);
    await inert.stop();
  });
});

test.describe('the firewall', () => {
  test('N2 keeps the accounts of sandboxes, and no others, out of the network of the machine', async () => {
    const server = createServer((socket) => socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const { process, broker: client, sandbox } = await run();
    expect(sandbox.lacks).toEqual([]);
    expect(tables()).toContain(`table inet codex_test_${basename(dirname(process.socket))}`);
    const to = `127.0.0.1:${port}`;
    expect([sandbox.uid, sandbox.uid + 1, 71_000, 71_999].map((uid) => host.connectAs(uid, to))).toEqual(
      Array(4).fill('Connection refused'),
    );
    expect([70_999, 72_000, 73_000].map((uid) => host.connectAs(uid, to))).toEqual(
      Array(3).fill('connected'),
    );
    await client.close();
    await process.stop();
    server.close();
  });

  test('goes with its run, or with the next one where that was killed, and no other table does', async () => {
    const names = ['codex_test', 'codex_test_0123456789ab', 'somebody'];
    for (const name of names) execFileSync('/usr/sbin/nft', ['add', 'table', 'inet', name]);
    try {
      const before = tables();
      const one = await run();
      const other = await run();
      const [ours, theirs] = [one, other].map(
        ({ process }) => `table inet codex_test_${basename(dirname(process.socket))}`,
      );
      expect(tables()).toEqual(expect.arrayContaining([...before, ours, theirs]));
      await one.broker.close();
      await one.process.stop();
      expect(tables()).not.toContain(ours);
      expect(tables()).toContain(theirs);
      host.killIfThere(host.brokerProcess(other.process.socket).pid);
      await other.broker.close();
      expect(tables()).toContain(theirs);
      const next = await run();
      expect(tables()).not.toContain(theirs);
      await next.broker.close();
      await next.process.stop();
      expect(names.filter((name) => !tables().includes(`table inet ${name}`))).toEqual([]);
    } finally {
      for (const name of names) execFileSync('/usr/sbin/nft', ['delete', 'table', 'inet', name]);
    }
  });
});
