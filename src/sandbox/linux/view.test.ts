import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import * as host from './testing.js';
import { hostPid, inside, test } from './testingFixtures.js';

test.describe('view', () => {
  test('has namespaces of its own', async ({ shared, fresh }) => {
    const kinds = ['mnt', 'pid', 'net', 'ipc', 'uts'];
    const ofHost = host.namespacesOf('self');
    const script = `for kind in ${kinds.join(' ')}; do readlink /proc/self/ns/$kind; done`;
    const one = (await inside(shared, script)).split('\n');
    const other = (await inside(fresh, script)).split('\n');
    expect(new Set([...ofHost, ...one, ...other]).size).toBe(3 * kinds.length);
    // What exec enters is what the session lives in.
    expect(one).toEqual(host.namespacesOf(await hostPid(shared)));
  });

  test('shows only its own processes', async ({ shared }) => {
    const pids = (await inside(shared, 'cd /proc; echo [0-9]*')).split(' ');
    const names = (await inside(shared, 'cat /proc/[0-9]*/comm 2>/dev/null')).split('\n').sort();
    expect(pids.length).toBeLessThan(20);
    const known = /^(at-spi.*|dbus-daemon|bwrap|openbox|sleep|cat|sh|dconf.*|gvfs.*)$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
    expect(names).toContain('openbox');
  });

  test('reaches no server of the host', async ({ shared }) => {
    const web = createHttpServer((_, response) => response.end('here'));
    const abstract = createServer();
    const path = join('/tmp', `codex-test-${process.pid}.sock`);
    const pathname = createServer();
    const name = `codex-test-${process.pid}`;
    await Promise.all([
      listen(web, { port: 0, host: '0.0.0.0' }),
      listen(abstract, { path: `\0${name}` }),
      listen(pathname, { path }),
    ]);
    const { port } = web.address() as AddressInfo;
    const addresses = Object.values(networkInterfaces())
      .flat()
      .flatMap((each) => (each?.family === 'IPv4' ? [`${each.address}:${port}`] : []));
    try {
      for (const to of [...addresses, `@${name}`]) {
        expect([to, host.connectAs(73_000, to)]).toEqual([to, 'connected']);
        const answer = await inside(shared, 'LANG=C perl -e "$1" "$2"', host.connectScript, to);
        expect([to, answer]).toEqual([
          to,
          expect.stringMatching(/^(Connection refused|Network is unreachable)$/),
        ]);
      }
      expect(await inside(shared, 'LANG=C perl -e "$1" "$2"', host.connectScript, path)).toBe(
        'No such file or directory',
      );
    } finally {
      for (const server of [web, abstract, pathname]) server.close();
    }
    expect((await inside(shared, 'cat /proc/net/dev')).match(/^\s*\w+(?=:)/gm)).toEqual(['    lo']);
  });

  test('shows the system read-only and nothing of its people', async ({ shared }) => {
    const project = fileURLToPath(new URL('../../..', import.meta.url));
    expect(existsSync(join(project, 'package.json'))).toBe(true);
    const mounts = (await inside(shared, 'cat /proc/self/mountinfo'))
      .split('\n')
      .map((line) => line.split(' '));
    const modes = ['/usr', '/etc'].map(
      (path) => mounts.find((fields) => fields[4] === path)?.[5]?.split(',')[0],
    );
    expect(modes).toEqual(['ro', 'ro']);
    const script = `ls -A /opt /srv /mnt /media /sys /boot /var/lib /var/log /root "$1" 2>/dev/null; ls -A /home; cat /etc/shadow /etc/gshadow 2>/dev/null`;
    expect(await inside(shared, script, project)).toBe('codex-test-offline');
    for (const path of [
      '/',
      '/usr',
      '/etc',
      '/home',
      '/run',
      '/run/bus',
      '/run/codex-test',
      '/var',
      '/tmp/.X11-unix',
    ]) {
      const { code } = await shared.sandbox.exec(['/bin/sh', '-c', ': > "$1/x"', 'sh', path]);
      expect([path, code]).toEqual([path, 2]);
    }
  });

  test('opens to a command only once the host is out of sight', async ({ broker }) => {
    for (let round = 0; round < 5; round++) {
      const sandbox = await broker.provision(host.options);
      const { code, stdout } = await sandbox.exec([
        '/bin/sh',
        '-c',
        'echo /proc/[0-9]*/exe | wc -w; ls -A /',
      ]);
      expect([code, ...stdout.toString().split('\n').slice(1)]).toEqual([0, ...rootEntries]);
      await sandbox.deprovision();
    }
  });
});

const rootEntries = [
  ...[
    'bin',
    'dev',
    'etc',
    'home',
    'lib',
    'lib32',
    'lib64',
    'libx32',
    'proc',
    'root',
    'run',
    'sbin',
    'tmp',
    'usr',
    'var',
  ].filter((name) => !/^(s?bin|lib.*)$/.test(name) || existsSync(join('/', name))),
  '',
];

function listen(server: Server, where: object): Promise<unknown> {
  server.listen(where);
  return once(server, 'listening');
}
