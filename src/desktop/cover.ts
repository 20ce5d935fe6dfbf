import type { Redactor } from '../spec/index.js';
import type { TextLine } from './ocr/index.js';
import { grow, hasCentre } from '../image/index.js';
import type { Field, Look } from './fields.js';
import type { Box, Element, Window } from './types.js';

/** What the window manager draws around a window may hold its title, in pixels. */
const decoration = { above: 48, beside: 8 };

/** Boxes of elements and of read text may be a little off, in pixels. */
const margin = 3;

/** What has to be filled: fields, whatever names a value or holds it, and windows with it in their title. */
export function coveredBoxes(
  { elements, windows }: Look,
  options: { readonly fields: readonly Field[]; readonly redactor: Redactor },
): readonly Box[] {
  const { fields, redactor } = options;
  const hidden = new Set(windows.filter(({ minimised }) => minimised).map(({ id }) => id));
  const tells = (text: string | undefined): boolean => text !== undefined && redactor.text(text) !== text;
  return [
    ...fields
      .filter(({ window }) => window === undefined || !hidden.has(window))
      .map(({ box }) => grow(box, margin)),
    ...elements
      .filter(({ name, text, description, value }) =>
        [name, text, description, value && String(value.current)].some(tells),
      )
      .map(({ box }) => grow(box, margin)),
    ...windows
      .filter(({ title }) => tells(title))
      .map(({ box: { x, y, width, height } }) => ({
        x: x - decoration.beside,
        y: y - decoration.above,
        width: width + 2 * decoration.beside,
        height: height + decoration.above + decoration.beside,
      })),
  ];
}

/** Lines of read text that show a value, or much of it. */
export function coveredLines(lines: readonly TextLine[], redactor: Redactor): readonly Box[] {
  return lines
    .filter(({ text }) => redactor.resembles(text) !== undefined)
    .map(({ box }) => grow(box, margin + 2));
}

/** Windows whose text the accessibility tree does not tell, so that it can only be read from the picture. */
export function windowsWithoutText({ elements, windows }: Look): readonly Window[] {
  const roots = elements.filter(({ parent }) => parent === undefined);
  const claimed = new Set<Element>();
  return windows.filter((window) => {
    if (window.minimised) return false;
    const free = roots.filter((root) => !claimed.has(root) && overlap(root.box, window.box) > 0);
    const root =
      free.find(({ name }) => name === window.title) ??
      free.find(({ box }) => overlap(box, window.box) > 0.8);
    if (root === undefined) return true;
    claimed.add(root);
    const texts = elements.filter(
      (each) => each !== root && each.app === root.app && hasCentre(window.box, each.box),
    );
    return !texts.some(({ name, text = '' }) => name !== '' || text !== '');
  });
}

/** The part that two boxes share of what they cover together, 0 to 1. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
