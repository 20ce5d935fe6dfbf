import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { startDesktopProcess, type DesktopProcess } from './index.js';
import { startTestDesktop, type TestDesktop } from './linux/testing.js';
import { startPainter } from './linux/testingPainter.js';
import { decodePng } from '../image/index.js';

let real: TestDesktop;
let owned: DesktopProcess[] = [];
let others: ChildProcess[] = [];

test.beforeEach(async () => {
  real = await startTestDesktop();
});

test.afterEach(async () => {
  for (const child of others) child.kill('SIGKILL');
  others = [];
  await Promise.all(owned.map((desktop) => desktop.close()));
  owned = [];
  await real.close();
});

function start(...options: Parameters<typeof startDesktopProcess>): DesktopProcess {
  const desktop = startDesktopProcess(...options);
  owned.push(desktop);
  return desktop;
}

/** Starts another X client, which lets nobody else use the server. */
async function grabServer(): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('linux/hostile.js', import.meta.url));
  const child = fork(program, [real.address.socket, real.address.cookie]);
  others.push(child);
  await once(child, 'message');
  return child;
}

/** Process ids of the desktop processes this test has started. */
function desktopProcesses(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes('/desktop/main.js');
      } catch {
        return false;
      }
    });
}

test('a grabbed X server costs one deadline and leaves our event loop alone', async () => {
  const desktop = await start({ deadlines: { screenshot: 700 } }).connect(real.address);
  const holder = await grabServer();
  let ticks = 0;
  const clock = setInterval(() => ticks++, 20);
  const begin = performance.now();
  const error: unknown = await desktop.screenshot().catch((reason: unknown) => reason);
  const took = performance.now() - begin;
  clearInterval(clock);

  expect(error).toMatchObject({
    name: 'DesktopError [timeout]',
    code: 'timeout',
    message: expect.stringContaining('700 ms'),
  });
  expect(took).toBeGreaterThan(690);
  expect(took).toBeLessThan(1_500);
  expect(ticks).toBeGreaterThan(15);

  holder.kill('SIGKILL');
  expect(await desktop.screenshot()).toMatchObject({ width: 1280, height: 800 });
});

test('a request of a killed desktop process says so, and the next one has a new process', async () => {
  const desktop = await start().connect(real.address);
  const before = await desktop.screenshot();
  const [pid] = desktopProcesses();
  const open = desktop.waitForChange({ since: before.revision, timeout: 5_000 });
  process.kill(pid ?? 0, 'SIGKILL');

  await expect(open).rejects.toMatchObject({ code: 'killed', message: expect.stringContaining('SIGKILL') });
  const after = await desktop.screenshot();
  expect(desktopProcesses()).not.toContain(pid);
  expect(after.revision).toBeGreaterThan(before.revision);
  expect(after.png).toEqual(before.png);
});

test('pictures of a screen that did not change are not made again, and pixels only where it did', async () => {
  const desktop = await start().connect(real.address);
  const painter = await startPainter(real.address);
  // The window manager draws once.
  while (await desktop.waitForChange({ since: await desktop.revision(), timeout: 200 }));
  painter.paint({ x: 10, y: 20, width: 300, height: 40 }, 0x12ab34);
  const [shot, picture] = [await desktop.screenshot(), await desktop.picture()];
  expect(decodePng(shot.png).data.equals(picture.data)).toBe(true);
  expect(picture.data.subarray((59 * 1280 + 309) * 4).readUInt32BE(0)).toBe(0x12ab34ff);
  expect(await desktop.screenshot()).toBe(shot);
  expect(await desktop.picture()).toBe(picture);

  const before = Buffer.from(picture.data);
  painter.paint({ x: 200, y: 30, width: 700, height: 5 }, 0xff0000);
  const later = await desktop.picture();
  expect(later.revision).toBeGreaterThan(picture.revision);
  expect(decodePng((await desktop.screenshot()).png).data.equals(later.data)).toBe(true);
  // Others may still look at it.
  expect(picture.data.equals(before)).toBe(true);
  expect(await desktop.changes({ since: picture.revision })).toEqual({
    revision: later.revision,
    boxes: [{ x: 200, y: 30, width: 700, height: 5 }],
  });
  painter.close();
});

test('keys that a killed process has given other characters are used again', async () => {
  const desktop = await start().connect(real.address);
  const letters = (first: number): string =>
    String.fromCodePoint(...Array.from({ length: 60 }, (_, i) => first + i));
  await desktop.perform({ type: 'type', text: letters(0x4e00) });
  process.kill(desktopProcesses()[0] ?? 0, 'SIGKILL');
  await expect(desktop.waitForChange({ since: 1, timeout: 5_000 })).rejects.toMatchObject({ code: 'killed' });
  await desktop.perform({ type: 'type', text: letters(0x5e00) });
});

test('a broken X connection says so, and the next request has a new one', async () => {
  const socket = join(real.folder, 'X0');
  const connections = new Set<Socket>();
  const relay = createServer((client) => {
    const server = createConnection(real.address.socket);
    connections.add(client);
    pipeline(client, server, client, () => {});
  }).listen(socket);
  const desktop = await start().connect({ ...real.address, socket });
  await desktop.screenshot();
  for (const connection of connections) connection.destroy();

  await expect(desktop.screenshot()).rejects.toMatchObject({ code: 'disconnected' });
  expect(await desktop.screenshot()).toMatchObject({ width: 1280, height: 800 });
  relay.close();
});

test('what is missing is named when a desktop does not come up', async () => {
  const none = { ...real.address, socket: `${real.folder}/X0` };
  await expect(start({ deadlines: { connect: 2_500 } }).connect(none)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(none.socket),
  });
  const wrongCookie = { ...real.address, cookie: '0'.repeat(32) };
  await expect(start({ deadlines: { connect: 2_500 } }).connect(wrongCookie)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('cookie'),
  });
  const noBus = { ...real.address, accessibilityBus: `${real.folder}/none` };
  await expect(start({ deadlines: { connect: 2_500 } }).connect(noBus)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(noBus.accessibilityBus),
  });
});

test('a closed desktop rejects and leaves no process behind', async () => {
  const owner = start();
  const desktop = await owner.connect(real.address);
  const open = expect(desktop.waitForChange({ since: 1, timeout: 5_000 })).rejects.toMatchObject({
    code: 'closed',
  });
  await owner.close();
  await open;
  await expect(desktop.windows()).rejects.toMatchObject({ code: 'closed' });
  expect(desktopProcesses()).toEqual([]);
});
