import { hasCentre, type Frame } from '../image/index.js';
import { fieldBeside } from './fieldBeside.js';
import type { TextLine, TextReader } from './ocr/index.js';
import { createReading, type Reading } from './reading.js';
import type { Desktop, Element, ReadDesktop, TextRole } from './types.js';

/** Role of an element that is nothing but text read from the picture of the screen. */
export const textRole: TextRole = 'text on the screen';

/** An application has this long from its first window to its accessibility tree, in milliseconds. */
const patience = 1_500;

/**
 * The same desktop, whose elements include the text of windows that have no accessibility tree, read from
 * the screen. A window whose application has a tree is left to it.
 */
export function withText(
  desktop: Desktop,
  reader: Pick<TextReader, 'read'>,
): ReadDesktop & Required<Pick<ReadDesktop, 'texts'>> {
  const since = new Map<number, number>();
  const readScreen = createReading(desktop, reader);
  let last: { readonly of: Reading; readonly elements: readonly Element[] } | undefined;
  const read = async (): Promise<readonly Element[]> => {
    const reading = await readScreen();
    if (last?.of !== reading) {
      const { picture, lines } = reading;
      last = { of: reading, elements: [...lines.map(toElement), ...fieldsOf(picture, lines)] };
    }
    return last.elements;
  };
  return {
    ...desktop,
    texts: async () => (await read()).filter(({ role }) => role === textRole),
    elements: async () => {
      const elements = await desktop.elements();
      const now = performance.now();
      const dumb = (await desktop.windows()).filter(({ id, box }) => {
        if (elements.some((each) => hasCentre(box, each.box))) return false;
        if (!since.has(id)) since.set(id, now);
        return now - (since.get(id) ?? now) >= patience;
      });
      if (dumb.length === 0) return elements;
      const seen = (await read()).filter((line) => dumb.some(({ box }) => hasCentre(box, line.box)));
      return [...elements, ...seen];
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

/** Fields that stand right of a text; what is read inside is what they hold. */
function fieldsOf(frame: Frame, lines: readonly TextLine[]): readonly Element[] {
  return lines.flatMap(({ text, box: label }) => {
    const box = fieldBeside(frame, label);
    if (box === undefined || lines.some((line) => line.box !== label && hasCentre(box, label))) return [];
    const held = lines.filter((line) => hasCentre(box, line.box)).map((line) => line.text);
    return [
      {
        id: `field:${box.x},${box.y}`,
        role: 'entry',
        name: '',
        labels: [text],
        ...(held.length === 0 ? {} : { text: held.join(' ') }),
        states: ['enabled', 'showing', 'visible', 'editable'],
        box,
        app: 'the screen',
      },
    ];
  });
}
