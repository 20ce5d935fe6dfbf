import { expect, test } from '@playwright/test';
import { startDesktopProcess, startTextReader } from './index.js';
import { startTestDesktop } from './linux/testing.js';
import { startPainter } from './linux/testingPainter.js';
import { createReading } from './reading.js';

test('after the first time only what changed is read, and all else is known', async () => {
  const real = await startTestDesktop({ size: '640x480' });
  const owner = startDesktopProcess();
  const reader = startTextReader();
  try {
    const desktop = await owner.connect(real.address);
    const painter = await startPainter(real.address);
    painter.paint({ x: 0, y: 0, width: 640, height: 480 }, 0);
    const rows = ['Settings of the printer', 'Paper tray one', 'Colour', 'Duplex'];
    for (const [index, text] of rows.entries()) painter.write(text, 40, 60 + 50 * index);
    const read = createReading(desktop, reader);
    const texts = async (): Promise<readonly string[]> => (await read()).lines.map(({ text }) => text);
    expect(await texts()).toEqual(rows);

    painter.write('Paper tray two', 40, 110);
    expect(await texts()).toEqual(['Settings of the printer', 'Paper tray two', 'Colour', 'Duplex']);
    expect(reader.statistics()).toMatchObject({ recognised: 1 });
    expect(reader.statistics()?.searchedPixels).toBeLessThan((640 * 480) / 10);

    // What comes and goes elsewhere.
    painter.paint({ x: 0, y: 190, width: 640, height: 40 }, 0);
    painter.write('Two sides', 300, 310);
    expect(await texts()).toEqual(['Settings of the printer', 'Paper tray two', 'Colour', 'Two sides']);
    expect(await read()).toBe(await read());
    painter.close();
  } finally {
    await reader.close();
    await owner.close();
    await real.close();
  }
});
