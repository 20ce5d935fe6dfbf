// What the accessibility bus says, checked: any application can send anything.
// Source: at-spi2-core 2.46, atspi-constants.h and the interfaces in its folder xml/.
import type { Box, Value } from '../types.js';

/** Longest string that is kept. */
export const MAX_STRING = 10_000;

// prettier-ignore
const ROLES = [
  'invalid', 'accelerator label', 'alert', 'animation', 'arrow', 'calendar', 'canvas', 'check box', 'check menu item',
  'color chooser', 'column header', 'combo box', 'date editor', 'desktop icon', 'desktop frame', 'dial', 'dialog',
  'directory pane', 'drawing area', 'file chooser', 'filler', 'focus traversable', 'font chooser', 'frame',
  'glass pane', 'html container', 'icon', 'image', 'internal frame', 'label', 'layered pane', 'list', 'list item',
  'menu', 'menu bar', 'menu item', 'option pane', 'page tab', 'page tab list', 'panel', 'password text', 'popup menu',
  'progress bar', 'push button', 'radio button', 'radio menu item', 'root pane', 'row header', 'scroll bar',
  'scroll pane', 'separator', 'slider', 'spin button', 'split pane', 'status bar', 'table', 'table cell',
  'table column header', 'table row header', 'tearoff menu item', 'terminal', 'text', 'toggle button', 'tool bar',
  'tool tip', 'tree', 'tree table', 'unknown', 'viewport', 'window', 'extended', 'header', 'footer', 'paragraph',
  'ruler', 'application', 'autocomplete', 'editbar', 'embedded', 'entry', 'chart', 'caption', 'document frame',
  'heading', 'page', 'section', 'redundant object', 'form', 'link', 'input method window', 'table row', 'tree item',
  'document spreadsheet', 'document presentation', 'document text', 'document web', 'document email', 'comment',
  'list box', 'grouping', 'image map', 'notification', 'info bar', 'level bar', 'title bar', 'block quote', 'audio',
  'video', 'definition', 'article', 'landmark', 'log', 'marquee', 'math', 'rating', 'timer', 'static',
  'math fraction', 'math root', 'subscript', 'superscript', 'description list', 'description term',
  'description value', 'footnote', 'content deletion', 'content insertion', 'mark', 'suggestion', 'push button menu',
] as const;

// prettier-ignore
const STATES = [
  'invalid', 'active', 'armed', 'busy', 'checked', 'collapsed', 'defunct', 'editable', 'enabled', 'expandable',
  'expanded', 'focusable', 'focused', 'has tooltip', 'horizontal', 'iconified', 'modal', 'multi line',
  'multiselectable', 'opaque', 'pressed', 'resizable', 'selectable', 'selected', 'sensitive', 'showing',
  'single line', 'stale', 'transient', 'vertical', 'visible', 'manages descendants', 'indeterminate', 'required',
  'truncated', 'animated', 'invalid entry', 'supports autocompletion', 'selectable text', 'is default', 'visited',
  'checkable', 'has popup', 'read only',
] as const;

const INTERFACE_PREFIX = 'org.a11y.atspi.';
const LABELLED_BY = 2;

/** Address of an accessible object. */
export interface Ref {
  readonly bus: string;
  readonly path: string;
  /** Of one of the many cells of a table. */
  readonly cell?: CellRef;
}

/** What a table says of its cell, whose path changes from one question to the next. */
export interface CellRef {
  readonly id: string;
  readonly box: Promise<Box | undefined>;
}

/** What an application says of one of its objects. */
export interface Facts {
  readonly role: string;
  readonly name: string;
  /** Undefined where it was not asked for. */
  readonly description?: string;
  readonly states: readonly string[];
  /** Without their common prefix, for example `Component`. */
  readonly interfaces: readonly string[];
}

/** An object out of an application's cache. */
export interface CacheItem {
  readonly ref: Ref;
  readonly parent: Ref | undefined;
  readonly facts: Facts;
  /** Place among the children of the parent; -1 where the application does not say. */
  readonly index: number;
  /** -1 where the application does not count them, as for tables. */
  readonly childCount: number;
  /** Given by the older form of the cache only. */
  readonly children: readonly Ref[] | undefined;
}

export function idOf({ bus, path, cell }: Ref): string {
  return cell?.id ?? bus + path;
}

export function toRole(value: unknown): string {
  return (typeof value === 'number' && ROLES[value]) || 'unknown';
}

export function toStates(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const bits: readonly unknown[] = value;
  return STATES.filter((_, i) => {
    const word = bits[Math.floor(i / 32)];
    return typeof word === 'number' && ((word >>> (i % 32)) & 1) === 1;
  });
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? withoutControls(value.slice(0, MAX_STRING)) : '';
}

export function toName(value: unknown): string {
  return toText(value)
    .replaceAll(/[\v\f\r]/g, ' ')
    .trim();
}

/** Whoever prints what an application says of itself must not have it speak to the terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/(?![\t-\r])\p{Cc}/gu, '\uFFFD');
}

/** Tool tips may be marked up. Without what only repeats a value, as GTK 3 does of its sliders. */
export function toDescription(value: unknown): string {
  const plain = toText(value)
    .replaceAll(/<\/?(?:a|b|big|em|font|i|small|span|strong|tt|u)\b[^<>]*>/gi, '')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return /^[-+\d.,%\s]*$/.test(plain) ? '' : plain;
}

export function toValue(current: unknown, minimum: unknown, maximum: unknown): Value | undefined {
  return isNumber(current) && isNumber(minimum) && isNumber(maximum)
    ? { current, minimum, maximum }
    : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function toInterfaces(value: unknown): string[] {
  return list(value).flatMap((name) =>
    typeof name === 'string' && name.startsWith(INTERFACE_PREFIX)
      ? [name.slice(INTERFACE_PREFIX.length)]
      : [],
  );
}

export function toCount(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : -1;
}

/** The null object, and what is none, is undefined. The pattern keeps us from sending what the bus would throw us out for. */
export function toRef(value: unknown): Ref | undefined {
  const [bus, path] = list(value);
  if (typeof bus !== 'string' || !/^:\d+\.\d+$/.test(bus) || bus.length > 255) return undefined;
  if (typeof path !== 'string' || !/^(\/\w+)+$/.test(path) || path.length > 1000) return undefined;
  return path.endsWith('/null') ? undefined : { bus, path };
}

export function toRefs(value: unknown): Ref[] {
  return list(value).flatMap((item) => toRef(item) ?? []);
}

export function toBox(value: unknown): Box | undefined {
  const numbers = list(value);
  if (!numbers.every((n): n is number => typeof n === 'number' && Number.isInteger(n))) return undefined;
  const [x, y, width, height] = numbers;
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  return { x, y, width, height };
}

/** The objects that label one, out of the answer of GetRelationSet. */
export function toLabels(value: unknown): Ref[] {
  return list(value).flatMap((relation) => {
    const [type, targets] = list(relation);
    return type === LABELLED_BY ? toRefs(targets) : [];
  });
}

/** The answer of Cache.GetItems, in its present form ((so)(so)(so)iiassusau) or the older one ((so)(so)(so)a(so)assusau). */
export function toCacheItems(value: unknown): CacheItem[] {
  return list(value).flatMap((item) => {
    const fields = list(item);
    const ref = toRef(fields[0]);
    if (!ref) return [];
    const children = Array.isArray(fields[3]) ? toRefs(fields[3]) : undefined;
    const [interfaces, name, role, description, states] = fields.slice(children ? 4 : 5);
    const facts = {
      role: toRole(role),
      name: toName(name),
      description: toDescription(description),
      states: toStates(states),
      interfaces: toInterfaces(interfaces),
    };
    const [index, childCount] = children ? [-1, children.length] : [toCount(fields[3]), toCount(fields[4])];
    return [{ ref, parent: toRef(fields[2]), facts, index, childCount, children }];
  });
}

/** The part of a box that is on the screen, or undefined where there is none. */
export function onScreen(
  box: Box,
  screen: { readonly width: number; readonly height: number },
): Box | undefined {
  const x = Math.max(0, box.x);
  const y = Math.max(0, box.y);
  const width = Math.min(screen.width, box.x + box.width) - x;
  const height = Math.min(screen.height, box.y + box.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
