import type { Element, TextRole } from '../desktop/types.js';
import { AgentError } from './error.js';
import { kinds, type Kind } from './language/kind.js';
import { likeness, normalise, similarity } from './language/name.js';
import { contains } from '../image/index.js';
import { inDirection, inReadingOrder } from './place.js';
import { boxInRow, isBox, oneOfEachRow, rowOf } from './row.js';
import { readSentence } from './language/sentence.js';
import { describeTarget, parseTarget, type Target } from './language/target.js';

/** Roles that do something when they are clicked; among equals they win over plain text. */
const interactive = new Set<string>([
  ...Object.entries(kinds)
    .filter(([kind]) => !['label', 'dialog', 'window'].includes(kind))
    .flatMap(([, roles]) => roles),
  'slider',
  'scroll bar',
  'toggle',
  'column header',
]);

const textRole: TextRole = 'text on the screen';

/** The one element that a target means. */
export interface Found {
  readonly element: Element;
  /** The name of the element that holds the wanted one, where it is not just that. */
  readonly partOf?: string;
  /** What was taken for what, where the words of the sentence alone did not find it. */
  readonly note?: string;
}

/**
 * Finds the one element that a target means. An exact name wins over a partial one, an element that
 * can be used over its label, the active window over others; what is then still equal is ambiguous.
 */
export function ground(target: Target, elements: readonly Element[]): Found {
  return find(target, elements, namesOf);
}

/** The element that takes text: of a combo box, which carries the name, the entry inside. */
export function groundField(target: Target, elements: readonly Element[]): Found {
  const found = groundNamedField(target, elements);
  if (found.element.states.includes('editable')) return found;
  const inside = elements.filter(
    (each) => each.states.includes('editable') && ancestors(each, elements).includes(found.element),
  );
  return inside.length === 1 ? { ...found, element: inside[0]! } : found;
}

/** Roles of which some only show text. */
const texts = new Set(['text', 'entry', 'password text', 'editbar', 'document text']);

/** What a field holds does not name it. */
const labelsOf: Names = ({ name, labels }) => [name, ...labels];

/** A field by its kind, or else whatever takes text, such as the cells of a sheet. */
function groundNamedField(target: Target, elements: readonly Element[]): Found {
  try {
    const field: Target = { kind: 'field', ...target };
    const writable = elements.filter(({ role, states }) => !texts.has(role) || states.includes('editable'));
    return tryFind(field, writable, labelsOf) ?? find(field, elements, labelsOf);
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== 'not-found') throw error;
    const editable = new Set(elements.filter(({ states }) => states.includes('editable')));
    const inside =
      target.kind === 'field'
        ? undefined
        : tryFind(target, elements, (each) => (editable.has(each) ? namesOf(each) : []));
    if (inside === undefined) throw error;
    return inside;
  }
}

function tryFind(target: Target, elements: readonly Element[], names: Names): Found | undefined {
  try {
    return find(target, elements, names);
  } catch (error) {
    if (error instanceof AgentError) return undefined;
    throw error;
  }
}

/** The element that can be checked and unchecked: of a row, the box in it. */
export function groundCheckable(target: Target, elements: readonly Element[]): Found {
  const found = groundKind(['check box', 'radio button', 'item'], target, elements);
  if (found.element.role !== 'table cell' || isBox(found.element)) return found;
  const element = boxInRow(found.element, elements);
  if (element === undefined)
    throw new AgentError(
      'not-found',
      `${describeElement(found.element)} stands in no row with one box to check`,
    );
  return { ...found, element };
}

/** The element of the first kind that there is one of, where the target does not say the kind. */
export function groundKind(kindsTried: readonly Kind[], target: Target, elements: readonly Element[]): Found {
  if (target.kind !== undefined) return ground(target, elements);
  for (const kind of kindsTried) {
    try {
      return kind === 'field' ? groundNamedField(target, elements) : ground({ ...target, kind }, elements);
    } catch (error) {
      if (!(error instanceof AgentError) || error.code !== 'not-found') throw error;
    }
  }
  return ground({ ...target, kind: kindsTried[0]! }, elements);
}

/** The element that a mask such as `the status bar` means. */
export function findMask(phrase: string, elements: readonly Element[]): Element {
  const sentence = readSentence(phrase);
  const target = parseTarget(sentence, sentence.words) ?? { name: phrase.replace(/^the /i, '') };
  return ground(target, elements).element;
}

type Names = (element: Element) => readonly string[];

/** Its name, those of its labels, and the text of an element that has no better name. */
const namesOf: Names = (element) => [...ownNames(element), ...element.labels];

const ownNames: Names = ({ name, states, text }) => {
  // What was typed into a field does not name it.
  const isName = text !== undefined && !states.includes('editable') && text.length <= 200;
  return isName ? [name, text] : [name];
};

interface Candidates {
  readonly found: readonly Element[];
  /** Names of the elements found, where the wanted one is only part of them. */
  readonly parts: ReadonlyMap<Element, string>;
}

/** All that a target without ordinal means, where several are as good as one; none is no error. */
export function matching(target: Target, elements: readonly Element[]): readonly Element[] {
  return candidates(target, elements, namesOf).found;
}

function find(target: Target, elements: readonly Element[], names: Names): Found {
  const { found, parts } = candidates(target, elements, names);
  const { ordinal } = target;
  const chosen = ordinal === undefined ? found : [found.at(ordinal < 0 ? ordinal : ordinal - 1)];
  const [element] = chosen;
  if (element === undefined) {
    const other = found.length === 0 ? ofOtherKind(target, elements, names) : undefined;
    if (other !== undefined) return other;
    throw notFound(target, elements);
  }
  if (chosen.length > 1) throw ambiguous(target, { found, parts });
  const partOf = parts.get(element);
  return partOf === undefined ? { element } : { element, partOf };
}

/** What looks like the kind to a person, and is something else to the toolkit. */
const lookalikes: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  tab: ['toggle button', 'radio button', 'push button', 'list item'],
  button: ['link', 'icon'],
  list: ['combo box'],
  'combo box': ['list', 'list box'],
  'check box': ['table cell'],
  'radio button': ['table cell'],
};

/** The one thing of just this name that looks like the kind, where nothing is of it. */
function ofOtherKind(target: Target, elements: readonly Element[], names: Names): Found | undefined {
  const { name, kind, ordinal, ...rest } = target;
  const roles = kind && lookalikes[kind];
  if (name === undefined || kind === undefined || ordinal !== undefined || roles === undefined)
    return undefined;
  const pool = elements.filter(({ role }) => roles.includes(role));
  const { found, parts } = candidatesOf({ name, ...rest }, elements, { pool, names });
  const isCell = found[0]?.role === 'table cell';
  const element = isCell ? boxInRow(found[0]!, elements) : found[0];
  if (element === undefined || found.length > 1 || parts.size > 0) return undefined;
  return { element, note: `no ${kind} is called "${name}", so it is the ${element.role} of that name` };
}

/** What the target may mean, in the order that ordinals count. */
function candidates(target: Target, elements: readonly Element[], names: Names): Candidates {
  const { name, kind } = target;
  const roles: readonly string[] | undefined = kind && kinds[kind];
  if (roles === undefined) return candidatesOf(target, elements, { pool: elements, names });
  const pool = elements.filter(({ role }) => roles.includes(role));
  const found = candidatesOf(target, elements, { pool, names });
  // Text that was read from the picture may be of any kind but a field.
  if (found.found.length > 0 || name === undefined || kind === 'field') return found;
  return candidatesOf(target, elements, { pool: elements.filter(({ role }) => role === textRole), names });
}

function candidatesOf(
  target: Target,
  elements: readonly Element[],
  { pool, names }: { readonly pool: readonly Element[]; readonly names: Names },
): Candidates {
  const { name, kind, ordinal } = target;
  const related = relate(target, elements);
  const order = target.relation === undefined || target.relation.kind === 'in' ? inReadingOrder : keep;
  const each = kind === 'row' || kind === 'item' ? oneOfEachRow : keep;
  const ordered = (found: readonly Element[]) => (ordinal === undefined ? found : each(order(found)));
  if (name === undefined) {
    return { found: ordered(preferred(related(pool), elements, { usable: 'any' })), parts: new Map() };
  }
  for (const [how, matches] of likeness(name)) {
    const found = related(pool.filter((element) => names(element).some(matches)));
    if (found.length === 0) continue;
    const parts = new Map<Element, string>(
      how === 'part' ? found.map((element) => [element, names(element).find(matches)!]) : [],
    );
    // Of several names that hold the wanted one, none is better for being a button.
    const oneName = new Set([...parts.values()].map(normalise)).size <= 1;
    const usable = kind === undefined && oneName ? 'first' : 'any';
    const isCalled = (element: Element): boolean => [element.name, ...element.labels].some(matches);
    return { found: ordered(preferred(found, elements, { usable, isCalled })), parts };
  }
  return { found: [], parts: new Map() };
}

function keep<Value>(value: Value): Value {
  return value;
}

/** Leaves of some elements those that stand to the anchor as the target says: the nearest, or all for an ordinal. */
function relate(
  { relation, ordinal }: Target,
  elements: readonly Element[],
): (found: readonly Element[]) => readonly Element[] {
  if (relation === undefined) return keep;
  const { kind } = relation;
  if (kind === 'in') {
    const anchor = ground(relation.anchor, elements).element;
    const areas = relation.anchor.kind === 'row' ? rowOf(anchor, elements) : [anchor];
    return (found) => {
      const inside = found.filter(
        (each) =>
          (areas.length > 1 && areas.includes(each)) ||
          ancestors(each, elements).some((ancestor) => areas.includes(ancestor)),
      );
      // The area also holds what belongs to a window in front of it.
      return inside.length > 0
        ? inside
        : found.filter((each) => each !== anchor && areas.some(({ box }) => contains(box, each.box)));
    };
  }
  const anchor = groundAnchor(relation.anchor, elements);
  return (found) => {
    const measured = inDirection(kind, anchor, found);
    const near = measured.filter(
      ({ distance }) => ordinal !== undefined || distance === measured[0]!.distance,
    );
    return near.map(({ element }) => element);
  };
}

/** What other elements lie next to is the label itself, and not the field that it labels. */
function groundAnchor(anchor: Target, elements: readonly Element[]): Element {
  const label =
    anchor.kind === undefined ? tryFind({ ...anchor, kind: 'label' }, elements, ownNames) : undefined;
  if (label !== undefined && label.partOf === undefined) return label.element;
  try {
    return find(anchor, elements, ownNames).element;
  } catch (error) {
    if (error instanceof AgentError && error.code === 'not-found') return ground(anchor, elements).element;
    throw error;
  }
}

function preferred(
  found: readonly Element[],
  elements: readonly Element[],
  {
    usable,
    isCalled = () => true,
  }: { readonly usable: 'first' | 'any'; readonly isCalled?: (element: Element) => boolean },
): readonly Element[] {
  const steps: readonly ((element: Element) => boolean)[] = [
    // What is called so, before what happens to say it, such as the display of a calculator.
    (element) => isCalled(element),
    (element) => usable === 'any' || interactive.has(element.role),
    (element) => [element, ...ancestors(element, elements)].some(({ states }) => states.includes('active')),
    // A button and the label inside it are one thing to a person.
    (element) => !ancestors(element, elements).some((ancestor) => found.includes(ancestor)),
  ];
  return steps.reduce((left, isBetter) => {
    const better = left.filter(isBetter);
    return better.length === 0 ? left : better;
  }, found);
}

/** What an element lies in, the nearest first. */
export function ancestors(element: Element, elements: readonly Element[]): readonly Element[] {
  const found: Element[] = [];
  const known = byId(elements);
  for (let at = element; found.length < 100;) {
    const parent = at.parent === undefined ? undefined : known.get(at.parent);
    if (parent === undefined) break;
    found.push(parent);
    at = parent;
  }
  return found;
}

const indexes = new WeakMap<readonly Element[], ReadonlyMap<string, Element>>();

function byId(elements: readonly Element[]): ReadonlyMap<string, Element> {
  const known = indexes.get(elements) ?? new Map(elements.map((element) => [element.id, element]));
  indexes.set(elements, known);
  return known;
}

function notFound(target: Target, elements: readonly Element[]): AgentError {
  const near = nearest(target, elements);
  const hint =
    near.length === 0
      ? 'The accessibility tree shows nothing.'
      : `Nearest: ${near.map(describeElement).join('; ')}.`;
  return new AgentError('not-found', `nothing on the screen is ${describeTarget(target)}. ${hint}`);
}

function ambiguous(target: Target, { found, parts }: Candidates): AgentError {
  const what =
    parts.size === 0
      ? `${found.length} elements are ${describeTarget(target)}`
      : `nothing is just "${target.name}", and ${found.length} elements have it in their names`;
  const list = found.slice(0, 8).map(describeElement).join('; ');
  return new AgentError(
    'ambiguous',
    `${what}: ${list}${found.length > 8 ? '; …' : ''}. ` +
      'Say which one, for example "the second …", "… next to …" or "… in the dialog …".',
  );
}

/** Up to five elements that come closest to the name, or that are of the kind. */
export function nearest({ name = '', kind }: Target, elements: readonly Element[]): readonly Element[] {
  const isOfKind = ({ role }: Element) => kind !== undefined && hasRole(kind, role);
  return elements
    .filter((each) => each.name !== '' || each.labels.length > 0 || isOfKind(each))
    .map((element) => ({
      element,
      score:
        Math.max(...[element.name, ...element.labels].map((other) => similarity(name, other))) +
        (isOfKind(element) ? 0.3 : 0) +
        (interactive.has(element.role) ? 0.05 : 0),
    }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 5)
    .map(({ element }) => element);
}

function hasRole(kind: Kind, role: string): boolean {
  return (kinds[kind] as readonly string[]).includes(role);
}

/** An element as people would name it: `"Save" (push button)`. */
export function describeElement(element: Element): string {
  const name = element.name || element.labels[0] || element.text?.slice(0, 40) || '';
  return name === '' ? `a ${element.role} without a name` : `"${name}" (${element.role})`;
}
