import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import * as host from './testing.js';
import { inside, test, type Running } from './testingFixtures.js';

test.describe('desktop', () => {
  test('is closed to other accounts of the host and to other sandboxes', async ({ shared, fresh }) => {
    const { cookie, ...sockets } = shared.desktop;
    for (const path of Object.values(sockets)) {
      expect([path, host.connectAs(host.user, path)]).toEqual([path, 'connected']);
      expect([path, host.connectAs(71_998, path)]).toEqual([path, 'Permission denied']);
      expect([path, host.connectAs(shared.sandbox.uid, path)]).toEqual([path, 'Permission denied']);
      const other = await inside(fresh, 'LANG=C perl -e "$1" "$2"', host.connectScript, path);
      expect([path, other]).toEqual([path, 'No such file or directory']);
    }
    expect(cookie).not.toBe(fresh.desktop.cookie);
  });

  test('takes clients with its cookie and no others', async ({ shared, fresh }) => {
    const { socket, cookie } = shared.desktop;
    expect(await host.greetXServer(socket, cookie)).toBe('accepted');
    expect(await host.greetXServer(socket, '')).toBe('refused');
    expect(await host.greetXServer(socket, fresh.desktop.cookie)).toBe('refused');
    expect(await inside(shared, 'stat -c "%U %a" "$XAUTHORITY"')).toBe('codex-test-offline 400');
  });

  test('has an X server without abstract or network sockets', async ({ shared }) => {
    const server = xServer(shared);
    const unix = readFileSync(`/proc/${server.pid}/net/unix`, 'utf8').trim().split('\n').slice(1);
    expect(unix.map((line) => line.split(/\s+/)[7] ?? '').filter(Boolean)).toEqual(['/tmp/.X11-unix/X0']);
    const listening = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
      readFileSync(`/proc/${server.pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1),
    );
    expect(listening).toEqual([]);
    expect(readFileSync('/proc/net/unix', 'utf8')).not.toContain('@/tmp/.X11-unix/X0\n');
  });

  test('has an X server out of reach of the account', async ({ shared }) => {
    const server = xServer(shared);
    expect(server.uids).toEqual(Array.from({ length: 4 }, () => shared.sandbox.uid + 1));
    const script =
      'for pid in "$1" $(seq 1 400); do [ "$pid" = $$ ] || kill -s 0 $pid 2>/dev/null && cat /proc/$pid/comm; done';
    expect(await inside(shared, script, String(server.pid))).not.toMatch(/Xtigervnc|Xvnc|sleep|bwrap/);
    expect(host.processes().some(({ pid, start }) => pid === server.pid && start === server.start)).toBe(
      true,
    );
  });

  test('has bus sockets that the account cannot replace', async ({ shared }) => {
    const { sessionBus, accessibilityBus } = shared.desktop;
    const directories = [dirname(sessionBus), dirname(accessibilityBus)];
    expect(directories.map((path) => [statSync(path).uid, statSync(path).mode & 0o777])).toEqual([
      [0, 0o755],
      [0, 0o755],
    ]);
    const script = `cd /run/bus; mv session x; rm -f session; ln -sf /run/x session; mv at-spi x; ln -s /run/x at-spi/x; mkdir y
      find /run/bus -type d -user "$(id -un)"; ls -A /run/bus; ls -A /run/bus/at-spi`;
    const { stdout } = await shared.sandbox.exec(['/bin/sh', '-c', script]);
    expect(stdout.toString()).toBe('at-spi\ndbus-1\nsession\nbus\n');
  });

  test('changes no directory of the host that the account puts in the place of a bus', async ({ broker }) => {
    const target = `/tmp/codex-test-target-${process.pid}`;
    mkdirSync(target, { mode: 0o700 });
    writeFileSync(join(target, 'bus_0'), '');
    try {
      const sandbox = await broker.provision(host.options);
      await sandbox.exec([
        '/bin/sh',
        '-c',
        'cd /run/bus; rm -rf at-spi; mv at-spi x; ln -s "$1" at-spi',
        'sh',
        target,
      ]);
      // It depends on who was first whether the session starts.
      await sandbox.start().catch((error: unknown) => expect(error).toMatchObject({ code: 'provision' }));
      await sandbox.deprovision();
      const { uid, mode } = statSync(target);
      expect({ uid, mode: mode & 0o777 }).toEqual({ uid: 0, mode: 0o700 });
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});

function xServer({ sandbox }: Running): host.HostProcess {
  return host.processesOfUids([sandbox.uid + 1]).find(({ command }) => /^\S*X(tiger)?vnc /.test(command))!;
}
