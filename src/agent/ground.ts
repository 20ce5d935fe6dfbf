import type { Box, Element } from '../desktop/types.js';
import { AgentError } from './error.js';
import { readSentence } from './sentence.js';
import { describeTarget, kinds, parseTarget, type Relation, type Target } from './target.js';

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

/**
 * Finds the one element that a target means. An exact name wins over a partial one, an element that
 * can be used over its label, the active window over others; what is then still equal is ambiguous.
 */
export function ground(target: Target, elements: readonly Element[]): Element {
  const found = candidates(target, elements);
  if (target.ordinal !== undefined) {
    const ordered = found.toSorted((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);
    const nth = ordered.at(target.ordinal < 0 ? target.ordinal : target.ordinal - 1);
    if (nth !== undefined) return nth;
  }
  if (found.length === 1 && target.ordinal === undefined) return found[0]!;
  const what = describeTarget(target);
  if (found.length === 0 || target.ordinal !== undefined) {
    const near = nearest(target, elements);
    const hint =
      near.length === 0
        ? 'The accessibility tree shows nothing.'
        : `Nearest: ${near.map(describeElement).join('; ')}.`;
    throw new AgentError('not-found', `nothing on the screen is ${what}. ${hint}`);
  }
  throw new AgentError(
    'ambiguous',
    `${found.length} elements are ${what}: ${found.slice(0, 8).map(describeElement).join('; ')}. ` +
      'Say which one, for example "the second …", "… next to …" or "… in the dialog …".',
  );
}

/** The element that takes text: of a combo box, which carries the name, the entry inside. */
export function groundField(target: Target, elements: readonly Element[]): Element {
  const found = ground(target, elements);
  if (found.states.includes('editable')) return found;
  const inside = elements.filter(
    (each) => each.states.includes('editable') && ancestors(each, elements).includes(found),
  );
  return inside.length === 1 ? inside[0]! : found;
}

function candidates(target: Target, elements: readonly Element[]): readonly Element[] {
  const roles: readonly string[] | undefined = target.kind && kinds[target.kind];
  const ofKind = roles === undefined ? elements : elements.filter(({ role }) => roles.includes(role));
  let found = target.name === undefined ? ofKind : named(target.name, ofKind);
  if (target.relation !== undefined) {
    const anchor = ground(target.relation.anchor, elements);
    found = related(
      target.relation.kind,
      anchor,
      target.name === undefined ? found.filter((each) => each !== anchor) : found,
      elements,
    );
  }
  return preferred(found, elements, target.kind);
}

/** Those with the best match of the name: equal, equal but for case and decoration, or containing it. */
function named(name: string, elements: readonly Element[]): readonly Element[] {
  const wanted = normalise(name);
  const names = (element: Element): readonly string[] => [
    element.name,
    ...element.labels,
    ...shownText(element),
  ];
  const levels: readonly ((candidate: string) => boolean)[] = [
    (candidate) => candidate === name,
    (candidate) => normalise(candidate) === wanted,
    (candidate) => wanted.length > 1 && normalise(candidate).includes(wanted),
  ];
  for (const matches of levels) {
    const found = elements.filter((element) => names(element).some(matches));
    if (found.length > 0) return found;
  }
  return [];
}

/** The text of an element that has no better name; what was typed into a field does not name it. */
function shownText(element: Element): readonly string[] {
  const isName =
    element.text !== undefined && !element.states.includes('editable') && element.text.length <= 200;
  return isName && element.text !== undefined ? [element.text] : [];
}

/** Case, decoration and spacing that writers leave out: mnemonics, a trailing ellipsis or colon. */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s.…:]+$/u, '')
    .replaceAll(/_(?=\w)|&(?=\w)/g, '')
    .trim()
    .toLowerCase();
}

function preferred(
  found: readonly Element[],
  elements: readonly Element[],
  kind: Target['kind'],
): readonly Element[] {
  if (found.length < 2) return found;
  const steps: readonly ((element: Element) => boolean)[] = [
    (element) => kind !== undefined || interactive.has(element.role),
    (element) => isInActiveWindow(element, elements),
    // A button and the label inside it are one thing to a person.
    (element) => !ancestors(element, elements).some((ancestor) => found.includes(ancestor)),
  ];
  return steps.reduce((left, keep) => {
    const kept = left.filter(keep);
    return kept.length === 0 ? left : kept;
  }, found);
}

function isInActiveWindow(element: Element, elements: readonly Element[]): boolean {
  return [element, ...ancestors(element, elements)].some(({ states }) => states.includes('active'));
}

function ancestors(element: Element, elements: readonly Element[]): readonly Element[] {
  const found: Element[] = [];
  for (let at = element; found.length < 100;) {
    const parent = at.parent === undefined ? undefined : elements.find(({ id }) => id === at.parent);
    if (parent === undefined) break;
    found.push(parent);
    at = parent;
  }
  return found;
}

function related(
  kind: Relation,
  anchor: Element,
  found: readonly Element[],
  elements: readonly Element[],
): readonly Element[] {
  if (kind === 'in') {
    return found.filter(
      (each) =>
        ancestors(each, elements).includes(anchor) || (each !== anchor && contains(anchor.box, each.box)),
    );
  }
  const measured = found.flatMap((each) => {
    const distance = distanceTo(kind, anchor.box, each.box);
    return distance === undefined ? [] : [{ each, distance }];
  });
  const least = Math.min(...measured.map(({ distance }) => distance));
  return measured.filter(({ distance }) => distance === least).map(({ each }) => each);
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** How far `box` lies in the direction of the relation, in pixels; undefined when it lies elsewhere. */
function distanceTo(kind: Exclude<Relation, 'in'>, anchor: Box, box: Box): number | undefined {
  if (kind === 'next to') {
    const overlap = Math.min(anchor.y + anchor.height, box.y + box.height) - Math.max(anchor.y, box.y);
    if (overlap <= 0) return undefined;
    return Math.max(box.x - (anchor.x + anchor.width), anchor.x - (box.x + box.width), 0);
  }
  const overlap = Math.min(anchor.x + anchor.width, box.x + box.width) - Math.max(anchor.x, box.x);
  if (overlap <= 0) return undefined;
  const gap = kind === 'under' ? box.y - (anchor.y + anchor.height) : anchor.y - (box.y + box.height);
  return gap < 0 ? undefined : gap;
}

/** Up to five elements that come closest to the name, or that are of the kind. */
function nearest(target: Target, elements: readonly Element[]): readonly Element[] {
  const roles: readonly string[] | undefined = target.kind && kinds[target.kind];
  const wanted = bigrams(normalise(target.name ?? ''));
  return elements
    .filter(({ name, labels, role }) => name !== '' || labels.length > 0 || roles?.includes(role))
    .map((element) => {
      const likeness = Math.max(
        ...[element.name, ...element.labels].map((name) => overlapOf(wanted, bigrams(normalise(name)))),
      );
      return {
        element,
        score:
          likeness + (roles?.includes(element.role) ? 0.3 : 0) + (interactive.has(element.role) ? 0.05 : 0),
      };
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 5)
    .map(({ element }) => element);
}

function bigrams(text: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => text.slice(i, i + 2)));
}

/** Dice's coefficient of two sets of bigrams, from 0 to 1. */
function overlapOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  return (2 * [...a].filter((item) => b.has(item)).length) / (a.size + b.size);
}

/** An element as people would name it: `"Save" (push button)`. */
export function describeElement(element: Element): string {
  const name = element.name || element.labels[0] || element.text?.slice(0, 40) || '';
  return name === '' ? `a ${element.role} without a name` : `"${name}" (${element.role})`;
}

/** The element that a mask such as `the status bar` means. */
export function findMask(phrase: string, elements: readonly Element[]): Element {
  const sentence = readSentence(phrase);
  const target = parseTarget(sentence, sentence.original) ?? { name: phrase };
  return ground(target, elements);
}
