import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { test, expect } from '@playwright/test';
import { connectBroker, startBroker, type Sandbox } from '../index.js';
import * as host from './testing.js';
import { leasesOf, run, type Run } from './testingFixtures.js';

/** It depends on the moment whether a part has died or has not come up. */
const endedEarly = expect.stringMatching(/^(died|provision)$/);

function footprint({ process, sandbox, mounts }: Run): host.Footprint {
  const noted = host.footprint(process.socket, sandbox, mounts);
  // What is looked for later is there now.
  const { processes, namespaces, state, files } = host.remains(noted);
  expect(processes.length).toBeGreaterThan(6);
  expect(noted.namespaces.size).toBeGreaterThanOrEqual(10);
  expect([namespaces.length, state.length, files.length].every((length) => length > 0)).toBe(true);
  return noted;
}

async function expectNothing(noted: host.Footprint): Promise<void> {
  await expect.poll(() => host.remains(noted), { timeout: 5_000, intervals: [20] }).toEqual(host.nothing);
}

/** Starts what makes an end hard: processes that ignore signals, have left their session, hold files, fork, stop. */
async function misbehave(sandbox: Sandbox): Promise<void> {
  const stubborn = `trap "" HUP INT TERM QUIT; cd /tmp; exec 5>held; while :; do sleep 0.1; done`;
  const script = `for i in 1 2 3; do setsid sh -c '${stubborn}' >/dev/null 2>&1 & done
    setsid perl -e 'while (1) { fork and exit; select undef, undef, undef, 0.005 }' >/dev/null 2>&1 &
    unshare -Urpf sh -c '${stubborn}' >/dev/null 2>&1 &`;
  await sandbox.exec(['/bin/sh', '-c', script]);
  // One that we still wait for has stopped itself.
  sandbox.exec(['/bin/sh', '-c', 'kill -STOP $$']).catch(() => {});
  const stopped = `until cat /proc/[0-9]*/status 2>/dev/null | grep -q '^State:.T'; do sleep 0.01; done`;
  await sandbox.exec(['/bin/sh', '-c', stopped], { timeout: 5_000 });
}

test.describe('leaves nothing', () => {
  test('when a sandbox is removed', async () => {
    const running = await run();
    await misbehave(running.sandbox);
    const noted = footprint(running);
    await running.sandbox.deprovision();
    // At once: the account id is free for others now.
    expect(host.remains(noted)).toEqual(host.nothing);
    const broker = host.brokerProcess(running.process.socket);
    // A network for the next sandbox may be in the making.
    await expect.poll(() => host.descendants(broker.pid)).toEqual([]);
    await running.broker.close();
    await running.process.stop();
    expect(existsSync(dirname(running.process.socket))).toBe(false);
  });

  test('when a sandbox is stopped, but its files and its namespaces', async () => {
    const { sandbox, broker, process } = await run();
    await misbehave(sandbox);
    await sandbox.writeFile('~/kept', Buffer.from('x'));
    await sandbox.stop();
    expect(host.processesOfUids([sandbox.uid])).toEqual([]);
    expect(await sandbox.readFile('~/kept')).toEqual(Buffer.from('x'));
    await expect(sandbox.start()).rejects.toMatchObject({ code: 'died' });
    await broker.close();
    await process.stop();
  });

  test('when the connection of the client drops', async () => {
    const running = await run();
    await misbehave(running.sandbox);
    const noted = footprint(running);
    const waiting = expect(running.sandbox.exec(['/bin/sleep', '60'])).rejects.toMatchObject({
      code: 'no-broker',
    });
    await running.broker.close();
    await waiting;
    await expectNothing(noted);
    await running.process.stop();
  });

  test('when the broker is asked to stop', async () => {
    const running = await run();
    await misbehave(running.sandbox);
    const noted = footprint(running);
    await running.process.stop();
    expect(host.remains(noted)).toEqual(host.nothing);
    expect(existsSync(dirname(running.process.socket))).toBe(false);
    await expect(running.sandbox.exec(['/bin/true'])).rejects.toMatchObject({ code: 'no-broker' });
    await running.broker.close();
  });

  test('when the broker is asked to stop while a sandbox is being made', async () => {
    for (const wait of [0, 5, 20, 60]) {
      const mounts = host.mounts();
      const process = await startBroker({ user: host.user });
      const broker = await connectBroker(process.socket);
      const { pid } = host.brokerProcess(process.socket);
      const failed = broker.provision(host.options).then(
        () => undefined,
        (error: unknown) => error,
      );
      const until = performance.now() + wait;
      await host.until('the moment', () => (performance.now() >= until ? true : undefined));
      const noted = host.descendants(pid);
      await process.stop();
      const error = await failed;
      if (error !== undefined) expect(error).toMatchObject({ code: 'no-broker' });
      const alive = host
        .processes()
        .filter((each) => noted.some((one) => one.pid === each.pid && one.start === each.start));
      expect(alive).toEqual([]);
      expect(host.mounts().filter((line) => !mounts.includes(line))).toEqual([]);
      expect(existsSync(dirname(process.socket))).toBe(false);
      expect(leasesOf(process)).toEqual([]);
      await broker.close();
    }
  });

  test('when the account kills all it can', async () => {
    const running = await run();
    const noted = footprint(running);
    await running.sandbox.exec(['/bin/sh', '-c', 'kill -9 -1']);
    await host.until('the end of the session', () => {
      const left = host.processesOfUids([running.sandbox.uid]);
      return left.length === 0 ? true : undefined;
    });
    // The account lives on: its files are evidence.
    expect((await running.sandbox.exec(['/bin/echo', 'here'])).stdout.toString()).toBe('here\n');
    await misbehave(running.sandbox);
    await running.sandbox.deprovision();
    expect(host.remains(noted)).toEqual(host.nothing);
    await running.broker.close();
    await running.process.stop();
  });
});

test('survives an account that ends its session before it is up', async () => {
  const process = await startBroker({ user: host.user });
  const broker = await connectBroker(process.socket);
  for (let round = 0; round < 4; round++) {
    const sandbox = await broker.provision(host.options);
    await host.until('the session', () => host.processesOfUids([sandbox.uid])[0]);
    await sandbox.exec(['/bin/sh', '-c', 'kill -9 -1']);
    await expect(sandbox.start()).rejects.toMatchObject({ code: endedEarly });
    await sandbox.deprovision();
  }
  await broker.close();
  await process.stop();
});

test.describe('a killed broker', () => {
  test('takes its sandboxes with it, and the next one clears its state', async () => {
    const running = await run();
    await misbehave(running.sandbox);
    const noted = footprint(running);
    const waiting = expect(running.sandbox.exec(['/bin/sleep', '60'])).rejects.toMatchObject({
      code: 'no-broker',
    });
    process.kill(host.brokerProcess(running.process.socket).pid, 'SIGKILL');
    await waiting;
    await expect
      .poll(() => host.remains(noted), { timeout: 5_000, intervals: [20] })
      .toMatchObject({ processes: [], namespaces: [], mounts: [] });
    await expect(running.broker.provision(host.options)).rejects.toMatchObject({ code: 'no-broker' });
    await running.broker.close();
    await running.process.stop();

    const next = await startBroker({ user: host.user });
    expect(host.remains(noted)).toEqual(host.nothing);
    expect(existsSync(dirname(running.process.socket))).toBe(false);
    await next.stop();
  });

  test('counts as dead where nobody has waited for it', async () => {
    // The shell becomes a parent that never waits, so that the broker stays a zombie.
    const script = `'${process.execPath}' '${host.brokerMain}' ${host.user} <&3 & exec sleep 60`;
    const parent = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    const [line] = (await parent.stdout!.take(1).toArray()) as [Buffer];
    const { socket } = JSON.parse(String(line)) as { socket: string };
    process.kill(host.brokerProcess(socket).pid, 'SIGKILL');
    const next = await startBroker({ user: host.user });
    expect(existsSync(dirname(socket))).toBe(false);
    await next.stop();
    parent.kill('SIGKILL');
  });
});

test.describe('a part that is killed by the host', () => {
  test('X server: start says so, commands go on', async () => {
    const running = await run();
    const noted = footprint(running);
    const server = host
      .processesOfUids([running.sandbox.uid + 1])
      .find(({ command }) => /^\S*X(tiger)?vnc /.test(command));
    process.kill(server!.pid, 'SIGKILL');
    const inside = host.processes().find(({ pid }) => pid === server!.parent);
    await host.until('the end of its parents', () => {
      const left = host.processes().some(({ pid }) => pid === inside?.parent);
      return left ? undefined : true;
    });
    await expect(running.sandbox.start()).rejects.toMatchObject({ code: 'died' });
    const { code } = await running.sandbox.exec(['/bin/sh', '-c', 'exit 5'], { timeout: 5_000 });
    expect(code).toBe(5);
    await running.sandbox.deprovision();
    expect(host.remains(noted)).toEqual(host.nothing);
    await running.broker.close();
    await running.process.stop();
  });

  test('X server before it is ready: start says so', async () => {
    const started = await startBroker({ user: host.user });
    const broker = await connectBroker(started.socket);
    const sandbox = await broker.provision(host.options);
    // It takes the rights of its account only after a while.
    const server = await host.until('the X server', () =>
      host.processesOfUids([sandbox.uid + 1]).find(({ command }) => !command.includes('sleep')),
    );
    host.killIfThere(server.pid);
    await expect(sandbox.start()).rejects.toMatchObject({ code: endedEarly });
    await broker.close();
    await started.stop();
  });

  test('init of the namespaces: start and exec say so', async () => {
    const running = await run();
    const noted = footprint(running);
    const waiting = running.sandbox.exec(['/bin/sleep', '60']);
    const keeper = host
      .processesOfUids([running.sandbox.uid + 1])
      .find(({ command }) => command.includes('sleep inf'));
    await host.until('the command', () =>
      host.processesOfUids([running.sandbox.uid]).find(({ command }) => command.endsWith('sleep 60')),
    );
    process.kill(keeper!.parent, 'SIGKILL');
    // Asked at once, before the broker can have noticed.
    const asked = running.sandbox.exec(['/bin/true'], { timeout: 5_000 });
    const died = [waiting, asked].map((call) => expect(call).rejects.toMatchObject({ code: 'died' }));
    await Promise.all(died);
    await expect(running.sandbox.start()).rejects.toMatchObject({ code: 'died' });
    await expect(running.sandbox.exec(['/bin/true'])).rejects.toMatchObject({ code: 'died' });
    await expect(running.sandbox.readFile('~/x')).rejects.toMatchObject({ code: 'died' });
    await running.sandbox.deprovision();
    expect(host.remains(noted)).toEqual(host.nothing);
    await running.broker.close();
    await running.process.stop();
  });
});
