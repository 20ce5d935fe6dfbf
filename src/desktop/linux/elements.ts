import type { Box, Element, Point, Value, Window } from '../types.js';
import { idOf, onScreen, toName, type Facts, type Ref } from './atspi.js';
import type { Calls } from './bus.js';
import { clip, type Clip } from './clip.js';
import { originOf } from './gtk4.js';
import { shiftOf } from './libreoffice.js';
import { property } from './object.js';

/** An object that its application says is showing, with answers that may still be on their way. */
export interface Node extends Facts {
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

/** The screen that elements are seen on. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly windows: readonly Window[];
}

interface ToElements {
  readonly app: string;
  readonly calls: Calls;
  readonly screen: Screen;
  readonly gtk4: boolean;
  readonly qt: boolean;
  /** Whether what lies beyond the view that it is in is left out. */
  readonly clips: boolean;
}

/** The elements that can be seen, in the order of the tree. */
export async function toElements(windows: readonly Node[], options: ToElements): Promise<Element[]> {
  const { app, calls } = options;
  const elements: Element[] = [];
  const listed = new Map<Node, string>();
  const places = new Map<Node, Place>();
  const nodes = inOrder(windows);
  const known = new Map(nodes.map((node) => [idOf(node.ref), node]));
  const nameOf = async (ref: Ref): Promise<string> =>
    known.get(idOf(ref))?.name ?? property(calls, ref, 'Name').then(toName);

  for (const node of nodes) {
    const [text, description, value] = await Promise.all([node.text, node.about, node.value]);
    const visible = await place(node, places, options);
    if (!visible) continue;
    const id = idOf(node.ref);
    listed.set(node, id);
    const parent = nearestListed(node.parent, listed);
    const labels = (await node.labels).filter((ref) => !isAround(known.get(idOf(ref)), node));
    const labelNames = await Promise.all(labels.map(nameOf));
    elements.push({
      id,
      ...(parent === undefined ? {} : { parent }),
      role: node.role,
      name: labels.length < (await node.labels).length ? ownName(node) : node.name,
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

/** Whether it is an ancestor: Qt has a group box label all that is in it, and then takes that for its name. */
function isAround(other: Node | undefined, node: Node): boolean {
  return other !== undefined && ancestors(node).includes(other);
}

/** The name that is not that of something around it. */
function ownName(node: Node): string {
  return ancestors(node).some(({ name }) => name === node.name) ? '' : node.name;
}

function ancestors(node: Node): readonly Node[] {
  return node.parent === undefined ? [] : [node.parent, ...ancestors(node.parent)];
}

interface Place {
  /** As the object says. */
  readonly box: Box;
  readonly shift: Point;
  readonly clip: Clip;
}

/** Where a node can be seen; its ancestors have been placed before. */
async function place(
  node: Node,
  places: Map<Node, Place>,
  { gtk4, qt, screen, clips }: ToElements,
): Promise<Box | undefined> {
  const box = await node.box;
  const above = node.parent && places.get(node.parent);
  if (box === undefined) {
    if (above !== undefined) places.set(node, above);
    return undefined;
  }
  const shift = above === undefined ? { x: 0, y: 0 } : shiftOf({ role: node.role, box }, above);
  const moved = { ...box, x: box.x + shift.x, y: box.y + shift.y };
  const real = gtk4 ? await moveToScreen(box, node, screen) : moved;
  const clipped = clip({ role: node.role, box: real }, above?.clip, { qt });
  places.set(node, { box, shift, clip: clipped.clip });
  const visible = clips ? clipped.visible : real;
  return visible && onScreen(visible, screen);
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
