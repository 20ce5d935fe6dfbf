import type { Element } from '../desktop/types.js';
import { AgentError } from './error.js';
import { describeElement } from './ground.js';
import { normalise, similarity } from './language/name.js';
import { accessibleRoles, type Role } from './role.js';
import { hasState, isBelow, type State } from './state.js';

/** A string is part of the text, whatever its case and decoration, unless `exact`; or a pattern of it. */
export type TextPattern = string | RegExp;

/** What an element with a role must be besides. */
export interface RoleOptions extends Partial<Readonly<Record<State, boolean>>> {
  /** Its accessible name, or that of what labels it. */
  readonly name?: TextPattern;
  /** Whether a string is the whole name, to the letter but for spaces; false by default. */
  readonly exact?: boolean;
}

/** One part of a query: looks below what the parts before it have found, or leaves some of that. */
export type QueryStep =
  | { readonly by: 'role'; readonly role: Role; readonly options: RoleOptions }
  | { readonly by: 'label' | 'text'; readonly text: TextPattern; readonly exact: boolean }
  | { readonly by: 'filter'; readonly keep: Keep }
  | { readonly by: 'nth'; readonly index: number };

/** What an element must show or hold to be left by a filter; all that is given must be true. */
export interface Keep {
  readonly hasText?: TextPattern;
  readonly hasNotText?: TextPattern;
  readonly has?: Query;
  readonly hasNot?: Query;
}

/** The parts of a locator, from the outermost to the innermost. */
export type Query = readonly QueryStep[];

/** The elements that a query means, in the order of the accessibility tree. */
export function matchAll(query: Query, elements: readonly Element[]): readonly Element[] {
  return matchIn(query, elements, undefined);
}

/**
 * The one element that a query means. Throws `not-found` with what comes nearest, and `ambiguous` with the
 * elements where there are several.
 */
export function matchOne(query: Query, elements: readonly Element[]): Element {
  const found = matchAll(query, elements);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new AgentError('not-found', describeAbsence(query, elements));
  throw new AgentError('ambiguous', describeExcess(query, found));
}

/** What is said where nothing is as the query wants: the part that is missing, and what comes nearest to it. */
export function describeAbsence(query: Query, elements: readonly Element[]): string {
  const size = query.findIndex((_, index) => matchAll(query.slice(0, index + 1), elements).length === 0);
  const missing = query.slice(0, size + 1);
  const near = nearest(missing, elements);
  const hint =
    near.length === 0
      ? 'The accessibility tree shows nothing.'
      : `Nearest: ${near.map(describeElement).join('; ')}.`;
  return `nothing on the screen is ${describeQuery(missing)}. ${hint}`;
}

/** What is said where several elements are as the query wants. */
export function describeExcess(query: Query, found: readonly Element[]): string {
  const list = found.slice(0, 8).map((element, index) => `\n  ${index + 1}) ${describeElement(element)}`);
  const more = found.length > list.length ? '\n  …' : '';
  return `strict mode violation: ${describeQuery(query)} resolved to ${found.length} elements:${list.join('')}${more}`;
}

function matchIn(query: Query, all: readonly Element[], scope: Element | undefined): readonly Element[] {
  let scopes: readonly Element[] | undefined = scope && [scope];
  for (const step of query) {
    if (step.by === 'filter') scopes = (scopes ?? []).filter((each) => isKept(each, step.keep, all));
    else if (step.by === 'nth') scopes = [(scopes ?? []).at(step.index)].filter((each) => each !== undefined);
    else {
      const around: readonly Element[] | undefined = scopes;
      const inside = all.filter(
        (each) => around === undefined || around.some((outer) => isBelow(each, outer, all)),
      );
      scopes = find(step, inside, all);
    }
  }
  return scopes ?? [];
}

function find(
  step: Extract<QueryStep, { by: 'role' | 'label' | 'text' }>,
  elements: readonly Element[],
  all: readonly Element[],
): readonly Element[] {
  if (step.by === 'role') return elements.filter((each) => hasRole(each, step));
  const fits = (text: string) => textMatches(text, step.text, step.exact);
  if (step.by === 'label') return elements.filter((each) => isField(each) && namesOf(each).some(fits));
  const found = elements.filter((each) => !isWindow(each) && textsOf(each).some(fits));
  // A button and the label inside it are one text.
  return found.filter((outer) => !found.some((inner) => isBelow(inner, outer, all)));
}

function hasRole(element: Element, { role, options }: Extract<QueryStep, { by: 'role' }>): boolean {
  const { name, exact = false, ...states } = options;
  return (
    accessibleRoles(role).includes(element.role) &&
    (name === undefined || namesOf(element).some((each) => textMatches(each, name, exact))) &&
    (Object.entries(states) as [State, boolean | undefined][]).every(
      ([state, wanted]) => wanted === undefined || hasState(element, state) === wanted,
    )
  );
}

function isKept(element: Element, keep: Keep, all: readonly Element[]): boolean {
  const holds = (text: TextPattern) =>
    [element, ...all.filter((each) => isBelow(each, element, all))].some((each) =>
      [...textsOf(each), ...each.labels].some((own) => textMatches(own, text, false)),
    );
  const contains = (query: Query) => matchIn(query, all, element).length > 0;
  return (
    (keep.hasText === undefined || holds(keep.hasText)) &&
    (keep.hasNotText === undefined || !holds(keep.hasNotText)) &&
    (keep.has === undefined || contains(keep.has)) &&
    (keep.hasNot === undefined || !contains(keep.hasNot))
  );
}

const windowRoles: readonly string[] = [...accessibleRoles('window'), ...accessibleRoles('dialog')];
const labelRoles: readonly string[] = ['label', 'static', 'heading', 'paragraph', 'panel', 'filler'];

/** Its title belongs to the window manager. */
function isWindow({ role }: Element): boolean {
  return windowRoles.includes(role);
}

/** Whether a label can be its. */
function isField(element: Element): boolean {
  return !isWindow(element) && !labelRoles.includes(element.role);
}

/** Its name, the names of what labels it, and the text of what has no better name. */
function namesOf(element: Element): readonly string[] {
  const { name, labels } = element;
  return name === '' && labels.length === 0 ? textsOf(element) : [name, ...labels];
}

/** What it shows; what was typed into a field is the field's value. */
function textsOf({ name, text, states }: Element): readonly string[] {
  return text === undefined || states.includes('editable') ? [name] : [name, text];
}

/** Compares as Playwright does: whitespace counts as one space, and a string without `exact` is part of the text. */
export function textMatches(text: string, pattern: TextPattern, exact: boolean): boolean {
  // A pattern with the flag g would go on where it stopped.
  if (typeof pattern !== 'string')
    return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(text);
  if (exact) return spaced(text) === spaced(pattern);
  const wanted = normalise(pattern);
  return wanted === ''
    ? spaced(text).includes(spaced(pattern)) && text !== ''
    : normalise(text).includes(wanted);
}

/** A text with one space between words. */
export function spaced(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Up to five elements that come closest to what the query looks for last. */
function nearest(query: Query, elements: readonly Element[]): readonly Element[] {
  const step = query.findLast(({ by }) => by !== 'filter' && by !== 'nth');
  const wanted =
    step?.by === 'role' ? step.options.name : step?.by === 'label' || step?.by === 'text' ? step.text : '';
  const name = typeof wanted === 'string' ? wanted : '';
  const wantedRoles = step?.by === 'role' ? accessibleRoles(step.role) : [];
  return elements
    .filter((each) => each.name !== '' || each.labels.length > 0 || wantedRoles.includes(each.role))
    .map((element) => ({
      element,
      score:
        Math.max(...[element.name, ...element.labels].map((other) => similarity(name, other))) +
        (wantedRoles.includes(element.role) ? 0.3 : 0),
    }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 5)
    .map(({ element }) => element);
}

/** A query as it is written: `getByRole('dialog').getByText('Saved').nth(1)`. */
export function describeQuery(query: Query): string {
  return query.map(describeStep).join('.');
}

function describeStep(step: QueryStep): string {
  switch (step.by) {
    case 'role':
      return `getByRole(${[quoted(step.role), ...optionsOf(step.options)].join(', ')})`;
    case 'label':
    case 'text': {
      const called = step.by === 'label' ? 'getByLabel' : 'getByText';
      return `${called}(${[printed(step.text), ...optionsOf(step.exact ? { exact: true } : {})].join(', ')})`;
    }
    case 'filter': {
      const { has, hasNot, ...texts } = step.keep;
      const queries = { has: has && describeQuery(has), hasNot: hasNot && describeQuery(hasNot) };
      return `filter(${optionsOf(texts, queries).join('')})`;
    }
    case 'nth':
      if (step.index === 0) return 'first()';
      return step.index === -1 ? 'last()' : `nth(${step.index})`;
  }
}

function optionsOf(
  options: object,
  described: Readonly<Record<string, string | undefined>> = {},
): readonly string[] {
  const parts = [
    ...Object.entries(options as Record<string, unknown>).map(([key, value]) => [key, value, printed(value)]),
    ...Object.entries(described).map(([key, value]) => [key, value, value]),
  ]
    .filter(([, value]) => value !== undefined)
    .map(([key, , text]) => `${String(key)}: ${String(text)}`);
  return parts.length === 0 ? [] : [`{ ${parts.join(', ')} }`];
}

function printed(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)}'`;
}
