import type { Desktop } from '../../desktop/index.js';
import { compareFrames, type Frame, type ReadText } from '../../image/index.js';
import { needsTree, readMasks, survey } from './masks.js';
import type { MaskBoxes, Named } from './masks.js';
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

interface Taking extends Named {
  readonly desktop: Desktop;
  readonly read: ReadText | undefined;
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
  const elements = needsTree({ masks, area }) ? await desktop.elements() : [];
  const { scene, found } = await survey({ frame: screen, elements, area }, (all) =>
    readMasks(masks, all, read),
  );
  const frame = scene?.frame ?? screen;
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
