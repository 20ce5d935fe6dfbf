import type { Box, Element, Window } from '../../desktop/index.js';
import { contains, grow, overlaps, union, words, type Frame } from '../../image/index.js';

/** A text that is on the picture of a state, and the element that it belongs to. */
export interface Told {
  readonly text: string;
  readonly box: Box;
}

interface Scene {
  readonly elements: readonly Element[];
  readonly windows: readonly Window[];
  readonly frame: Frame;
}

/** Their name says what they are for, and is not written on them; or they stand for all that is in them. */
const UNPAINTED = new Set([
  ...['frame', 'dialog', 'alert', 'window', 'filler', 'panel', 'layered pane', 'scroll pane', 'viewport'],
  ...[
    'split pane',
    'menu bar',
    'tool bar',
    'page tab list',
    'table',
    'tree table',
    'tree',
    'list',
    'list box',
  ],
  ...['separator', 'scroll bar', 'icon', 'image', 'slider', 'root pane', 'status bar', 'grouping', 'form'],
  ...['section', 'popup menu', 'tool tip', 'calendar', 'unknown', 'embedded', 'canvas', 'drawing area'],
  ...[
    'html container',
    'internal frame',
    'terminal',
    'ruler',
    'document frame',
    'document web',
    'progress bar',
  ],
  ...['document text', 'document spreadsheet', 'landmark', 'application', 'list item marker', 'level bar'],
  ...['password text', 'table row', 'desktop frame', 'option pane', 'glass pane', 'dial', 'description list'],
  ...['file chooser', 'color chooser', 'article', 'table column header group', 'redundant object'],
]);
/** What is written in them is their text; their name is their label's, which stands beside them. */
const FIELDS = new Set(['text', 'entry', 'spin button', 'combo box', 'editbar']);
/** Superscripts that names tell as plain letters, bullets, and pictures in rich text. */
const PAINTED_OTHERWISE = /^(x2|xy|x[-\u2212]1|×10y|x̄)$|^\u2022 |[\uFFFC\u200B-\u200F]/u;
const MENU_ENTRIES = new Set([
  'menu item',
  'check menu item',
  'radio menu item',
  'menu',
  'separator',
  'tear off menu item',
]);
const WINDOWS = new Set(['frame', 'dialog', 'alert', 'window', 'file chooser']);

/** What the window manager draws above and beside a window, in pixels. */
const TITLE = 22;
const BORDER = 3;
/** Borders of buttons and fields, in pixels. */
const RIM = 4;
/** What is lower is cut off by the edge of its view. */
const SMALLEST = { width: 5, height: 13 };
/** Letters are at least that large, in pixels of their em. */
const EM = 11;
/** What is as high and no wider is a picture and no word, in pixels. */
const ICON = { width: 34, height: 15 };
/** Tools below that width are pictures. */
const TOOL_WIDTH = 60;
const BUTTONS = /button|check box/;

/** The texts that an eye can see on a picture, out of all that the accessibility tree has. */
export function labelsOf(scene: Scene): readonly Told[] {
  const { elements, frame } = scene;
  const free = uncovered(scene);
  const found = free.flatMap((element) =>
    textsOf(element, elements)
      .filter((told) => isPainted({ ...element, ...told }, frame))
      .map(({ text }) => ({ text, box: element.box })),
  );
  // A name that an element has from what is in it is told once, by the smaller one.
  return found.filter(
    (one, at) =>
      !found.some(
        (other, index) =>
          index !== at &&
          other.text === one.text &&
          contains(one.box, other.box) &&
          (index < at || !contains(other.box, one.box)),
      ),
  );
}

/** Elements that no other window and no menu lies upon. */
function uncovered({ elements, windows, frame }: Scene): readonly Element[] {
  const byId = new Map(elements.map((each) => [each.id, each]));
  const above = (element: Element): readonly Element[] => {
    const parent = element.parent === undefined ? undefined : byId.get(element.parent);
    return parent === undefined ? [] : [parent, ...above(parent)];
  };
  const tips = elements.filter(({ role }) => role === 'tool tip');
  const menus = openMenus(elements, byId);
  const active = windows.find((window) => window.active);
  const roots = elements.filter(({ parent, role }) => parent === undefined && WINDOWS.has(role));
  const front =
    active &&
    (roots.find(({ name }) => name === active.title) ??
      roots.toSorted((a, b) => difference(a.box, active.box) - difference(b.box, active.box))[0]);
  const cover = active && {
    x: active.box.x - BORDER,
    y: active.box.y - TITLE,
    width: active.box.width + 2 * BORDER,
    height: active.box.height + TITLE + BORDER,
  };
  return elements.filter((element) => {
    const { box } = element;
    if (box.x < 0 || box.y < 0 || box.x + box.width > frame.width || box.y + box.height > frame.height)
      return false;
    const layer = menus.findIndex(({ owner }) => element.parent === owner && MENU_ENTRIES.has(element.role));
    if (tips.some((tip) => tip.box.width > 0 && overlaps(box, tip.box))) return false;
    // A menu that is opened from another lies upon it; neighbours may share their outermost pixel.
    if (menus.some((menu, at) => at > layer && overlaps(grow(box, -1), menu.box))) return false;
    if (layer >= 0 || cover === undefined || front === undefined) return true;
    return !overlaps(box, cover) || element === front || above(element).includes(front);
  });
}

/** Where entries of a menu stand below each other, by the element that they belong to. */
function openMenus(
  elements: readonly Element[],
  byId: ReadonlyMap<string, Element>,
): readonly { readonly owner: string; readonly box: Box }[] {
  const groups = new Map<string, Box>();
  for (const { role, parent, box } of elements) {
    if (!MENU_ENTRIES.has(role) || parent === undefined) continue;
    const owner = byId.get(parent);
    if (
      owner === undefined ||
      owner.role === 'menu bar' ||
      (role === 'separator' && !/menu/.test(owner.role))
    )
      continue;
    if (box.width <= 0 || box.height <= 0) continue;
    const before = groups.get(parent);
    groups.set(parent, before ? union(before, box) : box);
  }
  return [...groups].map(([owner, box]) => ({ owner, box }));
}

interface Text {
  readonly text: string;
  /** Of how many lines it is one. */
  readonly lines: number;
}

function textsOf(element: Element, elements: readonly Element[]): readonly Text[] {
  const { role, name, text } = element;
  if (UNPAINTED.has(role)) return [];
  const parent = elements.find(({ id }) => id === element.parent);
  // LibreOffice has a menu bar a second time, which nobody sees; Chromium says the text of an entry twice.
  if (role === 'menu' && parent?.role === 'root pane') return [];
  if (/button/.test(role) && parent?.role === 'tool bar' && element.box.width < TOOL_WIDTH) return [];
  const all =
    FIELDS.has(role) || (text !== undefined && (role === 'table cell' || name === '')) ? (text ?? '') : name;
  if (role === 'menu item' && elements.some(({ parent: of }) => of === element.id)) return [];
  const lines = all.split('\n').map((line) => line.replaceAll(/[\s\u00a0]+/g, ' ').trim());
  return lines
    .filter((line) => line !== '' && !PAINTED_OTHERWISE.test(line))
    .map((line) => ({ text: line, lines: lines.length }));
}

/** Widths of letters of DejaVu Sans in ems, about. */
function widthOf(text: string): number {
  let sum = 0;
  for (const letter of text) {
    if (/[iljI.,:;'|!()[\] ft-]/.test(letter)) sum += 0.33;
    else if (/[mwMW@%]/.test(letter)) sum += 0.92;
    else sum += 0.6;
  }
  return sum;
}

/** Whether there is enough ink for the text, in as many rows as it has lines. */
function isPainted({ text, lines, box, role }: Text & Pick<Element, 'box' | 'role'>, frame: Frame): boolean {
  if (box.width < SMALLEST.width || box.height < SMALLEST.height * lines) return false;
  const wanted = widthOf(text) * EM * 0.9;
  if (wanted > box.width) return false;
  if (lines > 1) return true;
  const { extent, height, bands, last } = inkOf(box, frame);
  // What is longer than its field is cut off.
  if (FIELDS.has(role) && wanted > box.width * 0.7 && last > box.x + box.width - 2 * RIM) return false;
  if (text.length > 1 && BUTTONS.test(role) && extent <= ICON.width && height >= ICON.height) return false;
  return (
    extent >= Math.min(wanted * (text.length > 2 ? 1 : 0.3), box.width - 2 * RIM) * 0.95 &&
    (bands === 1 || (bands === 0 && text.length === 1 && extent > 0))
  );
}

/** How wide and high the ink inside of the rim is, and in how many rows of letters it stands. */
function inkOf(
  box: Box,
  frame: Frame,
): { readonly extent: number; readonly height: number; readonly bands: number; readonly last: number } {
  const pixels = words(frame);
  const rim = box.height > 20 ? RIM : 0;
  const [left, top] = [Math.floor(box.x) + rim, Math.floor(box.y) + rim];
  const [right, bottom] = [Math.ceil(box.x + box.width) - rim, Math.ceil(box.y + box.height) - rim];
  const counts = new Map<number, number>();
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const color = pixels[y * frame.width + x] ?? 0;
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
  const [ground = 0] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  let [first, last, bands, height, gap] = [right, left - 1, 0, 0, 9];
  let [upper, lower] = [bottom, top - 1];
  for (let y = top; y < bottom; y++) {
    let inked = 0;
    for (let x = left; x < right; x++) {
      if (distance(pixels[y * frame.width + x] ?? 0, ground) < 60) continue;
      inked++;
      first = Math.min(first, x);
      last = Math.max(last, x);
    }
    if (inked === 0) {
      gap++;
      continue;
    }
    upper = Math.min(upper, y);
    lower = y;
    if (gap >= 2) height = 0;
    gap = 0;
    height++;
    if (height === 5) bands++;
  }
  return { extent: last - first + 1, height: lower - upper + 1, bands, last };
}

function distance(a: number, b: number): number {
  let sum = 0;
  for (const shift of [0, 8, 16]) sum += Math.abs(((a >> shift) & 255) - ((b >> shift) & 255));
  return sum;
}

/** How far the edges of two boxes are apart, in all. */
function difference(a: Box, b: Box): number {
  const [right, bottom] = [a.x + a.width - b.x - b.width, a.y + a.height - b.y - b.height];
  return [a.x - b.x, a.y - b.y, right, bottom].reduce((sum, by) => sum + Math.abs(by), 0);
}
