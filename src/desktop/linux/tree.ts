import type { Box, Element, Value, Window } from '../types.js';
import {
  idOf,
  onScreen,
  toCount,
  toDescription,
  toLabels,
  toName,
  toRef,
  toRefs,
  type CacheItem,
  type Facts,
  type Ref,
} from './atspi.js';
import type { Calls } from './bus.js';
import { amendFacts, isGtk4, originOf } from './gtk4.js';
import {
  ask,
  first,
  none,
  nothing,
  property,
  readBox,
  readCache,
  readFacts,
  readSelected,
  readText,
  readValue,
} from './object.js';

const MAX_NODES = 20_000;
const MAX_DEPTH = 60;
/** A list of a million rows would be made accessible row by row. */
const MAX_CHILDREN = 2_000;
const nothingYet = Promise.resolve(undefined);

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

const VALUE_ROLES = new Set(['slider', 'spin button', 'progress bar', 'scroll bar', 'level bar', 'dial']);
/** A tool tip says what these are where they have no name. */
const DESCRIBED_ROLES = new Set([
  ...LABELLED_ROLES,
  ...['push button', 'button', 'toggle button', 'check box', 'radio button', 'menu item', 'menu', 'link'],
  ...['icon', 'image', 'page tab', 'slider', 'dial', 'progress bar', 'push button menu', 'switch'],
]);

interface Node extends Facts {
  readonly ref: Ref;
  readonly parent: Node | undefined;
  readonly children: Node[];
  /** Undefined where the application does not say or the time is up. */
  readonly box: Promise<Box | undefined>;
  readonly text: Promise<string | undefined>;
  readonly labels: Promise<readonly Ref[]>;
  readonly about: Promise<string | undefined>;
  readonly value: Promise<Value | undefined>;
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
      box: has('Component') ? readBox(calls, ref) : nothingYet,
      text: wantsText
        ? readText(calls, ref)
        : facts.role === 'combo box' && has('Selection')
          ? readSelected(calls, ref)
          : nothingYet,
      labels: wantsLabels
        ? ask(calls, ref, 'Accessible', 'GetRelationSet').then(first(toLabels), none)
        : Promise.resolve([]),
      about: DESCRIBED_ROLES.has(facts.role) && facts.name === '' ? this.#describe(ref, facts) : nothingYet,
      value: VALUE_ROLES.has(facts.role) && has('Value') ? readValue(calls, ref) : nothingYet,
    };
  }

  async #describe(ref: Ref, { description }: Facts): Promise<string> {
    return description ?? property(this.#calls, ref, 'Description').then(toDescription);
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
    const [description, value] = await Promise.all([node.about, node.value]);
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
      ...(description === undefined || description === '' ? {} : { description }),
      ...(value === undefined ? {} : { value }),
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
