import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { findMask } from '../agent/index.js';
import type { Desktop, Element } from '../desktop/index.js';
import { compareFrames, decodePng, encodePng, type Rect } from '../image/index.js';
import type { Check } from '../spec/index.js';
import { baselinePath, readBaseline, writeBaseline } from './baselines.js';

/** How long the screen may take to become still and like its baseline, in milliseconds. */
const settleTimeout = 5_000;

interface Context {
  readonly desktop: Desktop;
  readonly testInfo: TestInfo;
}

/** The screen had no baseline and has one now; the test goes on and fails at its end. */
export class BaselineMade extends Error {}

/**
 * Compares the screen with the baseline beside the spec, until it is alike or stays different. The three
 * pictures of a difference get the names that make Playwright's report show its image slider.
 */
export async function compareWithBaseline(
  context: Context,
  { file, check }: { readonly file: string; readonly check: Extract<Check, { name: 'screenshot' }> },
): Promise<void> {
  const { desktop, testInfo } = context;
  const path = baselinePath(file, check.baseline);
  const expected = readBaseline(path);
  const update = testInfo.config.updateSnapshots;
  if (expected === undefined) return makeBaseline(context, { path, name: check.baseline });
  if (update === 'all') return writeBaseline(path, await stillScreen(desktop));
  const frame = decodePng(expected);
  const deadline = performance.now() + (check.within ?? settleTimeout);
  for (;;) {
    const shot = await desktop.screenshot();
    const masks = await maskRects(desktop, check.masks);
    const actual = decodePng(shot.png);
    const comparison = compareFrames(frame, actual, { masks });
    if (comparison.equal !== check.not) return;
    const left = deadline - performance.now();
    if (left > 0) {
      await desktop.waitForChange({ since: shot.revision, timeout: Math.min(left, 200) });
      continue;
    }
    if (update === 'changed') return writeBaseline(path, shot.png);
    const pictures = {
      expected,
      actual: shot.png,
      ...(comparison.diff && { diff: encodePng(comparison.diff) }),
    };
    await attachPictures(testInfo, check.baseline, pictures);
    throw new Error(
      check.not
        ? `the screen is still like the baseline ${shown(path)}`
        : `the screen differs from its baseline: ${comparison.differentPixels} pixels (${(comparison.ratio * 100).toFixed(2)} %).\n` +
            `If the new look is right: codex-test ${shown(file)} --update-snapshots`,
    );
  }
}

/** Follows Playwright's rules for a missing snapshot, but that a run with CI set makes none unasked. */
async function makeBaseline(
  { desktop, testInfo }: Context,
  { path, name }: { readonly path: string; readonly name: string },
): Promise<void> {
  const update = testInfo.config.updateSnapshots;
  const png = await stillScreen(desktop);
  const asked = update !== 'default' && update !== 'none';
  if (asked) return writeBaseline(path, png);
  await attachPictures(testInfo, name, { actual: png });
  const advice = 'To make baselines: codex-test --update-snapshots';
  if (update === 'none')
    throw new Error(`there is no baseline ${shown(path)}, and this run may not write it. ${advice}`);
  if (process.env['CI'])
    throw new Error(`there is no baseline ${shown(path)}, and a run with CI set writes none. ${advice}`);
  writeBaseline(path, png);
  throw new BaselineMade(
    `there was no baseline, so the screen was saved as ${shown(path)}. Look at it, then run again`,
  );
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}

/** A picture that stays the same for 200 ms, or the last one after the timeout. */
async function stillScreen(desktop: Desktop): Promise<Buffer> {
  const deadline = performance.now() + settleTimeout;
  let shot = await desktop.screenshot();
  while (
    (await desktop.waitForChange({ since: shot.revision, timeout: 200 })) &&
    performance.now() < deadline
  ) {
    shot = await desktop.screenshot();
  }
  return shot.png;
}

async function maskRects(desktop: Desktop, names: readonly string[]): Promise<readonly Rect[]> {
  if (names.length === 0) return [];
  const elements: readonly Element[] = await desktop.elements();
  return names.map((name) => findMask(name, elements).box);
}

async function attachPictures(
  testInfo: TestInfo,
  name: string,
  pictures: Readonly<Record<string, Buffer>>,
): Promise<void> {
  for (const [kind, png] of Object.entries(pictures)) {
    const path = testInfo.outputPath(`${name}-${kind}.png`);
    await writeFile(path, png);
    // Not by attach(), which makes a copy with another name: Allure finds the three by their names.
    testInfo.attachments.push({ name: `${name}-${kind}.png`, path, contentType: 'image/png' });
  }
}
