import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { connectBroker } from '../index.js';
import * as host from './testing.js';
import { hostPid, inside, open, test } from './testingFixtures.js';

test.describe('account', () => {
  test('is codex-test-offline with an id of its own in each sandbox', async ({ shared, fresh }) => {
    for (const running of [shared, fresh]) {
      const { uid } = running.sandbox;
      expect(await inside(running, 'id; id -un; cd; pwd')).toBe(
        [
          `uid=${uid}(codex-test-offline) gid=${uid}(codex-test-offline) groups=${uid}(codex-test-offline)`,
          'codex-test-offline',
          '/home/codex-test-offline',
        ].join('\n'),
      );
      expect(statSync(`/proc/${await hostPid(running)}`).uid).toBe(uid);
    }
    expect(fresh.sandbox.uid).not.toBe(shared.sandbox.uid);
  });

  test('has a home with what is in /etc/skel and nothing else', async ({ broker }) => {
    const sandbox = await broker.provision(host.options);
    const home = '/home/codex-test-offline';
    const list = ['/usr/bin/find', home, '-mindepth', '1', '-printf', '%P %U %s\n'];
    const { stdout } = await sandbox.exec(list);
    const skel = readdirSync('/etc/skel', { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${path.slice('/etc/skel/'.length)} ${sandbox.uid} ${statSync(path).size}`;
    });
    expect(stdout.toString().trim().split('\n').sort()).toEqual(skel.sort());
    await sandbox.deprovision();
  });

  test('sees nothing of the sandbox before or of the host', async ({ broker, shared }) => {
    const marker = `codex-test-${process.pid}-${Date.now()}`;
    const places = ['/tmp', '/dev/shm', '/var/tmp'];
    const before = await open(broker);
    await inside(before, 'for p in ~ /tmp /dev/shm /run/user/*; do echo x > $p/$1; done', marker);
    await before.sandbox.deprovision();
    const after = await open(broker);
    for (const place of places) writeFileSync(join(place, marker), 'host', { mode: 0o644 });
    try {
      const script = 'find / -name "$1" 2>/dev/null; ls -A /tmp /dev/shm';
      const empty = '/dev/shm:\n\n/tmp:\n.X11-unix';
      expect(await inside(after, script, marker)).toBe(empty);
      expect(await inside(shared, script, marker)).toBe(empty);
    } finally {
      for (const place of places) rmSync(join(place, marker));
      await after.sandbox.deprovision();
    }
  });

  test('has no right and no group', async ({ shared }) => {
    const status = await inside(shared, 'cat /proc/self/status');
    const fields = Object.fromEntries(
      status.split('\n').map((line) => line.split(/:\s*/, 2) as [string, string]),
    );
    const none = '0'.repeat(16);
    const { Groups: groups, NoNewPrivs: noNewPrivileges } = fields;
    expect({ groups: groups?.trim(), noNewPrivileges }).toEqual({ groups: '', noNewPrivileges: '1' });
    expect(Object.entries(fields).filter(([name]) => name.startsWith('Cap'))).toEqual(
      ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'].map((set) => [`Cap${set}`, none]),
    );
  });

  test('gets nothing from setuid programs', async ({ shared }) => {
    const mounts = (await inside(shared, 'cat /proc/self/mountinfo')).split('\n');
    expect(mounts.filter((line) => !line.split(' ')[5]!.split(',').includes('nosuid'))).toEqual([]);
    for (const command of ['su -c id', 'su root -c id', 'mount -t tmpfs none /tmp', 'chsh -s /bin/bash']) {
      const { code, stdout } = await shared.sandbox.exec(['/bin/sh', '-c', command], { timeout: 5_000 });
      expect([command, code === 0, stdout.toString()]).toEqual([command, false, '']);
    }
  });

  test('has no controlling terminal, even where codex-test runs in one', () => {
    const driver = `
      import { startBroker, connectBroker } from ${JSON.stringify(new URL('../index.js', import.meta.url).href)};
      const broker = await startBroker({ user: ${host.user} });
      const client = await connectBroker(broker.socket);
      const sandbox = await client.provision(${JSON.stringify(host.options)});
      const { code } = await sandbox.exec(['/bin/sh', '-c', ': < /dev/tty']);
      await import('node:fs').then(({ openSync }) => openSync('/dev/tty', 'r'));
      console.log('outside 0, inside ' + code);
      await client.close();
      await broker.stop();`;
    const command = `'${process.execPath}' --input-type=module -e "$DRIVER"`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, DRIVER: driver },
      input: '',
    });
    expect(stdout).toMatch(/outside 0, inside [12]\r\n/);
  });
});

/** What programs of a session open themselves, at times only for a moment. */
const mayBeOpen =
  /^(socket|pipe|anon_inode):|^\/(memfd:|dev\/|usr\/|etc\/fonts\/|var\/cache\/fontconfig\/|home\/codex-test-offline\/)/;

test('gives no descriptor of its parents to the account', async () => {
  const leaky = 'exec 7</etc/shadow 8</root 9<>/etc/gshadow; exec "$0" "$@"';
  const command = [process.execPath, host.brokerMain, String(host.user)];
  const started = await host.startBrokerWith(['/bin/sh', '-c', leaky, ...command]);
  const broker = await connectBroker(started.socket);
  try {
    const running = await open(broker);
    await running.sandbox.exec(['/bin/sh', '-c', 'sleep 60 >/dev/null 2>&1 &']);
    // 0 to 2 are of the command, 3 is the directory that is being listed.
    expect(await inside(running, 'ls /proc/self/fd')).toBe('0\n1\n2\n3');
    const uids = [running.sandbox.uid, running.sandbox.uid + 1];
    const all = host.processesOfUids(uids).flatMap(({ pid }) => host.descriptorsOf(pid));
    expect(all.filter((target) => !mayBeOpen.test(target))).toEqual([]);
  } finally {
    await broker.close();
    await started.stop();
  }
});

test.describe('broker', () => {
  test('serves the user it was started for and turns others away', async ({ brokerProcess }) => {
    const client = `
      const socket = require('node:net').connect(process.argv[1]);
      const send = (message) => socket.write(JSON.stringify(message) + '\\n');
      socket.on('error', (error) => { console.log(error.code); process.exit(); });
      socket.on('connect', () => send({ id: 1, verb: 'provision', options: ${JSON.stringify(host.options)} }));
      let uid;
      socket.on('data', (data) => {
        const { id, result } = JSON.parse(data);
        if (id === 1) send({ id: 2, verb: 'exec', sandbox: (uid = result.sandbox), argv: ['id', '-u'], env: {} });
        if (id === 2) { console.log(String(uid === Buffer.from(result.stdout, 'base64').toString().trim())); process.exit(); }
      });`;
    const as = (uid: number): string => {
      const drop = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
      const { stdout, stderr } = spawnSync(
        'setpriv',
        [...drop, process.execPath, '-e', client, brokerProcess.socket],
        { encoding: 'utf8', cwd: '/' },
      );
      return (stdout + stderr).trim();
    };
    expect([as(host.user), as(71_998)]).toEqual(['true', 'EACCES']);
  });

  test('refuses a level that it cannot enforce', async ({ broker }) => {
    const provisioned = broker.provision({ ...host.options, level: 'unelevated' });
    await expect(provisioned).rejects.toMatchObject({ code: 'unsupported' });
  });
});
