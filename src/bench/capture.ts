import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDesktopProcess, type Desktop } from '../desktop/index.js';
import { Capture } from '../desktop/linux/capture.js';
import { connectDisplay, type Display } from '../desktop/linux/display.js';
import { cutRgba } from '../desktop/linux/rgba.js';
import { Screen } from '../desktop/linux/screen.js';
import { createPlainSurface, createSharedSurface } from '../desktop/linux/surface.js';
import { startTestDesktop, type TestDesktop } from '../desktop/linux/testing.js';
import { startPainter, type Painter } from '../desktop/linux/testingPainter.js';
import type { DesktopAddress } from '../desktop/types.js';
import { decodePng, encodePng, wholeOf } from '../image/index.js';
import { connectBroker, startBroker } from '../sandbox/index.js';
import { startNut, type NutPeer, type NutTask } from './nut.js';
import { peerLabel } from './peers.js';
import { alternate, rowsOf, type Candidate, type Table } from './table.js';

const size = { width: 1920, height: 1080 };
const bytes = size.width * size.height * 4;
const whole = wholeOf(size);
const run = promisify(execFile);

/** Milliseconds from the screen to pixels at 1920×1080, beside the copying of as many bytes and other ways to capture. */
export async function benchCapture({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const real = await startTestDesktop({ size: `${size.width}x${size.height}` });
  const owner = startDesktopProcess();
  try {
    const display = await connectDisplay(real.address, performance.now() + 5_000);
    const painter = await startPainter(real.address);
    drawPage(painter);
    const peers = await startPeers(real);
    const desktop = await owner.connect(real.address);
    const tables = [
      await benchView(display, peers, rounds),
      await benchUnchanged(display, peers, rounds),
      await benchChange(display, painter, rounds),
      await benchEncoded(display, peers, rounds),
      await benchHandedOver(desktop, painter, rounds),
    ];
    peers.nut?.close();
    painter.close();
    display.close();
    return [...tables, await benchSandbox(rounds)];
  } finally {
    await owner.close();
    await real.close();
  }
}

/** Rows of text, as in an editor beside a panel. */
function drawPage(painter: Painter): void {
  painter.paint(whole, 0x000000);
  painter.paint({ x: 0, y: 0, width: 360, height: size.height }, 0x303846);
  for (let row = 0; row < 60; row++) {
    painter.write(`const line${row} = await read('part ${row * 37}', { at: ${row} });`, 400, 30 + row * 17);
    if (row % 2 === 0) painter.write(`folder-${row}`, 20, 30 + row * 17);
  }
}

interface Peers {
  readonly nut: NutPeer | undefined;
  /** Writes a PNG file. */
  readonly scrot: Candidate | undefined;
}

async function startPeers({ address, folder }: TestDesktop): Promise<Peers> {
  const env = {
    ...process.env,
    DISPLAY: `:${/\d+$/.exec(address.socket)?.[0]}`,
    XAUTHORITY: join(folder, 'authority'),
  };
  const hasScrot = await run('scrot', ['--version']).then(
    () => true,
    () => false,
  );
  const file = join(folder, 'scrot.png');
  return {
    nut: await startNut(env, folder),
    scrot: hasScrot ? { name: 'scrot to a file', run: () => run('scrot', ['-o', file], { env }) } : undefined,
  };
}

function byNut({ nut }: Peers, task: NutTask, what: string): readonly Candidate[] {
  return nut ? [{ name: `${peerLabel('@nut-tree-fork/nut-js')}, ${what}`, run: () => nut.run(task) }] : [];
}

async function benchView(display: Display, peers: Peers, rounds: number): Promise<Table> {
  const shared = createSharedSurface(display, bytes);
  const plain = createPlainSurface(display, bytes);
  const copy = Buffer.alloc(bytes);
  const times = await alternate(rounds, [
    ...(shared ? [{ name: 'shared memory (ours)', run: () => shared.capture([whole]) }] : []),
    { name: 'copying as many bytes', run: () => void plain.pixels.copy(copy) },
    { name: 'GetImage through the socket (ours without shared memory)', run: () => plain.capture([whole]) },
    ...byNut(peers, 'grab', 'grab()'),
  ]);
  shared?.close();
  return { title: 'Capture: a frame of 1920×1080 to a usable view', rows: rowsOf(times, { aim: 1.2 }) };
}

async function benchUnchanged(display: Display, peers: Peers, rounds: number): Promise<Table> {
  const screen = new Screen(display, { revision: 1 });
  const capture = new Capture(display);
  capture.update(size);
  const [a, b] = [Buffer.from(capture.pixels), Buffer.from(capture.pixels)];
  const times = await alternate(rounds, [
    // A whole capture first, as each 100 ms, so that the look is one that believes the server.
    { name: 'DAMAGE says nothing was drawn (ours)', run: () => void screen.look() },
    { name: 'Buffer.equals of two pictures in memory', run: () => a.equals(b) },
    { name: 'captured whole and compared by rows (ours, each 100 ms)', run: () => capture.update(size) },
    ...byNut(peers, 'same', 'grab() and Buffer.equals'),
  ]);
  screen.close();
  capture.close();
  return {
    title: 'Capture: to know that nothing changed on 1920×1080',
    rows: rowsOf(times, { aim: 0.8 }),
    notes: [
      'The first line has its outliers where a look falls on the whole capture that is due each 100 ms.',
    ],
  };
}

async function benchChange(display: Display, painter: Painter, rounds: number): Promise<Table> {
  const screen = new Screen(display, { revision: 1 });
  const plain = createPlainSurface(display, bytes);
  const last = Buffer.alloc(bytes);
  const draw = (round: number): void =>
    painter.paint({ x: 1500, y: 400, width: 120, height: 24 }, 0x101010 * ((round % 14) + 1));
  const times = await alternate(rounds, [
    { name: 'drawn, and seen where (ours)', run: (round) => void (draw(round), screen.look()) },
    {
      name: 'drawn, GetImage of all and Buffer.equals',
      run: (round) => {
        draw(round + 1);
        plain.capture([whole]);
        if (!plain.pixels.equals(last)) plain.pixels.copy(last);
      },
    },
  ]);
  screen.close();
  return { title: 'Capture: a change of 120×24 on 1920×1080', rows: rowsOf(times) };
}

async function benchEncoded(display: Display, peers: Peers, rounds: number): Promise<Table> {
  const capture = new Capture(display);
  capture.update(size);
  const rgba = (): Buffer => {
    capture.update(size);
    return cutRgba(capture.pixels, size.width, whole);
  };
  const times = await alternate(Math.min(rounds, 20), [
    { name: 'to RGBA (ours)', run: rgba },
    ...byNut(peers, 'rgb', 'grab() and toRGB()'),
    { name: 'to a PNG in memory (ours)', run: () => encodePng({ ...size, data: rgba() }) },
    ...byNut(peers, 'file', 'capture() to a file'),
    ...(peers.scrot ? [peers.scrot] : []),
  ]);
  capture.close();
  return { title: 'Capture: from 1920×1080 on the screen', rows: rowsOf(times) };
}

async function benchHandedOver(desktop: Desktop, painter: Painter, rounds: number): Promise<Table> {
  const draw = (round: number): void =>
    painter.paint({ x: 1500, y: 500, width: 120, height: 24 }, 0x101010 * ((round % 14) + 1));
  const times = await alternate(Math.min(rounds, 40), [
    {
      name: 'pixels after a change of 120×24 (ours)',
      run: (round) => (draw(round), desktop.picture()),
    },
    { name: 'pixels, unchanged (ours)', run: () => desktop.picture() },
    { name: 'PNG, unchanged (ours)', run: () => desktop.screenshot() },
    {
      name: 'PNG after a change of 120×24, and decoded',
      run: async (round) => {
        draw(round + 1);
        return decodePng((await desktop.screenshot()).png);
      },
    },
  ]);
  return { title: 'Capture: handed over to the worker, 1920×1080', rows: rowsOf(times) };
}

/** The X server of a sandbox runs as another account and in other namespaces. */
async function benchSandbox(rounds: number): Promise<Table> {
  const brokerProcess = await startBroker({ user: process.getuid?.() ?? 0 });
  const broker = await connectBroker(brokerProcess.socket);
  try {
    const sandbox = await broker.provision({
      ...({ level: 'elevated', network: 'offline', locale: 'C.UTF-8' } as const),
      display: size,
    });
    const title = 'Capture: in a sandbox, 1920×1080';
    return { title, rows: rowsOf(await timesIn(await sandbox.start(), rounds), { aim: 1.2 }) };
  } finally {
    await broker.close();
    await brokerProcess.stop();
  }
}

async function timesIn(address: DesktopAddress, rounds: number): ReturnType<typeof alternate> {
  const display = await connectDisplay(address, performance.now() + 5_000);
  const shared = createSharedSurface(display, bytes);
  const screen = new Screen(display, { revision: 1 });
  const times = await alternate(rounds, [
    { name: `a usable view (${screen.way})`, run: () => shared?.capture([whole]) },
    { name: 'nothing changed', run: () => void screen.look() },
  ]);
  screen.close();
  shared?.close();
  display.close();
  return times;
}
