import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { decodePng } from '../../image/index.js';
import * as xcb from '../../native/linux/xcb.js';
import { startDesktopProcess } from '../index.js';
import type { Box, CaptureWay } from '../types.js';
import { connectDisplay, type Display } from './display.js';
import { cutRgba } from './rgba.js';
import { Screen } from './screen.js';
import { createPlainSurface } from './surface.js';
import { startTestDesktop, type TestDesktop } from './testing.js';
import { startPainter, type Painter } from './testingPainter.js';

const derive = promisify(pbkdf2);

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

test('pieces laid over each other are the whole screen, whatever is drawn in between', async () => {
  await onScreen({ size: '640x480' }, async ({ display, screen, painter }) => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const plain = createPlainSurface(display, 640 * 480 * 4);
    let { revision, pieces } = screen.pixels(undefined);
    const picture = Buffer.from(pieces[0]?.rgba ?? []);
    for (let round = 0; round < 60; round++) {
      // From one box to more than are captured, or handed over, one by one.
      for (let box = random(50); box >= 0; box--) {
        const [x, y] = [random(640), random(480)];
        painter.paint(at(x, y, 1 + random(round), 1 + random(round)), random(0x1000000));
        if (random(20) === 0) screen.look();
      }
      ({ revision, pieces } = screen.pixels(revision));
      for (const { box, rgba } of pieces) {
        for (let row = 0; row < box.height; row++)
          rgba.copy(
            picture,
            ((box.y + row) * 640 + box.x) * 4,
            row * box.width * 4,
            (row + 1) * box.width * 4,
          );
      }
      plain.capture([at(0, 0, 640, 480)]);
      expect(picture.equals(cutRgba(plain.pixels, 640, at(0, 0, 640, 480)))).toBe(true);
    }
  });
});

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

test('an event that another request brings along ends a wait', async () => {
  await onScreen({}, async ({ real, display }) => {
    const other = await connectDisplay(real.address, performance.now() + 5_000);
    other.watchProperties('watched');
    other.sync();
    // All threads are busy, so that nothing looks at the socket until it has nothing to tell any more.
    const busy = Array.from({ length: 4 }, () => derive('', '', 200_000, 64, 'sha512'));
    const wait = other.waitForEvent(20_000);
    const property = display.atom('_CODEX_TEST');
    xcb.changeProperty(display.connection, 0, display.root, property, 31, 8, 1, Buffer.from('x'));
    display.sync();
    other.size();
    const first = await Promise.race([wait.then(() => 'event'), Promise.any(busy).then(() => 'thread')]);
    other.close();
    expect(first).toBe('event');
    await Promise.all(busy);
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
