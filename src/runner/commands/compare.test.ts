import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { decodePng, encodePng, fillRect, type Color, type Frame } from '../../image/index.js';
import { runCli, type CliResult } from '../testing.js';

/** A status lamp on grey, as a file. */
function lamp(path: string, color: Color): string {
  const frame: Frame = { width: 120, height: 60, data: Buffer.alloc(120 * 60 * 4, 255) };
  fillRect(frame, { x: 0, y: 0, width: 120, height: 60 }, [220, 220, 220]);
  fillRect(frame, { x: 40, y: 20, width: 24, height: 18 }, color);
  writeFileSync(path, encodePng(frame));
  return path;
}

const green: Color = [0, 140, 40];
// As light as the green one, which a comparison of grey pictures does not tell from it.
const red: Color = [222, 40, 40];

test('says what differs, draws it, and tells by its exit code', async ({}, testInfo) => {
  const cwd = testInfo.outputPath();
  const compare = (...args: readonly string[]): Promise<CliResult> => runCli(['compare', ...args], { cwd });
  const [before, after] = [
    lamp(testInfo.outputPath('a.png'), green),
    lamp(testInfo.outputPath('b.png'), red),
  ];

  expect(await compare(before, before)).toMatchObject({
    code: 0,
    stdout: 'alike at level=strict; 0 pixels (0.00 %) differ\n',
    stderr: '',
  });
  const told = await compare(before, after, '--diff', 'diff.png');
  expect(told).toMatchObject({ code: 1, stderr: '' });
  expect(told.stdout).toMatch(
    /^different at level=strict; 432 pixels \(6\.00 %\) differ\n- #008c28 became #de2828 at 4\d,2\d \(\d+×\d+, colour\)\n/,
  );
  const diff = decodePng(readFileSync(testInfo.outputPath('diff.png')));
  expect({ width: diff.width, height: diff.height }).toEqual({ width: 120, height: 60 });

  const masked = await compare(before, after, '--mask', '36,16,32x26', '--json');
  expect(masked.code).toBe(0);
  expect(JSON.parse(masked.stdout)).toEqual({
    ...{ isAlike: true, level: 'strict', differences: [] },
    ...{ differentPixels: 0, ratio: 0 },
  });
});

test('bad input is told, and leaves no file', async ({}, testInfo) => {
  const cwd = testInfo.outputPath();
  const picture = lamp(testInfo.outputPath('a.png'), green);
  writeFileSync(testInfo.outputPath('text.png'), 'no picture');
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[picture], /compare takes two pictures, not 1: codex-test compare EXPECTED\.png ACTUAL\.png\n/],
    [[picture, 'gone.png'], /there is no file gone\.png\n/],
    [[picture, '.'], /\. cannot be read: EISDIR/],
    [[picture, 'text.png'], /text\.png: .*not a PNG/],
    [[picture, picture, '--level', 'strikt'], /"strikt" is no level\. Did you mean "strict"\?\n/],
    [[picture, picture, '--mask', '1,2,3'], /"1,2,3" is no mask; write X,Y,WxH/],
    [[picture, picture, '--diff', 'no/such/folder.png'], /cannot be written to no\/such\/folder\.png/],
    [[picture, picture, '--loud'], /Unknown option '--loud'/],
  ];
  for (const [args, message] of wrong) {
    const { code, stderr } = await runCli(['compare', ...args], { cwd });
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(stderr).toMatch(message);
  }
  expect(existsSync(testInfo.outputPath('no'))).toBe(false);
});
