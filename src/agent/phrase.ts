import type { Element } from '../desktop/types.js';
import { parseExpectation } from './language/claim.js';
import { AgentError } from './error.js';
import { targetOf } from './aim.js';
import { parseStep } from './language/step.js';
import { matchesLoosely } from './match.js';
import { contains, middle } from '../image/index.js';
import { centre } from './place.js';
import { ordinals } from './language/target.js';

/** A sentence of a spec about one element of the screen. */
export interface Phrase {
  readonly element: Element;
  /** The window that the element belongs to; the element itself where it has none above. */
  readonly window: Element;
  /** A step that acts on exactly this element, or an expectation that holds because of it. */
  readonly sentence: string;
  readonly type: 'step' | 'expectation';
}

/** Longer names make no sentence that a person would write. */
const longestName = 60;

interface Manner {
  /** The sentence around the phrase that names the element. */
  readonly say: (target: string, element: Element) => string;
  readonly kind: string;
  /** What shows as its name is its content, so labels and neighbours come first. */
  readonly showsValue?: true;
}

const click = (kind: string): Manner => ({ say: (target) => `Click ${target}`, kind });
const tick = (kind: string): Manner => ({
  say: (target, { states }) => `${states.includes('checked') ? 'Uncheck' : 'Check'} ${target}`,
  kind,
});
const type: Manner = { say: (target) => `Type "…" into ${target}`, kind: 'field' };
const open: Manner = { say: (target) => `Open ${target}`, kind: 'menu' };

const manners: Readonly<Record<string, Manner>> = {
  'push button': click('button'),
  button: click('button'),
  'toggle button': click('button'),
  'check box': tick('check box'),
  switch: tick('check box'),
  'check menu item': tick('menu item'),
  'radio button': click('radio button'),
  'radio menu item': click('menu item'),
  'menu item': click('menu item'),
  menu: click('menu'),
  'page tab': click('tab'),
  'list item': click('item'),
  'tree item': click('item'),
  'table cell': click('item'),
  icon: click('item'),
  link: click('link'),
  slider: { say: (target) => `Set ${target} to "50"`, kind: 'slider' },
  'column header': click(''),
  'text on the screen': click(''),
  terminal: type,
  'combo box': { say: (target) => `Select "…" from ${target}`, kind: 'combo box', showsValue: true },
};

const texts = new Set(['label', 'static', 'heading', 'paragraph', 'text', 'status bar', 'statusbar']);

/**
 * Says of each element that can be used which step acts on it and on nothing else, and of each text which
 * expectation it fulfils. Leaves out what is disabled, hidden or cannot be named.
 */
export function phrases(elements: readonly Element[]): readonly Phrase[] {
  const tree = treeOf(elements);
  const labels = new Set(elements.flatMap((element) => element.labels));
  return elements.flatMap((element): Phrase[] => {
    if (!tree.isInSight(element)) return [];
    const manner = mannerOf(element, tree);
    // What labels another element, or stands in a button, is in the sentence about that one.
    const isPart =
      labels.has(element.name) || tree.ancestors(element).some((each) => mannerOf(each, tree) !== undefined);
    if (manner === undefined && isPart) return [];
    const sentence = manner === undefined ? expectation(element) : step(element, manner, tree);
    if (sentence === undefined) return [];
    const window = tree.ancestors(element).at(-1) ?? element;
    return [{ element, window, sentence, type: manner === undefined ? 'expectation' : 'step' }];
  });
}

interface Tree {
  readonly elements: readonly Element[];
  /** From the parent up to the window. */
  ancestors(element: Element): readonly Element[];
  /** Whether a click at the middle of the element would hit it, as far as the tree tells. */
  isInSight(element: Element): boolean;
}

/** What hangs below these opens in front of the window, and not within the box of its parent. */
const popups = new Set(['menu', 'menu bar', 'menu item', 'combo box', 'popup menu']);
const topLevels = new Set(['frame', 'window', 'dialog', 'alert', 'file chooser', 'color chooser']);

function treeOf(elements: readonly Element[]): Tree {
  const byId = new Map(elements.map((element) => [element.id, element]));
  const ancestors = (element: Element): readonly Element[] => {
    const parent = byId.get(element.parent ?? '');
    return parent === undefined ? [] : [parent, ...ancestors(parent)];
  };
  const isWithin = (element: Element): boolean => {
    const point = { ...centre(element.box), width: 0, height: 0 };
    for (const parent of ancestors(element)) {
      if (parent.role === 'combo box' && element.role.endsWith('item'))
        return parent.states.includes('expanded');
      if (popups.has(parent.role)) return true;
      if (!contains(parent.box, point)) return false;
    }
    return true;
  };
  const front = elements.find(({ role, states }) => topLevels.has(role) && states.includes('active'));
  const isCovered = (element: Element): boolean => {
    const window = [element, ...ancestors(element)].at(-1)!;
    if (front === undefined || window === front || !topLevels.has(window.role)) return false;
    return (
      !ancestors(front).includes(window) &&
      contains(front.box, { ...centre(element.box), width: 0, height: 0 })
    );
  };
  return {
    elements,
    ancestors,
    isInSight: (element) =>
      element.box.width > 0 && element.box.height > 0 && isWithin(element) && !isCovered(element),
  };
}

function mannerOf(element: Element, tree: Tree): Manner | undefined {
  const { role, states } = element;
  if (!states.includes('enabled') && !states.includes('sensitive')) return undefined;
  if (states.includes('editable')) return type;
  const inMenuBar = tree.ancestors(element)[0]?.role === 'menu bar';
  return inMenuBar && (role === 'menu' || role === 'menu item') ? open : manners[role];
}

function step(element: Element, manner: Manner, tree: Tree): string | undefined {
  for (const target of targets(element, manner, tree)) {
    const sentence = manner.say(target, element);
    if (actsOn(sentence, tree.elements) === element) return sentence;
  }
  return undefined;
}

function actsOn(sentence: string, elements: readonly Element[]): Element | undefined {
  const instructions = parseStep(sentence);
  if (instructions?.length !== 1) return undefined;
  try {
    return targetOf(instructions[0]!, elements);
  } catch (error) {
    if (error instanceof AgentError) return undefined;
    throw error;
  }
}

/** Phrases that may name the element, the plainest first. */
function* targets(element: Element, { kind, showsValue }: Manner, tree: Tree): Generator<string> {
  const { labels, own, groups } = namesOf(element, tree);
  const noun = kind === '' ? '' : ` ${kind}`;
  const withKind = (name: string): string => `the ${name}${noun}`;
  // "Open "File"" is no step, so a menu is said to be one.
  const plain = (names: readonly string[]): readonly string[] =>
    kind === 'menu' ? names.map(withKind) : names.flatMap((name) => [name, withKind(name)]);
  const neighbours = kind === '' ? [] : besides(element, kind, tree);
  const names = [...labels, ...own, ...groups];
  yield* plain(showsValue === true ? labels : [...own, ...labels]);
  if (showsValue === true || names.length === 0 || groups.length > 0) yield* neighbours;
  yield* plain(showsValue === true ? [...own, ...groups] : groups);
  if (kind !== '') yield `the ${kind}`;
  const window = tree.ancestors(element).find(({ role, name }) => topLevels.has(role) && name !== '');
  const inWindow =
    window === undefined
      ? []
      : [` in the ${window.role === 'dialog' ? 'dialog' : 'window'} ${quoted(window.name)}`];
  for (const place of inWindow) {
    yield* names.map((name) => `${withKind(name)}${place}`);
    if (kind !== '') yield `the ${kind}${place}`;
  }
  yield* neighbours;
  for (const place of ['', ...inWindow]) {
    for (const ordinal of [...ordinals, 'last']) {
      yield* names.map((name) => `the ${ordinal} ${name}${noun}${place}`);
      if (kind !== '') yield `the ${ordinal} ${kind}${place}`;
    }
  }
}

interface Names {
  readonly own: readonly string[];
  /** Of texts that label it, or a combo box around it. */
  readonly labels: readonly string[];
  /** Of groups that it belongs to with others. */
  readonly groups: readonly string[];
}

function namesOf(element: Element, tree: Tree): Names {
  const around = tree.ancestors(element)[0];
  const both = around?.role === 'combo box' ? [element, around] : [element];
  const labels = both.flatMap((each) => each.labels);
  const isText = (label: string): boolean =>
    tree.elements.some(({ role, name }) => texts.has(role) && name === label);
  const say = (names: readonly string[]): readonly string[] =>
    [...new Set(names.flatMap((name) => [name.replace(/:$/, ''), name]).filter(isSayable))].map(quoted);
  return {
    own: say([element.name].filter((name) => !labels.includes(name))),
    labels: say(labels.filter(isText)),
    groups: say(labels.filter((label) => !isText(label))),
  };
}

function isSayable(name: string): boolean {
  return name.trim() !== '' && name.length <= longestName && !/[\r\n]/.test(name);
}

function quoted(name: string): string {
  return `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** `the field right of "Replace with"`, by the nearest texts. */
function besides(element: Element, kind: string, tree: Tree): readonly string[] {
  const at = middle(element.box);
  const distance = ({ box }: Element): number => Math.hypot(middle(box).x - at.x, middle(box).y - at.y);
  const window = tree.ancestors(element).at(-1);
  return tree.elements
    .filter((each) => texts.has(each.role) && isSayable(each.name) && tree.ancestors(each).at(-1) === window)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, 4)
    .flatMap(({ name }) =>
      ['next to', 'right of', 'left of', 'under', 'above'].map(
        (relation) => `the ${kind} ${relation} ${quoted(name.replace(/:$/, ''))}`,
      ),
    );
}

function expectation({ role, name, text = '', states }: Element): string | undefined {
  if (!texts.has(role) || states.includes('editable')) return undefined;
  const shown = [name, text].find((each) => isSayable(each));
  if (shown === undefined) return undefined;
  const sentence = `${quoted(shown)} is shown`;
  const claim = parseExpectation(sentence);
  return claim?.about === 'screen' && !claim.not && matchesLoosely(shown, claim.match) ? sentence : undefined;
}
