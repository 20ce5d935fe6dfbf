import { matchAll, similarity } from '../../agent/index.js';
import type { Element } from '../../desktop/index.js';
import {
  cropFrame,
  grow,
  hasCentre,
  intersection,
  union,
  wholeOf,
  type Frame,
  type ReadText,
  type Rect,
} from '../../image/index.js';

/** What a comparison leaves out. */
export type Mask =
  /** Elements; `find` throws an error that says what is missing. */
  | {
      readonly by: 'elements';
      readonly said: string;
      readonly find: (elements: readonly Element[]) => readonly Rect[];
    }
  /** Whatever is written so. */
  | { readonly by: 'text'; readonly said: string; readonly pattern: RegExp }
  /** A part, in pixels of what is compared. */
  | { readonly by: 'region'; readonly said: string; readonly box: Rect };

/** Where masks are, by how they are written, in pixels of what is compared. */
export type MaskBoxes = ReadonlyMap<string, readonly Rect[]>;

export interface FoundMasks {
  readonly boxes: MaskBoxes;
  /** What masks hide nothing, and why. */
  readonly missing: readonly string[];
  /** Masks whose text is not told by the tree, or only as a part of what it tells. */
  readonly unread: readonly string[];
}

/** What masks are looked for in. */
export interface Scene {
  readonly elements: readonly Element[];
  /** What is compared, and where on the screen it is. */
  readonly frame: Frame;
  readonly area: Rect;
}

/** Finds what the accessibility tree alone tells; a text that is a part of an element has the whole of it. */
export function findMasks(masks: readonly Mask[], { elements, area }: Scene): FoundMasks {
  const boxes = new Map<string, readonly Rect[]>();
  const missing: string[] = [];
  const unread: string[] = [];
  for (const mask of masks) {
    if (mask.by === 'region') boxes.set(mask.said, [mask.box]);
    else if (mask.by === 'text') {
      const { whole, parts } = textBoxes(mask.pattern, elements);
      if (whole.length === 0 || parts.length > 0) unread.push(mask.said);
      boxes.set(mask.said, within(area, [...whole, ...parts.map(({ box }) => box)]));
    } else {
      try {
        boxes.set(mask.said, within(area, mask.find(elements)));
      } catch (error) {
        missing.push(hidesNothing(mask.said, error instanceof Error ? error.message : String(error)));
      }
    }
  }
  return { boxes, missing, unread };
}

/** Finds all, reading the texts in the picture. */
export async function readMasks(
  masks: readonly Mask[],
  scene: Scene,
  read: ReadText | undefined,
): Promise<FoundMasks> {
  const found = findMasks(masks, scene);
  const texts = masks.filter((mask) => mask.by === 'text');
  if (texts.length === 0 || read === undefined) return found;
  const boxes = new Map(found.boxes);
  const missing = [...found.missing];
  const lines = await read(scene.frame, wholeOf(scene.frame));
  for (const { said: mask, pattern } of texts) {
    const { whole, parts } = textBoxes(pattern, scene.elements);
    const told = parts.flatMap(({ box, texts: said }) =>
      within(scene.area, [box]).flatMap((part) =>
        resembling(
          lines.filter((line) => hasCentre(part, line.box)),
          said,
          pattern,
        ),
      ),
    );
    const all = [...within(scene.area, whole), ...boxesIn(lines, pattern), ...told];
    boxes.set(mask, all);
    if (all.length > 0) continue;
    const shown = lines.slice(0, 3).map(({ text }) => `"${text}"`);
    const first = shown.length === 0 ? 'nothing is written there' : `it begins with ${shown.join(', ')}`;
    missing.push(hidesNothing(mask, `no text is so; ${first}`));
  }
  return { boxes, missing, unread: [] };
}

/** The places of texts on a picture that no tree tells of, such as a baseline. */
export async function readTextMasks(
  masks: readonly Mask[],
  frame: Frame,
  read: ReadText,
): Promise<readonly Rect[]> {
  const texts = masks.filter((mask) => mask.by === 'text');
  if (texts.length === 0) return [];
  const lines = await read(frame, wholeOf(frame));
  return texts.flatMap(({ pattern }) => boxesIn(lines, pattern));
}

function hidesNothing(said: string, why: string): string {
  return `the mask ${said} hides nothing: ${why}`;
}

type Lines = Awaited<ReturnType<ReadText>>;

/** An element that says more than the text, or is larger than it, and which texts it says. */
interface Part {
  readonly box: Rect;
  readonly texts: readonly string[];
}

/** Elements that say nothing but the text, and those of which it is a part. */
function textBoxes(
  pattern: RegExp,
  elements: readonly Element[],
): { readonly whole: readonly Rect[]; readonly parts: readonly Part[] } {
  const whole: Rect[] = [];
  const parts: Part[] = [];
  for (const { box, name, text = '', states } of matchAll(
    [{ by: 'text', text: pattern, exact: false }],
    elements,
  )) {
    const said = [text.trim(), name].map((each) => ({
      length: each.length,
      texts: spansIn(each, pattern).map(([start, end]) => each.slice(start, end)),
    }));
    // The place of a field or a document is not that of what is written into it.
    const isField = states.includes('editable') || states.includes('multi line');
    const isAll = !isField && said.some(({ length, texts }) => texts.some((each) => each.length === length));
    if (isAll) whole.push(box);
    else parts.push({ box, texts: said.flatMap(({ texts }) => texts) });
  }
  return { whole, parts };
}

/** Pixels around a word that are hidden with it: another character may be wider, and the reader's boxes lie close. */
const spare = 3;

/** How much of a word may be misread of what the tree says there. */
const misread = 0.6;

/** Where no line is as the pattern says, words that are nearly what the tree tells. */
function resembling(lines: Lines, texts: readonly string[], pattern: RegExp): readonly Rect[] {
  if (boxesIn(lines, pattern).length > 0) return [];
  return lines
    .flatMap(({ text, box, words = [] }) => [{ text, box }, ...words])
    .filter((each) => texts.some((text) => similarity(each.text, text) >= misread))
    .map(({ box }) => grow(box, spare));
}

/** Words of lines that the pattern has found. */
function boxesIn(lines: Lines, pattern: RegExp): readonly Rect[] {
  return lines.flatMap(({ text, box, words = [] }) =>
    spansIn(text, pattern).map(([start, end]) => {
      let at = 0;
      const touched = words.filter((word) => {
        const from = text.indexOf(word.text, at);
        at = from < 0 ? at : from + word.text.length;
        return from >= 0 && from < end && at > start;
      });
      return grow(touched.length === 0 ? box : touched.map((word) => word.box).reduce(union), spare);
    }),
  );
}

/** Where a pattern is found in a text, from and to. */
function spansIn(text: string, pattern: RegExp): readonly (readonly [from: number, to: number])[] {
  const all = new RegExp(pattern.source, `${pattern.flags.replaceAll(/[gy]/g, '')}g`);
  return [...text.matchAll(all)]
    .filter(([found]) => found !== '')
    .map((found) => [found.index, found.index + found[0].length]);
}

function within(area: Rect, boxes: readonly Rect[]): readonly Rect[] {
  return boxes.flatMap((box) => {
    const part = intersection(area, box);
    return part === undefined ? [] : [{ ...part, x: part.x - area.x, y: part.y - area.y }];
  });
}

/** A part of the screen, with the element whose area it is. */
export interface Area {
  readonly said: string;
  /** Throws an error that says what is missing. */
  readonly find: (elements: readonly Element[]) => Rect;
}

/** What a comparison names on the screen. */
export interface Named {
  readonly masks: readonly Mask[];
  readonly area: Area | undefined;
}

/** Whether the accessibility tree says where any of it is. */
export function needsTree({ masks, area }: Named): boolean {
  return area !== undefined || masks.some(({ by }) => by !== 'region');
}

/** What is compared of a screen, and what masks hide of it; what is named and not there is missing. */
export async function survey(
  screen: { readonly frame: Frame; readonly elements: readonly Element[]; readonly area: Area | undefined },
  find: (scene: Scene) => FoundMasks | Promise<FoundMasks>,
): Promise<{ readonly scene: Scene | undefined; readonly found: FoundMasks }> {
  let scene: Scene | undefined;
  try {
    scene = sceneOf(screen.frame, screen.elements, screen.area);
    return { scene, found: await find(scene) };
  } catch (error) {
    const missing = [error instanceof Error ? error.message : String(error)];
    return { scene, found: { boxes: new Map(), missing, unread: [] } };
  }
}

/** All of a screen, or the area. Throws where the area is not on it. */
function sceneOf(frame: Frame, elements: readonly Element[], area: Area | undefined): Scene {
  const screen = wholeOf(frame);
  if (area === undefined) return { elements, frame, area: screen };
  const box = area.find(elements);
  const left = Math.floor(box.x);
  const top = Math.floor(box.y);
  const whole = { x: left, y: top, width: Math.ceil(box.width), height: Math.ceil(box.height) };
  const part = intersection(screen, whole);
  if (part === undefined) throw new Error(`${area.said} is not on the screen`);
  return { elements, frame: cropFrame(frame, part), area: part };
}
