import type { Frame, Rect } from '../frame.js';
import type { Difference, ReadText } from '../judgement.js';
import { elasticFit, inkRatio, rigidFit, textReach, twinOf, type Fit, type Twin } from './alike.js';
import { changedPixels, overlaysOf, patched, type Overlay } from './changes.js';
import { groupsOf, partsOf, type Group } from './parts.js';
import { planesOf, strokesOf } from './plane.js';
import { bare, folded, isNearlySame, readPlaces, textOf, type Reading } from './reading.js';
import { findTone, toned } from './tone.js';

/** Dithering and rounding: levels of a channel that nobody sees. */
const noise = 3;

/** Mean difference of colour in a window; smoothing by sub-pixels stays below. */
const otherColor = 14;

/** The part of the contrast by which smoothing and hinting change a stroke; glyphs differ by more, but not all of them. */
const widestLimit = 0.12;

/** The same for a change in one place of a line, which smoothing does not make. */
const partLimit = 0.03;

interface Scene {
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
export async function strictDifferences(
  expected: Frame,
  actual: Frame,
  readText: ReadText | undefined,
): Promise<readonly Difference[]> {
  const whole = { x: 0, y: 0, width: expected.width, height: expected.height };
  const found: Difference[] = [];
  const tone = findTone(expected, actual);
  const base = tone ? toned(expected, tone) : expected;
  if (tone) {
    const percent = `${tone.percent.toFixed(1)} %`;
    found.push(harmless(whole, 'brightness', `all of it is at most ${percent} brighter or darker`));
  }
  const tolerance = tone ? noise + 1 : noise;
  const overlays = overlaysOf(base, actual, changedPixels(base, actual, tolerance));
  found.push(...overlays.map(overlay));
  const cleared =
    overlays.length === 0
      ? actual
      : patched(
          actual,
          base,
          overlays.map(({ box }) => box),
        );
  const changed = changedPixels(base, cleared, tolerance);
  if (!changed.includes(1)) {
    if (found.length === 0)
      found.push(harmless(whole, 'noise', `no channel is more than ${noise} levels off`));
    return found;
  }
  found.push(...(await compareParts(base, cleared, { changed, readText })));
  return found;
}

async function compareParts(
  expected: Frame,
  actual: Frame,
  { changed, readText }: { readonly changed: Uint8Array; readonly readText: ReadText | undefined },
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
  const isRedrawn = redrawn.length >= 0.5 * texts.length;
  const scene: Scene = {
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
    .map((part) => fill(expected, actual, part));
  const verdicts = fitted.map((each) => judgeGroup(scene, each));
  return [...fills, ...(await settle(verdicts, { expected, actual, readText }))];
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

/** `read`: the shapes do not tell, the text decides; `differs`: it is a change, its text is for the report. */
type Verdict =
  | { readonly is: 'known'; readonly difference: Difference }
  | { readonly is: 'read'; readonly group: Group; readonly box: Rect; readonly fit: Fit }
  | { readonly is: 'differs'; readonly group: Group; readonly box: Rect; readonly mayBeWrapped: boolean };

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

/** At most so many changes are read for the report alone. */
const mostDescribed = 6;

/** Reads the places where the text decides, and some of those that differ anyway. */
async function settle(
  verdicts: readonly Verdict[],
  {
    readText,
    ...frames
  }: { readonly expected: Frame; readonly actual: Frame; readonly readText: ReadText | undefined },
): Promise<readonly Difference[]> {
  const asked = verdicts.filter((verdict) => verdict.is === 'read');
  const changes = verdicts.filter((verdict) => verdict.is === 'differs');
  const described = changes.filter(({ group }) => group.isText).slice(0, mostDescribed);
  const open = [...asked, ...described];
  const readings =
    readText && open.length > 0
      ? await readPlaces(
          readText,
          frames,
          open.map(({ group }) => group),
        )
      : [];
  const isWrapped = isSameInAll(verdicts, readings);
  return verdicts.map((verdict) => {
    if (verdict.is === 'known') return verdict.difference;
    if (isWrapped) return harmless(verdict.box, 'font', 'the same text, wrapped at other words');
    const reading = readings[open.indexOf(verdict)];
    if (verdict.is === 'read' && reading !== undefined && isSameText(reading, verdict.group, verdict.fit)) {
      return redrawnText(verdict.box, verdict.fit);
    }
    if (verdict.is === 'read' && reading === undefined) {
      return real(verdict.box, 'content', 'it is drawn in another way, and nothing read its text');
    }
    return told(verdict.box, reading);
  });
}

/** Whether a wider text was only wrapped at other words: then all lines that are left say the same one after the other. */
function isSameInAll(verdicts: readonly Verdict[], readings: readonly Reading[]): boolean {
  const open = verdicts.filter((verdict) => verdict.is !== 'known');
  if (open.length < 2 || open.length !== readings.length) return false;
  if (open.some((verdict) => verdict.is === 'differs' && !verdict.mayBeWrapped)) return false;
  const all = (side: 'expected' | 'actual'): string =>
    folded(
      readings
        .flatMap((reading) => reading[side])
        .toSorted((a, b) => (Math.abs(a.box.y - b.box.y) > 8 ? a.box.y - b.box.y : a.box.x - b.box.x))
        .map(({ text }) => text)
        .join(''),
    );
  return all('expected') !== '' && isNearlySame(all('expected'), all('actual'));
}

/**
 * Whether both readings say the same where the shapes leave it open. Words whose shapes are the same do not count,
 * so that what the reader gets wrong in them does not matter; a small rest makes up for a sign that it missed.
 */
function isSameText({ expected, actual }: Reading, group: Group, { light, columns }: Fit): boolean {
  const texts = ([expected, actual] as const).map((words, side) => {
    const open = words.filter(({ box }) => {
      const from = Math.max(0, Math.floor(box.x) - group.x);
      return columns[side]!.subarray(from, Math.ceil(box.x + box.width) - group.x).some(
        (rest) => rest >= widestLimit,
      );
    });
    return { all: textOf(words), open: textOf(open) };
  });
  const [a, b] = [texts[0]!, texts[1]!];
  if (light < 0.2 && (bare(a.all) === bare(b.all) || bare(a.open) === bare(b.open))) return true;
  if (a.all === '') return false;
  return isNearlySame(folded(a.all), folded(b.all)) || (a.open !== '' && folded(a.open) === folded(b.open));
}

function told(box: Rect, reading: Reading | undefined): Difference {
  if (reading === undefined) return real(box, 'content', 'it looks otherwise');
  const [expected, actual] = [textOf(reading.expected), textOf(reading.actual)];
  if (expected !== actual) return real(box, 'text', `${quoted(expected)} became ${quoted(actual)}`);
  return real(box, 'content', expected === '' ? 'it looks otherwise' : `${quoted(expected)} looks otherwise`);
}

function fill(expected: Frame, actual: Frame, { x, y, width, height }: Rect): Difference {
  const at = ((y + (height >> 1)) * expected.width + x + (width >> 1)) * 4;
  const hex = ({ data }: Frame): string => `#${data.toString('hex', at, at + 3)}`;
  const [before, after] = [hex(expected), hex(actual)];
  const why = before === after ? 'an area has another colour' : `${before} became ${after}`;
  return real({ x, y, width, height }, 'colour', why);
}

function overlay({ box, kind, isIn }: Overlay): Difference {
  const name = kind === 'caret' ? 'a text caret' : 'a mouse pointer';
  return harmless(box, kind, isIn === 'actual' ? `${name} is there now` : `${name} is not there any more`);
}

function slight(box: Rect, { by }: Fit): Difference {
  const far = by === undefined ? 0 : Math.hypot(...by);
  if (far < 0.5) return harmless(box, 'anti-aliasing', 'the same shapes with other edges');
  return harmless(box, 'shift', `the same shapes ${far.toFixed(1)} pixels off`);
}

function redrawnText(box: Rect, { by }: Fit): Difference {
  if (by === undefined) return harmless(box, 'font', 'the same text, slightly larger, smaller or wider set');
  return harmless(box, 'anti-aliasing', 'the same text, smoothed or hinted in another way');
}

function harmless(box: Rect, kind: Difference['kind'], why: string): Difference {
  return { box, kind, isHarmless: true, why };
}

function real(box: Rect, kind: Difference['kind'], why: string): Difference {
  return { box, kind, isHarmless: false, why };
}

function quoted(text: string): string {
  return text === '' ? 'nothing readable' : JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
