import { expect, test } from '@playwright/test';
import { copyFrame, fillRect, type Color, type Frame } from './frame.js';
import { judgeFrames, type JudgeOptions } from './index.js';
import { flatFrame, noisy } from './testing.js';

const grey: Color = [220, 220, 220];
const green: Color = [0, 140, 40];
/** As light as the green one. */
const red: Color = [222, 40, 40];
const size = { width: 160, height: 90 };

/** A lamp and a button on grey. */
function panel(lamp: Color = green): Frame {
  const frame = flatFrame(size.width, size.height, grey);
  fillRect(frame, { x: 20, y: 20, width: 24, height: 18 }, lamp);
  fillRect(frame, { x: 80, y: 50, width: 60, height: 24 }, [90, 90, 200]);
  return frame;
}

const kinds = async (expected: Frame, actual: Frame, options?: JudgeOptions): Promise<readonly string[]> =>
  (await judgeFrames(expected, actual, options)).differences.map(
    ({ kind, isHarmless }) => `${isHarmless ? 'harmless' : 'real'} ${kind}`,
  );

test('strict forgives noise and a little brightness, and says so', async () => {
  expect(await kinds(panel(), panel())).toEqual([]);
  expect(await kinds(panel(), noisy(panel(), { by: 2, brighter: 0, seed: 1 }))).toEqual(['harmless noise']);
  const brighter = copyFrame(panel());
  for (let at = 0; at < brighter.data.length; at++)
    if (at % 4 !== 3) brighter.data[at] = Math.min(255, Math.round(panel().data[at]! * 1.02));
  expect(await kinds(panel(), brighter)).toEqual(['harmless brightness']);
});

test('strict sees another colour of the same brightness, what came and what went', async () => {
  const gone = panel(grey);
  for (const [expected, actual] of [
    [panel(), panel(red)],
    [panel(), gone],
    [gone, panel()],
  ] as const) {
    const judgement = await judgeFrames(expected, actual);
    expect(judgement.isAlike).toBe(false);
    const [first] = judgement.differences;
    expect(first).toMatchObject({ isHarmless: false });
    // Within a pixel of the lamp.
    expect(first!.box.x).toBeGreaterThanOrEqual(19);
    expect(first!.box.x + first!.box.width).toBeLessThanOrEqual(45);
  }
});

test('nothing is seen below a mask, and nothing is written to what is compared', async () => {
  const [expected, actual] = [panel(), panel(red)];
  const [before, after] = [Buffer.from(expected.data), Buffer.from(actual.data)];
  const masks = [{ x: 18, y: 18, width: 28, height: 22 }];
  expect(await judgeFrames(expected, actual, { masks })).toMatchObject({
    ...{ isAlike: true, differences: [], differentPixels: 0, ratio: 0 },
  });
  expect([expected.data.equals(before), actual.data.equals(after)]).toEqual([true, true]);
});

test('pixels is what pixelmatch says, also where most of a picture is a little off', async () => {
  // More than half is off by 60 levels of blue, which pixelmatch lets pass at Playwright's threshold.
  const bluish = flatFrame(size.width, size.height, [220, 220, 160]);
  expect(
    await judgeFrames(flatFrame(size.width, size.height, grey), bluish, { level: 'pixels' }),
  ).toMatchObject({
    ...{ isAlike: true, differences: [], differentPixels: 0 },
  });
  const options = { level: 'pixels', threshold: 0.05 } as const;
  const judgement = await judgeFrames(flatFrame(size.width, size.height, grey), bluish, options);
  expect(judgement).toMatchObject({ isAlike: false, differentPixels: size.width * size.height, ratio: 1 });
  expect(judgement.differences).toMatchObject([{ kind: 'content', isHarmless: false }]);
});
