import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { test, expect } from '@playwright/test';
import { connectBroker, startBroker } from '../index.js';
import { provision } from './sandbox.js';
import { createRun, removeRun } from './state.js';
import * as host from './testing.js';
import { leasesOf, run } from './testingFixtures.js';

test('two brokers do not disturb each other and share no account', async () => {
  const [one, two] = await Promise.all([startBroker({ user: host.user }), startBroker({ user: 70_998 })]);
  const clients = await Promise.all([one, two].map(({ socket }) => connectBroker(socket)));
  const sandboxes = await Promise.all(
    Array.from({ length: 6 }, (_, i) => clients[i % 2]!.provision(host.options)),
  );
  const ids = sandboxes.flatMap(({ uid }) => [uid, uid + 1]);
  expect(new Set(ids).size).toBe(ids.length);
  await one.stop();
  const third = await startBroker({ user: host.user });
  const outputs = await Promise.all(
    sandboxes.map((sandbox) => sandbox.exec(['/bin/id', '-u']).catch(() => undefined)),
  );
  expect(outputs.map((output) => output?.stdout.toString())).toEqual(
    sandboxes.map(({ uid }, i) => (i % 2 === 0 ? undefined : `${uid}\n`)),
  );
  expect(leasesOf(two).sort()).toEqual(
    sandboxes.flatMap(({ uid }, i) => (i % 2 === 0 ? [] : [String(uid)])).sort(),
  );
  for (const client of clients) await client.close();
  await Promise.all([two.stop(), third.stop()]);
});

test('eight sandboxes come up side by side', async () => {
  const process = await startBroker({ user: host.user });
  const broker = await connectBroker(process.socket);
  const sandboxes = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const sandbox = await broker.provision(host.options);
      return { sandbox, desktop: await sandbox.start() };
    }),
  );
  const greetings = await Promise.all(
    sandboxes.map(({ desktop }) => host.greetXServer(desktop.socket, desktop.cookie)),
  );
  expect(greetings).toEqual(sandboxes.map(() => 'accepted'));
  const uids = sandboxes.flatMap(({ sandbox }) => [sandbox.uid, sandbox.uid + 1]);
  await Promise.all(sandboxes.map(({ sandbox }) => sandbox.deprovision()));
  expect(host.processesOfUids(uids)).toEqual([]);
  await broker.close();
  await process.stop();
});

test('removing a sandbox twice does not touch the next owner of its account', async () => {
  const ours = await createRun({ user: host.user });
  const sandbox = await provision(ours, host.options, new AbortController().signal);
  await Promise.all([sandbox.deprovision(), sandbox.deprovision()]);
  const { uid } = sandbox.provisioned;
  const next = spawn('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'sleep', '60']);
  await host.until('the next owner', () => host.processesOfUids([uid])[0]);
  await sandbox.deprovision();
  expect(host.processesOfUids([uid]).map(({ pid }) => pid)).toEqual([next.pid]);
  next.kill('SIGKILL');
  await removeRun(ours);
});

test('a client that talks nonsense is answered or hung up on, and others are served', async () => {
  const running = await run();
  const answers = await talk(running.process.socket, ['nonsense', '', '{"id":5,"verb":"fly"}']);
  expect(answers).toEqual([
    { id: 0, error: { code: 'bad-message', message: expect.any(String) } },
    { id: 0, error: { code: 'bad-message', message: expect.any(String) } },
    { id: 5, error: { code: 'bad-message', message: expect.any(String) } },
  ]);
  const strange = JSON.stringify({ id: 1, verb: 'deprovision', sandbox: String(running.sandbox.uid) });
  expect(await talk(running.process.socket, [strange])).toMatchObject([
    { id: 1, error: { code: 'not-found' } },
  ]);
  expect(await talk(running.process.socket, [`"${'x'.repeat(17 * 1024 * 1024)}`])).toEqual([]);
  expect((await running.sandbox.exec(['/bin/true'])).code).toBe(0);
  await running.broker.close();
  await running.process.stop();
});

/** Sends lines and gives the answers, as many as lines or until the broker hangs up. */
function talk(path: string, lines: readonly string[]): Promise<unknown[]> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path, () => socket.write(`${lines.join('\n')}\n`));
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (text.split('\n').length > lines.length) socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () =>
      resolve(
        text
          .split('\n')
          .filter(Boolean)
          .map((line): unknown => JSON.parse(line)),
      ),
    );
  });
}
