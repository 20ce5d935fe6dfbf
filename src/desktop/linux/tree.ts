import { labelByPlace, nameByContent } from '../label.js';
import type { Element } from '../types.js';
import {
  idOf,
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
import { amendNumber } from './chromium.js';
import { toElements, type Node, type Screen } from './elements.js';
import { amendFacts, isGtk4 } from './gtk4.js';
import { isShadowed } from './libreoffice.js';
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
import { readCell, readCellText, visibleCells } from './table.js';

const MAX_NODES = 20_000;
const MAX_DEPTH = 60;
/** A list of a million rows would be made accessible row by row. */
const MAX_CHILDREN = 2_000;
/** Of a table with more, only those that can be seen are asked for. */
const MANY_CELLS = 300;
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
  const qt = toolkit === 'Qt';
  const nodes = await walk(new Source(calls, { cache, gtk4, qt }), root, { qt });
  const isPage = toolkit === 'Chromium';
  // A list of a page may be smaller than what it holds.
  const told = await toElements(nodes, { app, calls, screen, gtk4, qt, clips: !isPage });
  const elements = isPage ? told.map(amendNumber) : told;
  return [...nameByContent(labelByPlace(elements))];
}

/** Where the facts of an application's objects come from. */
class Source {
  readonly #calls: Calls;
  readonly #gtk4: boolean;
  readonly #qt: boolean;
  readonly #items = new Map<string, CacheItem>();
  readonly #children = new Map<string, CacheItem[]>();

  constructor(
    calls: Calls,
    from: { readonly cache: readonly CacheItem[]; readonly gtk4: boolean; readonly qt: boolean },
  ) {
    this.#calls = calls;
    this.#gtk4 = from.gtk4;
    this.#qt = from.qt;
    for (const item of from.cache) {
      this.#items.set(idOf(item.ref), item);
      if (!item.parent) continue;
      const siblings = this.#children.get(idOf(item.parent));
      if (siblings) siblings.push(item);
      else this.#children.set(idOf(item.parent), [item]);
    }
  }

  async children(ref: Ref, of: Node | undefined): Promise<readonly Ref[]> {
    if (ref.cell !== undefined) return [];
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
    if (childCount > MANY_CELLS && of?.interfaces.includes('Table')) {
      const cells = await visibleCells(this.#calls, ref);
      if (cells.length > 0) return cells;
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
    const told =
      this.#items.get(idOf(ref))?.facts ??
      (ref.cell === undefined ? await readFacts(calls, ref, state) : await readCell(calls, ref));
    const facts = this.#gtk4 ? amendFacts(told, { inside: parent !== undefined }) : told;
    if (!facts.states.includes('showing') || isShadowed(facts, parent)) return undefined;
    const has = (name: string): boolean => facts.interfaces.includes(name);
    const wantsText = has('Text') && hasContent(facts);
    const wantsLabels = LABELLED_ROLES.has(facts.role) || facts.states.includes('editable');
    return {
      ...facts,
      ref,
      parent,
      children: [],
      box: ref.cell?.box ?? (has('Component') ? readBox(calls, ref) : nothingYet),
      text: wantsText
        ? (ref.cell ? readCellText : readText)(calls, ref)
        : facts.role === 'combo box' && !this.#qt
          ? readSelected(calls, ref, facts)
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

/** Whether its text is more than its name. */
function hasContent({ role, name, states }: Facts): boolean {
  return TEXT_ROLES.has(role) || states.includes('editable') || (role === 'label' && name === '');
}

/** The windows of the application; the rest hangs below them. */
async function walk(source: Source, root: Ref, { qt }: { readonly qt: boolean }): Promise<Node[]> {
  const seen = new Set([idOf(root)]);
  const expand = async (ref: Ref, parent: Node | undefined): Promise<Node[]> => {
    const fresh = (await source.children(ref, parent)).filter((child) => {
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
        if (!qt || !(await isCollapsed(node))) node.children.push(...(await expand(node.ref, node)));
        return node.children;
      }),
    );
    level = below.flat();
  }
  return windows;
}

/** Qt says of the entries of a combo box that is closed that they are showing. */
async function isCollapsed({ role, box }: Node): Promise<boolean> {
  const told = role === 'list' || role === 'combo box' ? await box : undefined;
  return told !== undefined && (told.width <= 0 || told.height <= 0);
}
