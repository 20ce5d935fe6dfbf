import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { findMask } from '../agent/index.js';
import type { Desktop, Element } from '../desktop/index.js';
import { compareFrames, decodePng, encodePng, type Rect } from '../image/index.js';
import type { Check } from '../spec/index.js';
import { acceptVariable, baselinePath, readBaseline, writeBaseline } from './baselines.js';

/** How long the screen may take to become still and like its baseline, in milliseconds. */
const settleTimeout = 5_000;

interface Context {
  readonly desktop: Desktop;
  readonly testInfo: TestInfo;
}

/** The screen is not as its baseline, or has none. */
export class ScreenDiffers extends Error {}

/** The screen had no baseline and has one now; the test goes on and fails at its end. */
export class BaselineMade extends ScreenDiffers {}

/** What may differ between the screen and its baseline; nothing visible by default. */
export interface Tolerance {
  /** How far the colour of a pixel may be off to count as equal, from 0 to 1; 0.2 by default. */
  readonly threshold?: number;
  /** How many pixels may differ. */
  readonly maxDiffPixels?: number;
  /** Which part of all pixels may differ, from 0 to 1. */
  readonly maxDiffPixelRatio?: number;
}

type Masks = ((elements: readonly Element[]) => readonly Rect[]) | undefined;

export interface Comparison {
  /** The spec beside which the baseline lies. */
  readonly file: string;
  readonly check: Pick<Extract<Check, { name: 'screenshot' }>, 'baseline' | 'not' | 'within'>;
  /** What is painted over in both pictures, in pixels. */
  readonly masks?: Masks;
  readonly tolerance?: Tolerance;
}

/**
 * Compares the screen with the baseline beside the spec, until it is alike or stays different. The three
 * pictures of a difference get the names that make Playwright's report show its image slider.
 */
export async function compareWithBaseline(
  context: Context,
  { file, check, masks, tolerance = {} }: Comparison,
): Promise<void> {
  const { desktop, testInfo } = context;
  const path = baselinePath(file, check.baseline);
  const accepted = process.env[acceptVariable];
  if (accepted !== undefined) {
    // The others are not what this run is about, and none of them may keep it from the one that is.
    return accepted === check.baseline ? writeBaseline(path, await stillScreen(desktop)) : undefined;
  }
  const expected = readBaseline(path);
  const update = updating(testInfo);
  if (expected === undefined) return makeBaseline(context, { path, name: check.baseline });
  if (update === 'all') return writeBaseline(path, await stillScreen(desktop));
  const frame = decodePng(expected);
  const deadline = performance.now() + (check.within ?? settleTimeout);
  for (;;) {
    const actual = await desktop.picture();
    const painted = masks === undefined ? [] : masks(await desktop.elements());
    const { threshold } = tolerance;
    const comparison = compareFrames(frame, actual, {
      masks: painted,
      ...(threshold === undefined ? {} : { threshold }),
    });
    if (isTolerable(comparison, tolerance) !== check.not) return;
    const left = deadline - performance.now();
    if (left > 0) {
      await desktop.waitForChange({
        since: actual.revision,
        timeout: Math.min(left, 200),
        outside: painted,
      });
      continue;
    }
    if (update === 'changed') return writeBaseline(path, encodePng(actual));
    const pictures = {
      expected,
      actual: encodePng(actual),
      ...(comparison.diff && { diff: encodePng(comparison.diff) }),
    };
    await attachPictures(testInfo, check.baseline, pictures);
    throw new ScreenDiffers(
      check.not
        ? `the screen is still like the baseline ${shown(path)}`
        : `the screen differs from its baseline: ${comparison.differentPixels} pixels (${(comparison.ratio * 100).toFixed(2)} %).\n` +
            `If the new look is right: ${adviceFor(file, testInfo.line, check.baseline)}`,
    );
  }
}

/** Of two limits the smaller counts, as in Playwright. */
function isTolerable(
  { equal, differentPixels, ratio }: ReturnType<typeof compareFrames>,
  { maxDiffPixels, maxDiffPixelRatio }: Tolerance,
): boolean {
  if (equal) return true;
  if (maxDiffPixels === undefined && maxDiffPixelRatio === undefined) return false;
  return differentPixels <= (maxDiffPixels ?? Infinity) && ratio <= (maxDiffPixelRatio ?? Infinity);
}

/** Playwright's rule of this run for snapshots, but that one with CI set never writes any. */
function updating(testInfo: TestInfo): TestInfo['config']['updateSnapshots'] {
  return process.env['CI'] ? 'none' : testInfo.config.updateSnapshots;
}

/** Follows Playwright's rules for a missing snapshot. */
async function makeBaseline(
  { desktop, testInfo }: Context,
  { path, name }: { readonly path: string; readonly name: string },
): Promise<void> {
  const update = updating(testInfo);
  const png = await stillScreen(desktop);
  const asked = update !== 'default' && update !== 'none';
  if (asked) return writeBaseline(path, png);
  await attachPictures(testInfo, name, { actual: png });
  const advice = 'To make baselines: codex-test --update-snapshots';
  if (process.env['CI'])
    throw new ScreenDiffers(
      `there is no baseline ${shown(path)}, and a run with CI set writes none. ${advice}, without CI`,
    );
  if (update === 'none')
    throw new ScreenDiffers(`there is no baseline ${shown(path)}, and this run may not write it. ${advice}`);
  writeBaseline(path, png);
  throw new BaselineMade(
    `there was no baseline, so the screen was saved as ${shown(path)}. Look at it, then run again`,
  );
}

function adviceFor(file: string, line: number, name: string): string {
  if (!file.endsWith('.md')) return `codex-test ${shown(file)}:${line} --update-snapshots`;
  return `codex-test accept ${shown(file)}:${line} ${name}`;
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}

/** A picture that stays the same for 200 ms, or the last one after the timeout. */
async function stillScreen(desktop: Desktop): Promise<Buffer> {
  const deadline = performance.now() + settleTimeout;
  while (
    (await desktop.waitForChange({ since: await desktop.revision(), timeout: 200 })) &&
    performance.now() < deadline
  );
  return (await desktop.screenshot()).png;
}

/** The places of elements that phrases such as `the status bar` mean. */
export function masksByName(names: readonly string[]): Masks {
  if (names.length === 0) return undefined;
  return (elements) => names.map((name) => findMask(name, elements).box);
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
