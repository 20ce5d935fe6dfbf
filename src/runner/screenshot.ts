import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import type { Desktop, Element } from '../desktop/index.js';
import { compareFrames, decodePng, encodePng, type Rect } from '../image/index.js';
import type { Check } from '../spec/index.js';
import { findMask } from '../agent/index.js';

/** How long the screen may take to become still and like its baseline, in milliseconds. */
const settleTimeout = 5_000;

/**
 * Compares the screen with the baseline beside the spec, until it is alike or stays different. The three
 * pictures of a difference get the names that make Playwright's report show its image slider.
 */
export async function compareWithBaseline(
  context: { readonly desktop: Desktop; readonly testInfo: TestInfo },
  { file, check }: { readonly file: string; readonly check: Extract<Check, { name: 'screenshot' }> },
): Promise<void> {
  const { desktop, testInfo } = context;
  const path = join(`${file}-snapshots`, `${check.baseline}-${process.platform}.png`);
  const expected = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const update = testInfo.config.updateSnapshots;
  if (expected === undefined || update === 'all') {
    const png = await stillScreen(desktop);
    if (expected === undefined && update === 'none') throw missing(path, 'and this run may not write it');
    if (expected === undefined && process.env['CI']) throw missing(path, 'and a run with CI set writes none');
    await save(path, png);
    if (expected === undefined)
      throw missing(path, 'so the screen was saved there. Look at it, then run again');
    return;
  }
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
    if (update === 'changed') return save(path, shot.png);
    const pictures = {
      expected,
      actual: shot.png,
      ...(comparison.diff && { diff: encodePng(comparison.diff) }),
    };
    await attachPictures(testInfo, check.baseline, pictures);
    throw new Error(
      check.not
        ? `the screen is still like the baseline ${path}`
        : `the screen differs from its baseline: ${comparison.differentPixels} pixels (${(comparison.ratio * 100).toFixed(2)} %). ` +
            `If the new look is right: codex-test ${file} --update-snapshots`,
    );
  }
}

function missing(path: string, what: string): Error {
  return new Error(`there is no baseline ${path}, ${what}. To make baselines: codex-test --update-snapshots`);
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

async function save(path: string, png: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, png);
}

async function attachPictures(
  testInfo: TestInfo,
  name: string,
  pictures: Readonly<Record<string, Buffer>>,
): Promise<void> {
  for (const [kind, png] of Object.entries(pictures)) {
    const path = testInfo.outputPath(`${name}-${kind}.png`);
    await writeFile(path, png);
    await testInfo.attach(`${name}-${kind}.png`, { path, contentType: 'image/png' });
  }
}
