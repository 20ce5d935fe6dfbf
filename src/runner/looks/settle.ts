import type { Desktop } from '../../desktop/index.js';
import {
  changedBounds,
  judgeFrames,
  overlaps,
  type Frame,
  type Judgement,
  type Level,
  type ReadText,
} from '../../image/index.js';
import { findMasks, needsTree, readMasks, readTextMasks, survey } from './masks.js';
import type { FoundMasks, MaskBoxes, Named, Scene } from './masks.js';
import { lookAt, type View } from './view.js';

/** What may differ though the level does not allow it, as in Playwright. */
export interface Tolerance {
  /** How far the colour of a pixel may be off to count as equal, from 0 to 1; 0.2 by default. */
  readonly threshold?: number;
  /** How many pixels may differ. */
  readonly maxDiffPixels?: number;
  /** Which part of all pixels may differ, from 0 to 1. */
  readonly maxDiffPixelRatio?: number;
}

/** A look of the baseline. */
export interface Look {
  readonly path: string;
  readonly png: Buffer;
  readonly frame: Frame;
  /** Where the masks were when it was made. */
  readonly masks: MaskBoxes;
}

/** What is compared with what, and how. */
export interface Wanted extends Named {
  readonly desktop: Desktop;
  /** Reads text in pictures; without it only the tree tells of text. */
  readonly read: ReadText | undefined;
  readonly looks: readonly Look[];
  readonly level: Level;
  readonly tolerance: Tolerance;
}

/** What is to be compared as it was on the screen at one time. */
interface Seen {
  readonly view: View;
  /** Undefined where the area is not on the screen. */
  readonly scene: Scene | undefined;
  readonly masks: FoundMasks;
  /** Tells it from what is at another place. */
  readonly key: string;
}

/** How a screen compares with its looks. */
export interface Outcome {
  readonly isAlike: boolean;
  /** The look that it is like, or else comes nearest to. */
  readonly look: Look;
  readonly judgement: Judgement;
  /** What was compared with it. */
  readonly frame: Frame;
  readonly masks: MaskBoxes;
  /** Why it cannot be compared. */
  readonly missing: readonly string[];
  /** Why it was judged by shapes alone. */
  readonly unread?: string;
}

/** How long nothing may change until the screen is believed to be what is wanted, in milliseconds. */
const quiet = 200;
/** A tree may tell of a change a moment after it was drawn. */
const treeDelay = 100;

/**
 * Compares what is on the screen with the looks whenever it changes, until it is alike (or with `not` is not) or the time is
 * over; the last of it is judged with all that there is. Text is read only of a screen that is still, or may be alike.
 */
export async function settle(
  wanted: Wanted,
  { not, within }: { readonly not: boolean; readonly within: number },
): Promise<Outcome> {
  const deadline = performance.now() + within;
  const quick = quickJudge(wanted);
  const full = fullJudge(wanted);
  let seen: Seen | undefined;
  let isQuiet = false;
  for (;;) {
    const isLast = performance.now() >= deadline;
    seen = await see(wanted, seen);
    const guess = await quick(seen);
    if (typeof guess === 'object' && !not) return guess;
    if (isLast || isQuiet || guess === 'unknown' || not) {
      const changed = isLast ? new Promise<never>(() => {}) : change(wanted, seen, deadline);
      // What is being read meanwhile becomes known to the reader, and is looked up when it is asked for again.
      const outcome = await Promise.race([full(seen), changed]);
      const isJudged = typeof outcome === 'object' && (outcome.missing.length === 0 || isLast);
      if (isJudged && (isLast || outcome.isAlike !== not)) return outcome;
      if (outcome === 'changed') continue;
    }
    const left = Math.max(0, deadline - performance.now());
    const timeout = Math.min(left, isQuiet && !needsTree(wanted) ? left : isQuiet ? treeDelay : quiet);
    isQuiet = !(await waitForChange(wanted, seen, timeout));
  }
}

async function change(wanted: Wanted, seen: Seen, deadline: number): Promise<'changed'> {
  await waitForChange(wanted, seen, Math.max(0, deadline - performance.now()));
  return 'changed';
}

/** Waits for a change that can matter: in what is compared, and not behind a mask that hides all of its place. */
function waitForChange(wanted: Wanted, { view, scene, masks }: Seen, timeout: number): Promise<boolean> {
  const since = { since: view.revision, timeout };
  if (scene === undefined) return wanted.desktop.waitForChange(since);
  const { area } = scene;
  const hidden = wanted.masks.filter(({ by }) => by !== 'text');
  const outside = hidden
    .flatMap(({ said }) => masks.boxes.get(said) ?? [])
    .map((box) => ({ ...box, x: box.x + area.x, y: box.y + area.y }));
  return wanted.desktop.waitForChange({ ...since, within: [area], outside });
}

async function see(wanted: Wanted, last: Seen | undefined): Promise<Seen> {
  const { desktop, masks, area } = wanted;
  const view = await lookAt(desktop, last?.view);
  const isTreeNeeded = needsTree(wanted);
  if (view === last?.view && !isTreeNeeded) return last;
  const elements = isTreeNeeded ? await desktop.elements() : [];
  const { scene, found } = await survey({ frame: view.frame, elements, area }, (all) =>
    findMasks(masks, all),
  );
  const key = JSON.stringify([scene?.area, [...found.boxes], found.missing]);
  if (view === last?.view && key === last.key) return last;
  return { view, scene, masks: found, key };
}

/** What is known without reading: an outcome that is alike, `unknown` where text decides, or `different`. */
type Guess = Outcome | 'different' | 'unknown';

/** Judges by shapes alone, each screen once, and not at all while a difference seen before is still there. */
function quickJudge(wanted: Wanted): (seen: Seen) => Promise<Guess> {
  const last = new Map<Look, { readonly seen: Seen; readonly scene: Scene; readonly judgement: Judgement }>();
  const guesses = new WeakMap<Seen, Guess>();
  const judge = async (seen: Seen): Promise<Guess> => {
    const { scene, masks } = seen;
    if (scene === undefined || masks.missing.length > 0) return 'different';
    for (const look of wanted.looks) {
      const before = last.get(look);
      if (before !== undefined && before.seen.key === seen.key && isStillDifferent(before, scene)) continue;
      const judgement = await compare(wanted, { look, scene, boxes: masks.boxes, read: undefined });
      if (!isTolerable(judgement, wanted.tolerance)) {
        if (isStrict(wanted.tolerance)) last.set(look, { seen, scene, judgement });
        continue;
      }
      if (masks.unread.length > 0) return 'unknown';
      return { isAlike: true, look, judgement, frame: scene.frame, masks: masks.boxes, missing: [] };
    }
    return 'different';
  };
  return async (seen) => {
    const known = guesses.get(seen) ?? (await judge(seen));
    guesses.set(seen, known);
    return known;
  };
}

/** Kinds of differences that nothing elsewhere on the screen can undo. */
const local: ReadonlySet<string> = new Set(['text', 'colour', 'content']);

/** Whether a place that differed is as it was. */
function isStillDifferent(
  { scene, judgement }: { readonly scene: Scene; readonly judgement: Judgement },
  { frame }: Scene,
): boolean {
  const changed = changedBounds(scene.frame, frame);
  if (changed === undefined) return true;
  return judgement.differences.some(
    ({ box, kind, isHarmless }) => !isHarmless && local.has(kind) && !overlaps(box, changed),
  );
}

/** How many screens are remembered: a caret that blinks shows two. */
const remembered = 3;

/** Judges with all that is written, each screen once. */
function fullJudge(wanted: Wanted): (seen: Seen) => Promise<Outcome> {
  const known: { readonly seen: Seen; readonly outcome: Promise<Outcome> }[] = [];
  return (seen) => {
    const frame = seen.scene?.frame;
    const same = known.find(
      (each) =>
        each.seen === seen ||
        (each.seen.key === seen.key &&
          frame !== undefined &&
          each.seen.scene?.frame.data.equals(frame.data) === true),
    );
    if (same !== undefined) return same.outcome;
    const outcome = judgeFully(wanted, seen).catch(async (error: unknown) => {
      const unread = error instanceof Error ? error.message : String(error);
      return { ...(await judgeFully({ ...wanted, read: undefined }, seen)), unread };
    });
    // Nobody may be waiting for it any more when it fails.
    outcome.catch(() => {});
    known.push({ seen, outcome });
    if (known.length > remembered) known.shift();
    return outcome;
  };
}

async function judgeFully(wanted: Wanted, { view, scene, masks }: Seen): Promise<Outcome> {
  const { looks, read, tolerance } = wanted;
  if (scene === undefined) {
    const [look] = looks;
    const judgement = await judgeFrames(look!.frame, view.frame, { level: 'pixels' });
    const { boxes, missing } = masks;
    return { isAlike: false, look: look!, judgement, frame: view.frame, masks: boxes, missing };
  }
  const { boxes, missing } = await readMasks(wanted.masks, scene, read);
  let nearest: Outcome | undefined;
  for (const look of looks) {
    const judgement = await compare(wanted, { look, scene, boxes, read });
    const isAlike = missing.length === 0 && isTolerable(judgement, tolerance);
    const outcome = { isAlike, look, judgement, frame: scene.frame, masks: boxes, missing };
    if (isAlike) return outcome;
    // A look of another size says less than any of the same.
    if (nearest === undefined || distance(outcome) < distance(nearest)) nearest = outcome;
  }
  return nearest!;
}

function distance({ look, frame, judgement }: Outcome): number {
  const isSameSize = look.frame.width === frame.width && look.frame.height === frame.height;
  return judgement.ratio + (isSameSize ? 0 : 1);
}

async function compare(
  { level, tolerance: { threshold }, masks }: Wanted,
  given: {
    readonly look: Look;
    readonly scene: Scene;
    readonly boxes: MaskBoxes;
    readonly read: ReadText | undefined;
  },
): Promise<Judgement> {
  const { look, scene, boxes, read } = given;
  const unplaced = masks.filter(({ said }) => !look.masks.has(said));
  const placed = masks.flatMap(({ said }) => look.masks.get(said) ?? []);
  // One that was written into the spec after the baseline was made.
  const drawn = read === undefined ? [] : await readTextMasks(unplaced, look.frame, read);
  return judgeFrames(look.frame, scene.frame, {
    level,
    masks: [...[...boxes.values()].flat(), ...placed, ...drawn],
    ...(threshold === undefined ? {} : { threshold }),
    ...(read === undefined ? {} : { readText: read }),
  });
}

/** Whether one difference is enough. */
function isStrict({ maxDiffPixels, maxDiffPixelRatio }: Tolerance): boolean {
  return maxDiffPixels === undefined && maxDiffPixelRatio === undefined;
}

/** Of two limits the smaller counts, as in Playwright. */
function isTolerable(judgement: Judgement, tolerance: Tolerance): boolean {
  const { maxDiffPixels, maxDiffPixelRatio } = tolerance;
  if (judgement.isAlike || isStrict(tolerance)) return judgement.isAlike;
  const { differentPixels, ratio } = judgement;
  return differentPixels <= (maxDiffPixels ?? Infinity) && ratio <= (maxDiffPixelRatio ?? Infinity);
}
