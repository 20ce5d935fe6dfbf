import type { Box, Element, Window } from '../types.js';
import {
  idOf,
  MAX_STRING,
  onScreen,
  toBox,
  toCacheItems,
  toCount,
  toInterfaces,
  toLabels,
  toName,
  toRef,
  toRefs,
  toRole,
  toStates,
  toText,
  type CacheItem,
  type Facts,
  type Ref,
} from './atspi.js';
import type { Calls } from './bus.js';
import { amendFacts, isGtk4, originOf } from './gtk4.js';

const ATSPI = 'org.a11y.atspi.';
const MAX_NODES = 20_000;
const MAX_DEPTH = 60;
/** A list of a million rows would be made accessible row by row. */
const MAX_CHILDREN = 2_000;
const SCREEN_COORDINATES = 0;

const TEXT_ROLES = new Set([
  'text',
  'entry',
  'password text',
  'terminal',
  'paragraph',
  'spin button',
  'editbar',
]);
const LABELLED_ROLES = new Set(['text', 'entry', 'password text', 'combo box', 'spin button']);

interface Node extends Facts {
  readonly ref: Ref;
  readonly parent: Node | undefined;
  readonly children: Node[];
  /** Undefined where the application does not say or the time is up. */
  readonly box: Promise<Box | undefined>;
  readonly text: Promise<string | undefined>;
  readonly labels: Promise<readonly Ref[]>;
}

/**
 * Reads the elements of one application that are showing, in the order of its tree.
 *
 * The cache of the application gives most of its tree in one answer; what is missing there (Qt leaves it empty,
 * Chromium and gedit fill it in part) is asked for level by level, all objects of a level at once. When the time of
 * `calls` is up, what is known until then is returned.
 */
export async function readApplication(calls: Calls, root: Ref, screen: Screen): Promise<Element[]> {
  const [app, cache, toolkit, version] = await Promise.all([
    property(calls, root, 'Name').then(toName),
    readCache(calls, root),
    property(calls, root, 'ToolkitName', 'Application'),
    property(calls, root, 'Version', 'Application'),
  ]);
  const gtk4 = isGtk4(toolkit, version);
  const nodes = await walk(new Source(calls, { cache, gtk4 }), root);
  return toElements(nodes, { app, calls, screen, gtk4 });
}

/** The screen that elements are seen on. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly windows: readonly Window[];
}

/** Where the facts of an application's objects come from. */
class Source {
  readonly #calls: Calls;
  readonly #gtk4: boolean;
  readonly #items = new Map<string, CacheItem>();
  readonly #children = new Map<string, CacheItem[]>();

  constructor(calls: Calls, from: { readonly cache: readonly CacheItem[]; readonly gtk4: boolean }) {
    this.#calls = calls;
    this.#gtk4 = from.gtk4;
    for (const item of from.cache) {
      this.#items.set(idOf(item.ref), item);
      if (!item.parent) continue;
      const siblings = this.#children.get(idOf(item.parent));
      if (siblings) siblings.push(item);
      else this.#children.set(idOf(item.parent), [item]);
    }
  }

  async children(ref: Ref): Promise<readonly Ref[]> {
    const item = this.#items.get(idOf(ref));
    if (item?.children) return item.children;
    const known = this.#children.get(idOf(ref)) ?? [];
    const cached = item?.childCount ?? -1;
    const childCount = cached >= 0 ? cached : toCount(await property(this.#calls, ref, 'ChildCount'));
    const state = this.#gtk4 ? 'visible' : 'showing';
    const showing = known.filter(({ facts }) => facts.states.includes(state));
    // The cache is in no order: where an index is missing, the order of several has to be asked for.
    if (childCount === known.length && (showing.length < 2 || showing.every(({ index }) => index >= 0))) {
      return showing.toSorted((a, b) => a.index - b.index).map((child) => child.ref);
    }
    if (childCount <= MAX_CHILDREN)
      return ask(this.#calls, ref, 'Accessible', 'GetChildren').then(first(toRefs), none);
    const some = Array.from({ length: MAX_CHILDREN }, (_, index) =>
      ask(this.#calls, ref, 'Accessible', 'GetChildAtIndex', { signature: 'i', body: [index] }).then(
        first(toRef),
        nothing,
      ),
    );
    return (await Promise.all(some)).filter((child) => child !== undefined);
  }

  /** Undefined when the object is not showing. */
  async showing(ref: Ref, parent: Node | undefined): Promise<Node | undefined> {
    const calls = this.#calls;
    const state = this.#gtk4 ? 'visible' : 'showing';
    const told = this.#items.get(idOf(ref))?.facts ?? (await readFacts(calls, ref, state));
    const facts = this.#gtk4 ? amendFacts(told, { inside: parent !== undefined }) : told;
    if (!facts.states.includes('showing')) return undefined;
    const has = (name: string): boolean => facts.interfaces.includes(name);
    const wantsText = has('Text') && (TEXT_ROLES.has(facts.role) || facts.states.includes('editable'));
    const wantsLabels = LABELLED_ROLES.has(facts.role) || facts.states.includes('editable');
    return {
      ...facts,
      ref,
      parent,
      children: [],
      box: has('Component') ? readBox(calls, ref) : Promise.resolve(undefined),
      text: wantsText ? readText(calls, ref) : Promise.resolve(undefined),
      labels: wantsLabels
        ? ask(calls, ref, 'Accessible', 'GetRelationSet').then(first(toLabels), none)
        : Promise.resolve([]),
    };
  }
}

/** The windows of the application; the rest hangs below them. */
async function walk(source: Source, root: Ref): Promise<Node[]> {
  const seen = new Set([idOf(root)]);
  const expand = async (ref: Ref, parent: Node | undefined): Promise<Node[]> => {
    const fresh = (await source.children(ref)).filter((child) => {
      const id = idOf(child);
      if (seen.has(id) || seen.size >= MAX_NODES) return false;
      seen.add(id);
      return true;
    });
    const nodes = await Promise.all(fresh.map((child) => source.showing(child, parent)));
    return nodes.filter((node) => node !== undefined);
  };

  const windows = await expand(root, undefined);
  let level = windows;
  for (let depth = 1; depth < MAX_DEPTH && level.length > 0; depth++) {
    const below = await Promise.all(
      level.map(async (node) => {
        node.children.push(...(await expand(node.ref, node)));
        return node.children;
      }),
    );
    level = below.flat();
  }
  return windows;
}

async function toElements(
  windows: readonly Node[],
  options: { readonly app: string; readonly calls: Calls; readonly screen: Screen; readonly gtk4: boolean },
): Promise<Element[]> {
  const { app, calls, screen, gtk4 } = options;
  const elements: Element[] = [];
  const listed = new Map<Node, string>();
  const nodes = inOrder(windows);
  const names = new Map(nodes.map((node) => [idOf(node.ref), node.name]));
  const nameOf = async (ref: Ref): Promise<string> =>
    names.get(idOf(ref)) ?? property(calls, ref, 'Name').then(toName);

  for (const node of nodes) {
    const [told, text, labels] = await Promise.all([node.box, node.text, node.labels]);
    const box = told && gtk4 ? await moveToScreen(told, node, screen) : told;
    const visible = box && onScreen(box, screen);
    if (!visible) continue;
    const id = idOf(node.ref);
    listed.set(node, id);
    const parent = nearestListed(node.parent, listed);
    const labelNames = await Promise.all(labels.map(nameOf));
    elements.push({
      id,
      ...(parent === undefined ? {} : { parent }),
      role: node.role,
      name: node.name,
      labels: labelNames.filter((name) => name !== ''),
      ...(text === undefined ? {} : { text }),
      states: node.states,
      box: visible,
      app,
    });
  }
  return elements;
}

async function moveToScreen(box: Box, node: Node, { windows }: Screen): Promise<Box> {
  let frame = node;
  while (frame.parent) frame = frame.parent;
  const frameBox = await frame.box;
  if (frameBox === undefined) return box;
  const origin = originOf({ name: frame.name, box: frameBox }, windows);
  return { ...box, x: box.x + origin.x, y: box.y + origin.y };
}

function inOrder(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...inOrder(node.children)]);
}

function nearestListed(node: Node | undefined, listed: ReadonlyMap<Node, string>): string | undefined {
  for (let at = node; at; at = at.parent) {
    const id = listed.get(at);
    if (id !== undefined) return id;
  }
  return undefined;
}

async function readCache(calls: Calls, root: Ref): Promise<CacheItem[]> {
  const call = {
    destination: root.bus,
    path: '/org/a11y/atspi/cache',
    interface: `${ATSPI}Cache`,
    member: 'GetItems',
  };
  return calls.call(call).then(first(toCacheItems), none);
}

/** The states first: most objects of a large application are not showing, and then the rest is not asked for. */
async function readFacts(calls: Calls, ref: Ref, wanted: string): Promise<Facts> {
  const states: string[] = await ask(calls, ref, 'Accessible', 'GetState').then(first(toStates), none);
  if (!states.includes(wanted)) return { role: 'unknown', name: '', states, interfaces: [] };
  const [role, name, interfaces] = await Promise.all([
    ask(calls, ref, 'Accessible', 'GetRole').then(first(toRole), () => 'unknown'),
    property(calls, ref, 'Name').then(toName),
    ask(calls, ref, 'Accessible', 'GetInterfaces').then(first(toInterfaces), none),
  ]);
  return { role, name, states, interfaces };
}

function readBox(calls: Calls, ref: Ref): Promise<Box | undefined> {
  const coordinates = { signature: 'u', body: [SCREEN_COORDINATES] };
  return ask(calls, ref, 'Component', 'GetExtents', coordinates).then(first(toBox), nothing);
}

async function readText(calls: Calls, ref: Ref): Promise<string | undefined> {
  const length = toCount(await property(calls, ref, 'CharacterCount', 'Text'));
  if (length < 0) return undefined;
  const range = { signature: 'ii', body: [0, Math.min(length, MAX_STRING)] };
  return ask(calls, ref, 'Text', 'GetText', range).then(first(toText), nothing);
}

function ask(
  calls: Calls,
  ref: Ref,
  name: string,
  member: string,
  input: { readonly signature?: string; readonly body?: readonly unknown[] } = {},
): Promise<readonly unknown[]> {
  return calls.call({ destination: ref.bus, path: ref.path, interface: ATSPI + name, member, ...input });
}

/** The value of a property out of its variant; undefined when the application does not answer. */
async function property(calls: Calls, ref: Ref, name: string, of = 'Accessible'): Promise<unknown> {
  const call = {
    destination: ref.bus,
    path: ref.path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [ATSPI + of, name],
  };
  return calls.call(call).then(first(unwrap), nothing);
}

function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : undefined;
}

function first<T>(convert: (value: unknown) => T): (body: readonly unknown[]) => T {
  return (body) => convert(body[0]);
}

// An object that does not answer, or is gone, is left out: the application may do either at any moment.
const none = (): never[] => [];
const nothing = (): undefined => undefined;
