import type { Frame, Rect } from '../frame.js';
import type { Difference, JudgeOptions } from '../judgement.js';
import { elasticFit, inkRatio, rigidFit, shapesOf, textReach, twinOf, type Fit, type Twin } from './alike.js';
import { changedPixels, overlaysOf, patched } from './changes.js';
import { groupsOf, partsOf, type Group } from './parts.js';
import { wholeOf } from '../rect.js';
import { planesOf, strokesOf } from './plane.js';
import { fill, harmless, overlay, real, redrawnText, slight } from './say.js';
import { settle, type Verdict } from './settle.js';
import { findTone, toned } from './tone.js';

/** Dithering and rounding: levels of a channel that nobody sees. */
const noise = 3;

/** Mean difference of colour in a window; smoothing by sub-pixels stays below. */
const otherColor = 14;

/** The part of the contrast by which smoothing and hinting change a stroke; glyphs differ by more, but not all of them. */
const widestLimit = 0.12;

/** The same for a change in one place of a line, which smoothing does not make. */
const partLimit = 0.03;

/** The part of all pixels above which nothing is looked at more closely at the level `strict`: that would take seconds. */
const anotherPicture = 0.3;

/** What is left over of shapes that are the same thing in another look. */
const looseLimit = 0.2;

/** How far things may have moved at the level `layout`, in pixels. */
const looseReach = 8;

/** What the comparison of two pictures needs to know; `level` is never `pixels`. */
export type Rules = Pick<JudgeOptions, 'level' | 'readText' | 'report'>;

interface Scene {
  readonly isLoose: boolean;
  /** Most of the text is drawn in another way, which one changed label is not. */
  readonly isRedrawn: boolean;
  /** Most of it is also set wider or narrower. */
  readonly isStretched: boolean;
  /** What a fit may leave over to count as the same shape. */
  readonly limit: number;
}

interface Changed {
  readonly group: Group;
  /** The part of its columns in which something changed. */
  readonly share: number;
  readonly box: Rect;
}

interface Fitted extends Changed {
  readonly twin: Twin;
  readonly rigid: Fit;
  /** See {@link inkRatio}. */
  readonly ink: number;
}

/** What a person would call a change, and what not, in two pictures of one size. */
export async function differencesOf(
  expected: Frame,
  actual: Frame,
  rules: Rules,
): Promise<readonly Difference[]> {
  const whole = wholeOf(expected);
  const found: Difference[] = [];
  const tone = findTone(expected, actual);
  const base = tone ? toned(expected, tone) : expected;
  if (tone) {
    const percent = `${tone.percent.toFixed(1)} %`;
    found.push(harmless(whole, 'brightness', `all of it is at most ${percent} brighter or darker`));
  }
  const tolerance = tone ? noise + 1 : noise;
  const different = changedPixels(base, actual, tolerance);
  const overlays = overlaysOf(base, actual, different);
  found.push(...overlays.map(overlay));
  const places = overlays.map(({ box }) => box);
  const cleared = places.length === 0 ? actual : patched(actual, base, places);
  const changed = places.length === 0 ? different : changedPixels(base, cleared, tolerance);
  if (!changed.includes(1)) {
    if (found.length === 0)
      found.push(harmless(whole, 'noise', `no channel is more than ${noise} levels off`));
    return found;
  }
  const share = changed.reduce((sum, value) => sum + value, 0) / changed.length;
  if (share > anotherPicture && (rules.level ?? 'strict') === 'strict') {
    const why = `${Math.round(share * 100)} % of its pixels are others`;
    return [real(whole, 'content', why), ...found];
  }
  found.push(...(await compareParts(base, cleared, { changed, rules })));
  return found;
}

async function compareParts(
  expected: Frame,
  actual: Frame,
  { changed, rules }: { readonly changed: Uint8Array; readonly rules: Rules },
): Promise<readonly Difference[]> {
  const { width, height } = expected;
  const [before, after] = [strokesOf(expected), strokesOf(actual)];
  const either = before.map((value, at) => value | after[at]!);
  const flat = changed.map((value, at) => (either[at] === 1 ? 0 : value));
  const { labels, parts } = partsOf(either, width, height);
  const groups = groupsOf(parts);
  const touched = groups.flatMap((group) => changesIn(group, { labels, changed, width }));
  const texts = groups.filter(({ isText }) => isText);
  const planes = [planesOf(expected), planesOf(actual)] as const;
  const fitted = touched.map((each) => {
    const twin = twinOf(...planes, { group: each.group, labels });
    return { ...each, twin, rigid: rigidFit(twin), ink: inkRatio(twin) };
  });
  const redrawn = fitted.filter(({ group, share }) => group.isText && share >= 0.25);
  const usual = upperQuartile(redrawn.map(({ rigid }) => rigid.light));
  const isRedrawn = isRedrawing(redrawn, texts.length);
  const scene: Scene = {
    isLoose: rules.level === 'layout',
    isRedrawn,
    // Two labels do not say what is usual.
    limit: redrawn.length < 3 || !isRedrawn ? widestLimit : Math.min(widestLimit, 0.02 + 1.6 * usual),
    isStretched:
      isRedrawn && redrawn.filter(({ rigid }) => rigid.light > 0.15).length >= 0.3 * redrawn.length,
  };
  const fills = partsOf(flat, width, height)
    .parts.filter((part) => part.pixels >= 6 && !isFringe(part, expected))
    // Where text is set wider, so are the surfaces that it makes room for.
    .filter((part) => !scene.isStretched || Math.min(part.width, part.height) > 3)
    .map((part) => fill(expected, actual, part))
    .map((each) => (scene.isLoose ? { ...each, isHarmless: true } : each));
  const verdicts = fitted.map((each) => {
    const verdict = judgeGroup(scene, each);
    return scene.isLoose ? loosen(scene, each, verdict) : verdict;
  });
  return [...fills, ...(await settle(verdicts, { expected, actual }, rules))];
}

/** With one or two labels only those of several letters of which most changed say that text is drawn in another way. */
function isRedrawing(redrawn: readonly Changed[], texts: number): boolean {
  if (redrawn.length >= 3) return redrawn.length >= 0.5 * texts;
  const isWhole = ({ group, share }: Changed): boolean => share >= 0.4 && group.width >= 3.5 * group.height;
  return redrawn.length > 0 && redrawn.length >= 0.5 * texts && redrawn.every(isWhole);
}

function upperQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(0.75 * values.length)] ?? 0;
}

/** A row or column at the edge of the picture, where a shift brings in what was outside. */
function isFringe({ x, y, width, height }: Rect, frame: Frame): boolean {
  if (width === 1) return x === 0 || x === frame.width - 1;
  return height === 1 && (y === 0 || y === frame.height - 1);
}

function changesIn(
  group: Group,
  scene: { readonly labels: Int32Array; readonly changed: Uint8Array; readonly width: number },
): readonly Changed[] {
  const { labels, changed, width } = scene;
  let [own, touched] = [0, 0];
  let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
  for (let x = group.x; x < group.x + group.width; x++) {
    let [has, differs] = [false, false];
    for (let y = group.y; y < group.y + group.height; y++) {
      const at = y * width + x;
      if (!group.ids.has(labels[at]!)) continue;
      has = true;
      if (changed[at] === 0) continue;
      differs = true;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    if (has) own++;
    if (!differs) continue;
    touched++;
    if (x < left) left = x;
    right = x;
  }
  if (touched === 0) return [];
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  return [{ group, share: touched / own, box }];
}

function judgeGroup(scene: Scene, { group, share, box, twin, rigid, ink }: Fitted): Verdict {
  const { isRedrawn, isStretched } = scene;
  const limit = group.isText ? scene.limit : widestLimit;
  const isPart = group.isText && share < 0.25 && !isRedrawn;
  const isSameInk = ink > 0.8 && ink < 1.25;
  const known = (difference: Difference): Verdict => ({ is: 'known', difference });
  const differs: Verdict = { is: 'differs', group, box, mayBeWrapped: false };
  if (rigid.light < limit && rigid.color >= otherColor)
    return known(real(box, 'colour', 'it has another colour'));
  if (isSameInk && rigid.color < otherColor && rigid.light < (isPart ? partLimit : limit)) {
    return known(slight(box, rigid));
  }
  if (isPart) return differs;
  const reach = isStretched ? textReach(twin) : 1;
  const fit = isStretched || (isRedrawn && !group.isText) ? best(rigid, elasticFit(twin, reach)) : rigid;
  if (fit.color >= otherColor || !isSameInk) return differs;
  if (isStretched && fit.light < widestLimit) return known(redrawnText(box, fit));
  if (!group.isText && isRedrawn && fit.light < (isStretched ? 0.2 : 0.15))
    return known(redrawnText(box, fit));
  if (group.isText && fit.light < (isRedrawn ? 0.35 : 0.18)) return { is: 'read', group, box, fit };
  return { ...differs, mayBeWrapped: isStretched && group.isText };
}

function best(a: Fit, b: Fit): Fit {
  return a.light <= b.light ? a : b;
}

/** At the level `layout` the same shapes in other colours, a few pixels off or in another font are no change. */
function loosen(scene: Scene, { group, box, twin }: Fitted, verdict: Verdict): Verdict {
  if (verdict.is === 'known' && verdict.difference.isHarmless) return verdict;
  if (verdict.is === 'known' && verdict.difference.kind === 'colour') {
    return { is: 'known', difference: { ...verdict.difference, isHarmless: true } };
  }
  const shapes = shapesOf(twin);
  const fit = best(rigidFit(shapes), elasticFit(shapes, looseReach));
  if (fit.light < looseLimit)
    return { is: 'known', difference: harmless(box, 'font', 'the same in another look') };
  const ink = inkRatio(shapes);
  const isThere = ink > 0.4 && ink < 2.5;
  if (group.isText && isThere) return { is: 'read', group, box, fit };
  if (scene.isRedrawn && isThere) {
    return { is: 'known', difference: harmless(box, 'content', 'something is there in both looks') };
  }
  return { is: 'differs', group, box, mayBeWrapped: false };
}
