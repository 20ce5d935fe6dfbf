import { decodePng } from '../image/index.js';
import type { TextLine, TextReader } from './ocr/index.js';
import type { Box, Desktop, Element } from './types.js';

/** Role of an element that is nothing but text read from the picture of the screen. */
export const textRole = 'text on the screen';

/** An application has this long from its first window to its accessibility tree, in milliseconds. */
const patience = 1_500;

/**
 * The same desktop, whose elements include the text of windows that have no accessibility tree, read from
 * the screen. A window whose application has a tree is left to it.
 */
export function withText(desktop: Desktop, reader: Pick<TextReader, 'read'>): Desktop {
  const since = new Map<number, number>();
  let last: { readonly revision: number; readonly elements: readonly Element[] } | undefined;
  return {
    ...desktop,
    elements: async () => {
      const elements = await desktop.elements();
      const now = performance.now();
      const dumb = (await desktop.windows()).filter(({ id, box }) => {
        if (elements.some((each) => overlaps(each.box, box))) return false;
        if (!since.has(id)) since.set(id, now);
        return now - (since.get(id) ?? now) >= patience;
      });
      if (dumb.length === 0) return elements;
      if (last?.revision !== (await desktop.revision())) {
        const shot = await desktop.screenshot();
        const lines = await reader.read(decodePng(shot.png));
        last = { revision: shot.revision, elements: lines.map(toElement) };
      }
      const read = last.elements.filter((line) => dumb.some(({ box }) => overlaps(line.box, box)));
      return [...elements, ...read];
    },
  };
}

function toElement({ text, box }: TextLine, index: number): Element {
  return {
    id: `text:${index}:${box.x},${box.y}`,
    role: textRole,
    name: text,
    labels: [],
    states: ['enabled', 'showing', 'visible'],
    box,
    app: 'the screen',
  };
}

/** Whether the middle of `inner` lies in `outer`. */
function overlaps(inner: Box, outer: Box): boolean {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return x >= outer.x && x < outer.x + outer.width && y >= outer.y && y < outer.y + outer.height;
}
