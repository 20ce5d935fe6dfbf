import { hasCentre, holds } from '../image/index.js';
import type { Box, Element, Point, Window } from './types.js';

/** What a desktop shows at one moment, apart from its picture. */
export interface Look {
  readonly elements: readonly Element[];
  readonly windows: readonly Window[];
}

/** A place into which a secret was typed: an element, or a whole window where none is known to have the focus. */
export interface Field {
  readonly element?: string;
  /** Without one it lasts as long as the test. */
  readonly window?: number;
  /** Where it was seen last, and where its window was then. */
  readonly box: Box;
  readonly windowBox: Box;
}

/** Roles that hold what was typed, whether or not they say that they are editable. */
const textRoles = new Set([
  'text',
  'entry',
  'password text',
  'terminal',
  'spin button',
  'editbar',
  'combo box',
]);

/**
 * The fields that keys go to: those with the focus in the active window, else the one that was clicked last; the
 * whole window where the tree tells neither, and undefined where there is no window to be filled.
 */
export function fieldsWithFocus(look: Look, clicked: Point | undefined): readonly Field[] | undefined {
  const window = look.windows.find(({ active }) => active) ?? look.windows.at(-1);
  if (window === undefined) return undefined;
  const inside = look.elements.filter((element) => takesText(element) && hasCentre(window.box, element.box));
  const focused = inside.filter(({ states }) => states.includes('focused'));
  const under = inside.filter(({ box }) => clicked !== undefined && holds(box, clicked)).slice(-1);
  const found = focused.length > 0 ? focused : under;
  const place = { window: window.id, windowBox: window.box };
  if (found.length === 0) return [{ ...place, box: window.box }];
  return found.map(({ id, box }) => ({ ...place, element: id, box }));
}

/** The same fields as they are now; one whose window is closed is left out. */
export function followFields(fields: readonly Field[], { elements, windows }: Look): readonly Field[] {
  return fields.flatMap((field) => {
    const window = windows.find(({ id }) => id === field.window);
    if (window === undefined) return field.window === undefined ? [field] : [];
    const here = { ...field, windowBox: window.box };
    if (field.element === undefined) return [{ ...here, box: window.box }];
    const element = elements.find(({ id }) => id === field.element);
    if (element !== undefined) return [{ ...here, box: element.box }];
    const { box, windowBox: before } = field;
    if (before.width !== window.box.width || before.height !== window.box.height)
      return [{ ...here, box: window.box }];
    // It cannot be found in the window, with which it has moved.
    return [
      { ...here, box: { ...box, x: box.x + window.box.x - before.x, y: box.y + window.box.y - before.y } },
    ];
  });
}

function takesText({ role, states }: Element): boolean {
  return states.includes('editable') || textRoles.has(role);
}
