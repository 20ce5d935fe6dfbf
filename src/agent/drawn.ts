import type { Element, ReadDesktop } from '../desktop/types.js';
import { ancestors } from './ground.js';
import { contains } from '../image/index.js';

/** Roles of what an application paints by itself, and tells nothing of. */
const painted = new Set(['drawing area', 'canvas', 'image', 'animation', 'glass pane']);
/** Smaller areas hold no text, in pixels. */
const smallest = { width: 40, height: 15 };

/** The texts that stand in areas of which the accessibility tree tells nothing, read from the picture; undefined without such areas. */
export function drawnTexts(
  desktop: ReadDesktop,
  elements: readonly Element[],
): Promise<readonly Element[]> | undefined {
  const parents = new Set(elements.flatMap((element) => ancestors(element, elements).slice(0, 1)));
  const areas = elements.filter(
    (each) =>
      painted.has(each.role) &&
      !parents.has(each) &&
      each.text === undefined &&
      each.box.width >= smallest.width &&
      each.box.height >= smallest.height,
  );
  if (areas.length === 0) return undefined;
  return desktop
    .texts?.()
    .then((texts) => texts.filter(({ box }) => areas.some((area) => contains(area.box, box))));
}
