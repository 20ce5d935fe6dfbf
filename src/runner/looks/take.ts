import type { Desktop } from '../../desktop/index.js';
import { compareFrames, type Frame, type ReadText } from '../../image/index.js';
import { readMasks, sceneOf } from './masks.js';
import type { Area, FoundMasks, Mask, MaskBoxes } from './masks.js';
import { encodeLook } from './note.js';
import type { Look } from './settle.js';
import { lookAt, untilStill } from './view.js';

/** A screen that is to become a baseline. */
export interface Taken {
  readonly frame: Frame;
  readonly masks: MaskBoxes;
  readonly png: Buffer;
  /** What is named and not on the screen, and why. */
  readonly missing: readonly string[];
}

interface Taking {
  readonly desktop: Desktop;
  readonly read: ReadText | undefined;
  readonly masks: readonly Mask[];
  readonly area: Area | undefined;
  /** How long what is named may take to be there, in milliseconds. */
  readonly within: number;
}

/** Takes what is compared when it has become still and all that is named is there, or when that takes too long. */
export async function takeScreen(taking: Taking): Promise<Taken> {
  const deadline = performance.now() + taking.within;
  const { desktop } = taking;
  await untilStill(desktop);
  for (;;) {
    const { taken, revision } = await takeOnce(taking);
    const left = deadline - performance.now();
    if (taken.missing.length === 0 || left <= 0) return taken;
    await desktop.waitForChange({ since: revision, timeout: Math.min(left, 200) });
  }
}

async function takeOnce({
  desktop,
  read,
  masks,
  area,
}: Taking): Promise<{ readonly taken: Taken; readonly revision: number }> {
  const { frame: screen, revision } = await lookAt(desktop);
  const isTreeNeeded = area !== undefined || masks.some(({ by }) => by !== 'region');
  const elements = isTreeNeeded ? await desktop.elements() : [];
  let frame = screen;
  let found: FoundMasks = { boxes: new Map(), missing: [], unread: [] };
  try {
    const scene = sceneOf(screen, elements, area);
    frame = scene.frame;
    found = await readMasks(masks, scene, read);
  } catch (error) {
    found = { ...found, missing: [error instanceof Error ? error.message : String(error)] };
  }
  const { boxes, missing } = found;
  return { taken: { frame, masks: boxes, missing, png: encodeLook(frame, masks, boxes) }, revision };
}

/** The look that a screen differs least from; undefined without any. */
export function nearestLook(looks: readonly Look[], { frame, masks }: Taken): Look | undefined {
  const here = [...masks.values()].flat();
  const distances = looks.map((look) => {
    const there = [...look.masks.values()].flat();
    return { look, ratio: compareFrames(look.frame, frame, { masks: [...here, ...there] }).ratio };
  });
  return distances.toSorted((a, b) => a.ratio - b.ratio)[0]?.look;
}
