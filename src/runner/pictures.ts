import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Desktop, Element, ReadDesktop } from '../desktop/index.js';
import type { Position, SpecTest } from '../spec/index.js';
import { decodePng, findPicture, type Frame, type Rect } from '../image/index.js';

/** A picture that may be somewhere on the screen. */
export interface Sought {
  /** As the spec names it. */
  readonly path: string;
  readonly png: Buffer;
  readonly frame: Frame;
}

const quotedPng = /["“]([^"”\\]+\.png)["”]/gi;

/** A picture that a check looks for and that is no file. */
export interface Missing {
  readonly message: string;
  readonly position: Position;
  /** The spec that the check stands in, when it is another one. */
  readonly file?: string;
}

/** The pictures that checks of a test look for and that are not there. */
export function missingPictures(
  spec: string,
  { steps, expectations }: Pick<SpecTest, 'steps' | 'expectations'>,
): readonly Missing[] {
  return [...steps.flatMap((step) => step.expectations), ...expectations].flatMap((each) => {
    if (each.kind !== 'check' || each.check.name !== 'image') return [];
    const { position, file } = each;
    const { path } = each.check;
    if (existsSync(join(dirname(file ?? spec), path))) return [];
    return [{ message: noPicture(path, file ?? spec), position, ...(file === undefined ? {} : { file }) }];
  });
}

function noPicture(path: string, spec: string): string {
  return `there is no picture ${path} beside ${basename(spec)}`;
}

/** Reads a picture beside a spec; undefined where there is none. */
function readPicture(spec: string, path: string): Sought | undefined {
  const isBelow = !/^[/\\~]/.test(path) && !path.split(/[/\\]/).includes('..');
  const file = join(dirname(spec), path);
  if (!isBelow || !existsSync(file)) return undefined;
  const png = readFileSync(file);
  return { path, png, frame: decodePng(png) };
}

/**
 * The same desktop, among whose elements are also the places of the pictures that the sentence names in quotes, such as
 * `"logo.png"`, where they lie beside the spec; so a picture is found, clicked and judged as any element is.
 */
export function withPictures<Seen extends ReadDesktop>(desktop: Seen, sentence: string, spec: string): Seen {
  const pictures = [...sentence.matchAll(quotedPng)].flatMap(([, path]) => readPicture(spec, path!) ?? []);
  if (pictures.length === 0) return desktop;
  const finders = pictures.map((picture) => ({ picture, find: finderOf(picture) }));
  return {
    ...desktop,
    elements: async () => {
      const elements = await desktop.elements();
      const screen = await desktop.picture();
      return [
        ...elements,
        ...finders.flatMap(({ picture, find }) => find(screen).map((box) => toElement(picture, box))),
      ];
    },
  };
}

function toElement({ path }: Sought, box: Rect): Element {
  return {
    id: `picture:${path}:${box.x},${box.y}`,
    role: 'image',
    name: path,
    labels: [],
    states: ['enabled', 'showing', 'visible'],
    box,
    app: 'the screen',
  };
}

/** Finds a picture on one screen after the other; one that has not changed since is not searched again. */
function finderOf({ frame }: Sought): (screen: Frame & { readonly revision: number }) => readonly Rect[] {
  let last: { readonly revision: number; readonly boxes: readonly Rect[] } | undefined;
  return (screen) => {
    if (last?.revision !== screen.revision) {
      const boxes = findPicture(screen, frame).map(({ box }) => box);
      last = { revision: screen.revision, boxes };
    }
    return last.boxes;
  };
}

/** How it ended to look for a picture. */
export interface Shown {
  readonly held: boolean;
  readonly expected: string;
  readonly found: string;
  readonly picture: Sought;
}

/** Looks for a picture beside a spec until it is on the screen, or with `not` is not; throws where there is no such file. */
export async function lookForPicture(
  desktop: Desktop,
  options: { readonly spec: string; readonly path: string; readonly not: boolean; readonly within: number },
): Promise<Shown> {
  const { spec, path, not, within } = options;
  const picture = readPicture(spec, path);
  if (picture === undefined) throw new Error(noPicture(path, spec));
  const deadline = performance.now() + within;
  let near: Rect | undefined;
  for (;;) {
    const screen = await desktop.picture();
    const [match, ...others] = findPicture(screen, picture.frame, near === undefined ? {} : { near });
    near = match?.box;
    const left = deadline - performance.now();
    if ((match !== undefined) !== not || left <= 0) {
      const { width, height } = picture.frame;
      const also = others.length === 0 ? '' : ` and at ${others.length} other places`;
      return {
        held: (match !== undefined) !== not,
        expected: `the picture ${path} (${width}×${height}) ${not ? 'nowhere' : 'somewhere'} on the screen`,
        found: near === undefined ? 'it is nowhere' : `it is at ${near.x},${near.y}${also}`,
        picture,
      };
    }
    await desktop.waitForChange({ since: screen.revision, timeout: left });
  }
}
