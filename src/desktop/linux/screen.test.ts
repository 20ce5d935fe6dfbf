import { expect, test } from '@playwright/test';
import { decodePng } from '../../image/index.js';
import * as xcb from '../../native/linux/xcb.js';
import { startDesktopProcess } from '../index.js';
import type { Box, CaptureWay } from '../types.js';
import { connectDisplay, type Display } from './display.js';
import { Screen } from './screen.js';
import { startTestDesktop, type TestDesktop } from './testing.js';
import { startPainter, type Painter } from './testingPainter.js';

interface Stage {
  readonly real: TestDesktop;
  readonly display: Display;
  readonly screen: Screen;
  readonly painter: Painter;
}

/** Runs `body` before a still screen of its own. */
async function onScreen(
  options: { readonly size?: string; readonly way?: CaptureWay },
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const real = await startTestDesktop(options);
  let display: Display | undefined;
  let painter: Painter | undefined;
  try {
    display = await connectDisplay(real.address, performance.now() + 5_000);
    painter = await startPainter(real.address);
    const screen = new Screen(display, { revision: 1, ...options });
    // The window manager draws once.
    while (await screen.waitForChange({ since: screen.look(), timeout: 200 }));
    await body({ real, display, screen, painter });
    screen.close();
  } finally {
    painter?.close();
    display?.close();
    await real.close();
  }
}

const at = (x: number, y: number, width = 1, height = 1): Box => ({ x, y, width, height });

/** The colour of a pixel of the last picture, as 0xrrggbb. */
function color(screen: Screen, x: number, y: number): number {
  const { width, pieces } = screen.pixels(undefined);
  return (pieces[0]?.rgba.readUInt32BE((y * width + x) * 4) ?? 0) >>> 8;
}

for (const way of ['shared memory', 'socket'] as const) {
  test(`what was drawn is seen where it was drawn, through ${way}`, async () => {
    await onScreen({ way }, async ({ screen, painter }) => {
      expect(screen.way).toBe(way);
      const since = screen.look();
      painter.paint(at(300, 200, 40, 20), 0x12ab34);
      painter.paint(at(700, 600), 0xff0000);
      expect(screen.changes(since)).toEqual({
        revision: since + 1,
        boxes: [at(300, 200, 40, 20), at(700, 600)],
      });
      // The same again changes nothing.
      painter.paint(at(300, 200, 40, 20), 0x12ab34);
      expect(screen.changes(since + 1)).toEqual({ revision: since + 1, boxes: [] });
      const { width, height, pieces } = screen.pixels(since);
      expect({ width, height }).toEqual({ width: 1280, height: 800 });
      expect(pieces).toEqual([
        { box: at(300, 200, 40, 20), rgba: Buffer.alloc(3200, '12ab34ff', 'hex') },
        { box: at(700, 600), rgba: Buffer.from('ff0000ff', 'hex') },
      ]);
      expect(color(screen, 339, 219)).toBe(0x12ab34);
      // More than half of it is captured as a whole, and so is what is not told.
      painter.paint(at(0, 0, 1280, 500), 0x0000ff);
      expect(screen.look()).toBe(since + 2);
      const { png = Buffer.alloc(0) } = screen.screenshot({}) ?? {};
      const all = screen.pixels(undefined).pieces[0]?.rgba;
      expect(decodePng(png).data.equals(all ?? Buffer.alloc(0))).toBe(true);
      expect(screen.screenshot({ known: since + 2 })).toBeUndefined();
    });
  });
}

test('a screen of 3840x2160 is not still when one letter or one pixel of it changes', async () => {
  await onScreen({ size: '3840x2160' }, async ({ screen, painter }) => {
    painter.paint(at(3000, 2000, 400, 100), 0);
    painter.write('Total 1280', 3010, 2040);
    for (const change of [
      () => painter.write('Total 1288', 3010, 2040),
      () => painter.paint(at(3839, 2159), 0x010101),
    ]) {
      const since = screen.look();
      const still = screen.waitForChange({ since, timeout: 5_000 });
      change();
      expect(await still).toBe(true);
      expect(screen.changes(since).boxes).toHaveLength(1);
      expect(await screen.waitForChange({ since: screen.look(), timeout: 200 })).toBe(false);
    }
  });
});

test('a wait can be for some parts of the screen', async () => {
  await onScreen({}, async ({ screen, painter }) => {
    const since = screen.look();
    const clock = at(1200, 0, 80, 20);
    const inside = screen.waitForChange({ since, timeout: 400, within: [at(0, 0, 100, 100)] });
    const outside = screen.waitForChange({ since, timeout: 400, outside: [clock] });
    const anywhere = screen.waitForChange({ since, timeout: 5_000 });
    painter.paint(at(1210, 5, 8, 8), 0xffffff);
    expect(await Promise.all([anywhere, inside, outside])).toEqual([true, false, false]);
    const later = screen.waitForChange({ since, timeout: 5_000, within: [at(0, 0, 100, 100)] });
    const beyond = screen.waitForChange({ since, timeout: 5_000, outside: [clock] });
    painter.paint(at(99, 99, 8, 8), 0xffffff);
    expect(await Promise.all([later, beyond])).toEqual([true, true]);
  });
});

test('a screen that gets another size is another picture', async () => {
  await onScreen({}, async ({ screen, painter }) => {
    const since = screen.look();
    painter.resize(1400, 900);
    painter.paint(at(1390, 890, 10, 10), 0x00ff00);
    expect(screen.changes(since).boxes).toBeUndefined();
    expect(screen.pixels(since)).toMatchObject({
      ...{ width: 1400, height: 900 },
      pieces: [{ box: at(0, 0, 1400, 900) }],
    });
    expect(color(screen, 1399, 899)).toBe(0x00ff00);
    expect(screen.way).toBe('shared memory');
  });
});

test('an application that takes the shared memory from the server hides nothing', async () => {
  await onScreen({}, async ({ display, screen, painter }) => {
    const since = screen.look();
    // Numbers are given in turn, and the last two of them to the memory.
    const next = xcb.generateId(display.connection);
    painter.detach(next - 1);
    painter.detach(next - 2);
    painter.paint(at(1000, 700, 10, 10), 0x00ff00);
    expect(screen.look()).toBe(since + 1);
    expect(color(screen, 1009, 709)).toBe(0x00ff00);
    expect(screen.way).toBe('shared memory');
  });
});

test('the pointer is in the picture only where it is asked for', async () => {
  await onScreen({}, async ({ real, painter }) => {
    painter.paint(at(0, 0, 1280, 800), 0x3060c0);
    const owner = startDesktopProcess();
    try {
      const desktop = await owner.connect(real.address);
      await desktop.perform({ type: 'move', x: 400, y: 300 });
      const plain = decodePng((await desktop.screenshot()).png);
      const shown = decodePng((await desktop.screenshot({ cursor: 'shown' })).png);
      const drawn = [...Array(800 * 1280).keys()].filter(
        (pixel) => plain.data.readUInt32LE(pixel * 4) !== shown.data.readUInt32LE(pixel * 4),
      );
      expect(drawn.length).toBeGreaterThan(20);
      // An arrow points to where it is, from the lower right.
      const [columns, rows] = [
        drawn.map((pixel) => pixel % 1280),
        drawn.map((pixel) => Math.floor(pixel / 1280)),
      ];
      expect(Math.min(...columns)).toBeGreaterThan(395);
      expect(Math.max(...columns)).toBeLessThan(430);
      expect(Math.min(...rows)).toBeGreaterThan(295);
      expect(Math.max(...rows)).toBeLessThan(340);
      expect(decodePng((await desktop.screenshot()).png).data.equals(plain.data)).toBe(true);
    } finally {
      await owner.close();
    }
  });
});
