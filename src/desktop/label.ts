import type { Box, Element } from './types.js';

/** What a label beside it may name. */
const FIELDS = new Set(['text', 'entry', 'password text', 'spin button', 'combo box', 'slider', 'editbar']);
/** What a label that lies farther away would not jump over. */
const BETWEEN = new Set([...FIELDS, 'push button', 'button', 'toggle button', 'check box', 'radio button']);
const MAX_GAP = 250;
const MAX_GAP_ABOVE = 16;
/** What is taller is a page with a remark on it. */
const MAX_HEIGHT = 120;

/**
 * Elements with the labels that people see: a field that no label names by itself has the one that stands left of it,
 * or else just above. Many applications put a label before a field and do not say so, or give it a name nobody sees.
 */
export function labelByPlace(elements: readonly Element[]): readonly Element[] {
  const open = elements.filter(({ role, labels }) => FIELDS.has(role) && labels.length === 0);
  if (open.length === 0) return elements;
  const taken = new Set(elements.flatMap((each) => each.labels));
  const windowOf = windows(elements);
  const labels = elements.filter(
    ({ role, name, box }) =>
      role === 'label' && box.height <= MAX_HEIGHT && /[\p{L}\p{N}]/u.test(name) && !taken.has(name),
  );
  const obstacles = elements.filter(({ role }) => BETWEEN.has(role) || role === 'label');
  const order = new Map(elements.map(({ id }, index) => [id, index]));
  const found = open.flatMap((field) => {
    const here = (each: Element): boolean => windowOf.get(each.id) === windowOf.get(field.id);
    // What floats above a field comes after it.
    const before = (each: Element): boolean =>
      order.get(each.id)! < order.get(field.id)! || each.box.y + each.box.height > field.box.y + 2;
    const near = nearest(
      field,
      labels.filter((each) => here(each) && before(each)),
      obstacles.filter(here),
    );
    return near === undefined ? [] : [{ field, ...near }];
  });
  // A label is that of one field.
  const names = groupNames(open, elements);
  for (const { field, label } of found.toSorted((a, b) => b.gap - a.gap))
    names.set(label.id, { field, label });
  const labelled = new Map([...names.values()].map(({ field, label }) => [field.id, label.name]));
  return elements.map((element) => {
    const label = labelled.get(element.id);
    return label === undefined ? element : { ...element, labels: [label] };
  });
}

interface Labelled {
  readonly field: Element;
  readonly label: Element;
}

/** A box around a single field that has a title says what the field is; by the id of the box. */
function groupNames(open: readonly Element[], elements: readonly Element[]): Map<string, Labelled> {
  const byId = new Map(elements.map((each) => [each.id, each]));
  const inside = new Map<string, Element[]>();
  for (const field of open) {
    let at = field.parent === undefined ? undefined : byId.get(field.parent);
    while (at !== undefined && !(at.role === 'panel' && at.name !== '')) {
      at = at.parent === undefined ? undefined : byId.get(at.parent);
    }
    if (at !== undefined) inside.set(at.id, [...(inside.get(at.id) ?? []), field]);
  }
  return new Map(
    [...inside].flatMap(([id, fields]) =>
      fields.length === 1 ? [[id, { field: fields[0]!, label: byId.get(id)! }] as const] : [],
    ),
  );
}

/** The uppermost element around each, which comes before it. */
function windows(elements: readonly Element[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, parent } of elements) {
    found.set(id, parent === undefined ? id : (found.get(parent) ?? parent));
  }
  return found;
}

function nearest(
  field: Element,
  labels: readonly Element[],
  obstacles: readonly Element[],
): { readonly label: Element; readonly gap: number } | undefined {
  const measured = labels.flatMap((label) => {
    const gap = gapTo(field.box, label.box);
    return gap === undefined ? [] : [{ label, gap }];
  });
  const [best] = measured.toSorted((a, b) => a.gap - b.gap);
  if (best === undefined) return undefined;
  const space = between(best.label.box, field.box);
  const isFree = !obstacles.some((each) => each !== field && each !== best.label && cover(each.box, space));
  return isFree ? best : undefined;
}

/** How far a label lies from its field, in pixels; one above counts as farther than any at its left. */
function gapTo(field: Box, label: Box): number | undefined {
  const aside = field.x - (label.x + label.width);
  const rows = Math.min(field.y + field.height, label.y + label.height) - Math.max(field.y, label.y);
  if (aside >= -2 && aside <= MAX_GAP && rows * 2 >= Math.min(field.height, label.height)) return aside;
  const above = field.y - (label.y + label.height);
  const begins = label.x >= field.x - 24 && label.x <= field.x + field.width / 2;
  return above >= -2 && above <= MAX_GAP_ABOVE && begins ? MAX_GAP + 1 + above : undefined;
}

/** The space from a label to its field. */
function between(label: Box, field: Box): Box {
  const right = label.x + label.width;
  if (right <= field.x + 2)
    return { x: right, y: label.y, width: Math.max(0, field.x - right), height: label.height };
  const bottom = label.y + label.height;
  return { x: label.x, y: bottom, width: label.width, height: Math.max(0, field.y - bottom) };
}

function cover(box: Box, space: Box): boolean {
  return (
    box.x + 2 < space.x + space.width &&
    box.x + box.width > space.x + 2 &&
    box.y + 2 < space.y + space.height &&
    box.y + box.height > space.y + 2
  );
}

/** What is called by the text on it. */
const HOLDERS = new Set([
  ...['list item', 'tree item', 'table row', 'table cell', 'push button', 'button', 'toggle button'],
  ...['page tab', 'link', 'menu item', 'check box', 'radio button', 'heading'],
]);
const MAX_TEXTS = 3;

/** Elements with the names that people see: one without a name has the text that is inside it. */
export function nameByContent(elements: readonly Element[]): readonly Element[] {
  const isNameless = ({ name, role, labels, text }: Element): boolean =>
    name === '' && HOLDERS.has(role) && labels.length === 0 && (text ?? '') === '';
  if (!elements.some(isNameless)) return elements;
  const byId = new Map(elements.map((each) => [each.id, each]));
  const texts = new Map<string, string[]>();
  for (const { role, name, parent } of elements) {
    if (name === '' || (role !== 'label' && role !== 'static')) continue;
    let at = parent === undefined ? undefined : byId.get(parent);
    while (at !== undefined && !HOLDERS.has(at.role))
      at = at.parent === undefined ? undefined : byId.get(at.parent);
    if (at !== undefined) texts.set(at.id, [...(texts.get(at.id) ?? []), name]);
  }
  return elements.map((element) => {
    const inside = texts.get(element.id) ?? [];
    return isNameless(element) && inside.length > 0 && inside.length <= MAX_TEXTS
      ? { ...element, name: inside.join(' ') }
      : element;
  });
}
