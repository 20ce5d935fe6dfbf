import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TestInfo } from '@playwright/test';
import type { Desktop } from '../desktop/index.js';
import { encodePng, type Level, type ReadText } from '../image/index.js';
import {
  acceptVariable,
  alsoVariable,
  baselineFiles,
  baselinePath,
  lookPaths,
  mostLooks,
  readLooks,
  writeBaseline,
  type Drawing,
} from './baselines.js';
import type { Area, Mask } from './looks/masks.js';
import { decodeLook, encodeLook } from './looks/note.js';
import { settle, type Look, type Outcome, type Tolerance } from './looks/settle.js';
import { nearestLook, takeScreen, type Taken } from './looks/take.js';
import { acceptCommand, describeDifferences, drawDifferences, listDifferences, shown } from './looks/tell.js';

/** How long the screen may take to become still and like its baseline, in milliseconds. */
const settleTimeout = 5_000;

/** How the screens of a test are drawn, compared and read. */
export interface Looking {
  readonly drawing: Drawing;
  /** Where a check does not say it. */
  readonly level: Level;
  readonly read?: ReadText;
}

export interface ScreenContext {
  readonly desktop: Desktop;
  readonly testInfo: TestInfo;
  readonly looking: Looking;
}

/** The screen is not as its baseline, or has none. */
export class ScreenDiffers extends Error {}

/** The screen had no baseline and has one now; the test goes on and fails at its end. */
export class BaselineMade extends ScreenDiffers {}

/** What is to be left out, or is alone to be compared, is not on the screen. */
export class NotOnScreen extends Error {}

export interface Comparison {
  /** The spec beside which the baseline lies. */
  readonly file: string;
  readonly name: string;
  /** Whether it must differ. */
  readonly not: boolean;
  /** How long it may take, in milliseconds; 5 s by default. */
  readonly within?: number | undefined;
  readonly level?: Level | undefined;
  readonly tolerance?: Tolerance;
  readonly masks: readonly Mask[];
  /** What alone is compared; the whole screen without it. */
  readonly area?: Area | undefined;
}

/**
 * Compares the screen with the looks of the baseline beside the spec, until it is like one of them or stays different. The
 * three pictures of a difference get the names that make Playwright's report show its image slider.
 */
export async function compareWithBaseline(context: ScreenContext, comparison: Comparison): Promise<void> {
  const { testInfo, looking } = context;
  const { name, masks, area, not, tolerance = {} } = comparison;
  const accepted = process.env[acceptVariable];
  // The others are not what this run is about, and none of them may keep it from the one that is.
  if (accepted !== undefined && accepted !== name) return;
  const looks = readLooks(placeOf(context, comparison)).map((baseline) => decodeLook(baseline));
  if (accepted !== undefined) return acceptScreen(context, comparison, looks);
  if (looks.length === 0) return makeBaseline(context, comparison);
  const update = updating(testInfo);
  if (update === 'all' && !not) {
    const taken = await take(context, comparison);
    return writeBaseline(nearestLook(looks, taken)!.path, taken.png);
  }
  const level = comparison.level ?? looking.level;
  const outcome = await settle(
    { desktop: context.desktop, read: looking.read, looks, level, tolerance, masks, area },
    { not, within: comparison.within ?? settleTimeout },
  );
  if (outcome.missing.length > 0) return failMissing(context, comparison, outcome);
  if (outcome.isAlike !== not) return noteHarmless(context, comparison, { outcome, looks });
  if (update === 'changed' && !not)
    return writeBaseline(outcome.look.path, encodeLook(outcome.frame, masks, outcome.masks));
  await fail(context, comparison, { outcome, looks });
}

function placeOf({ looking: { drawing } }: ScreenContext, { file, name }: Comparison) {
  return { spec: file, name, drawing };
}

interface Compared {
  readonly outcome: Outcome;
  readonly looks: readonly Look[];
}

async function fail(
  { testInfo }: ScreenContext,
  { file, name, not, area }: Comparison,
  { outcome, looks }: Compared,
): Promise<never> {
  const { look, judgement, frame } = outcome;
  await attachPictures(testInfo, name, {
    expected: look.png,
    actual: encodePng(frame),
    ...(not ? {} : { diff: encodePng(drawDifferences(outcome)) }),
  });
  const what = area?.said ?? 'the screen';
  if (not) throw new ScreenDiffers(`${what} is still like the baseline ${shown(look.path)}`);
  const differences = describeDifferences(outcome);
  const all = listDifferences(outcome);
  if (all !== differences)
    await testInfo.attach(`${name} - all differences.txt`, { body: all, contentType: 'text/plain' });
  const place = { file, line: testInfo.line, name };
  testInfo.annotations.push({ type: 'accept', description: acceptCommand(place) });
  const count = `${judgement.differentPixels} pixels (${(judgement.ratio * 100).toFixed(2)} %)`;
  const from =
    looks.length === 1
      ? `differs from its baseline: ${count}.`
      : `differs from all ${looks.length} looks of its baseline; nearest is ${basename(look.path)}: ${count}.`;
  const lines = [
    `${what} ${from}`,
    differences,
    ...(outcome.unread === undefined ? [] : [`The picture could not be read: ${outcome.unread}`]),
    `If the new look is right: ${acceptCommand(place)}`,
    ...(looks.length < mostLooks ? [`If both are right: ${acceptCommand(place, 'also')}`] : []),
  ];
  throw new ScreenDiffers(lines.join('\n'));
}

async function failMissing(
  { testInfo }: ScreenContext,
  { name }: Comparison,
  { missing, frame }: { readonly missing: readonly string[]; readonly frame: Outcome['frame'] },
): Promise<never> {
  await attachPictures(testInfo, name, { actual: encodePng(frame) });
  throw new NotOnScreen(missing.join('\n'));
}

/** Says in the report what was forgiven, which nobody would look for in a test that has passed. */
function noteHarmless(
  { testInfo }: ScreenContext,
  { name, not }: Comparison,
  { outcome, looks }: Compared,
): void {
  const { length } = outcome.judgement.differences;
  if (not || (length === 0 && looks.length === 1)) return;
  const but = length === 0 ? '' : ` but for:\n${describeDifferences(outcome)}`;
  const description = `${name} is like ${basename(outcome.look.path)}${but}`;
  testInfo.annotations.push({ type: 'screenshot', description });
}

/** Playwright's rule of this run for snapshots, but that one with CI set never writes any. */
function updating(testInfo: TestInfo): TestInfo['config']['updateSnapshots'] {
  return process.env['CI'] ? 'none' : testInfo.config.updateSnapshots;
}

async function take(context: ScreenContext, comparison: Comparison): Promise<Taken> {
  const { desktop, looking } = context;
  const { masks, area, within = settleTimeout } = comparison;
  const taken = await takeScreen({ desktop, read: looking.read, masks, area, within });
  return taken.missing.length > 0 ? failMissing(context, comparison, taken) : taken;
}

/** Takes the screen in place of the look that it comes nearest to, or as another one. */
async function acceptScreen(
  context: ScreenContext,
  comparison: Comparison,
  looks: readonly Look[],
): Promise<void> {
  const place = placeOf(context, comparison);
  const taken = await take(context, comparison);
  const isOther = process.env[alsoVariable] !== undefined;
  const taking = isOther ? undefined : nearestLook(looks, taken)?.path;
  const used = new Set(looks.map(({ path }) => path));
  const free = lookPaths(place).find((path) => !used.has(path));
  const path = taking ?? free;
  if (path === undefined) throw new Error(`${comparison.name} has ${mostLooks} looks already; remove one`);
  writeBaseline(path, taken.png);
}

/** Follows Playwright's rules for a missing snapshot. */
async function makeBaseline(context: ScreenContext, comparison: Comparison): Promise<void> {
  const { testInfo } = context;
  const { name, file } = comparison;
  const path = baselinePath(placeOf(context, comparison));
  const update = updating(testInfo);
  const { png, frame } = await take(context, comparison);
  const asked = update !== 'default' && update !== 'none';
  if (asked) return writeBaseline(path, png);
  await attachPictures(testInfo, name, { actual: encodePng(frame) });
  const others = baselineFiles(file).filter((each) => each.name === name);
  const list = others.map((each) => `${basename(each.path)} (${each.drawn})`).join(', ');
  const made = others.length === 0 ? '' : `It was made for other screens: ${list}. `;
  const advice = `${made}To make baselines: codex-test --update-snapshots`;
  if (process.env['CI'])
    throw new ScreenDiffers(
      `there is no baseline ${shown(path)}, and a run with CI set writes none. ${advice}, without CI`,
    );
  if (update === 'none')
    throw new ScreenDiffers(`there is no baseline ${shown(path)}, and this run may not write it. ${advice}`);
  writeBaseline(path, png);
  throw new BaselineMade(
    `there was no baseline, so the screen was saved as ${shown(path)}. Look at it, then run again` +
      (made === '' ? '' : `. ${made.trimEnd()}`),
  );
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
