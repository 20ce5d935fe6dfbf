// What one accessible object answers.
import type { Box, Value } from '../types.js';
import {
  MAX_STRING,
  toBox,
  toCacheItems,
  toCount,
  toInterfaces,
  toName,
  toRef,
  toRole,
  toStates,
  toText,
  toValue,
  type CacheItem,
  type Facts,
  type Ref,
} from './atspi.js';
import type { Calls } from './bus.js';

const ATSPI = 'org.a11y.atspi.';
const SCREEN_COORDINATES = 0;

export async function readCache(calls: Calls, root: Ref): Promise<CacheItem[]> {
  const call = {
    destination: root.bus,
    path: '/org/a11y/atspi/cache',
    interface: `${ATSPI}Cache`,
    member: 'GetItems',
  };
  return calls.call(call).then(first(toCacheItems), none);
}

/** The states first: most objects of a large application are not showing, and then the rest is not asked for. */
export async function readFacts(calls: Calls, ref: Ref, wanted: string): Promise<Facts> {
  const states: string[] = await ask(calls, ref, 'Accessible', 'GetState').then(first(toStates), none);
  if (!states.includes(wanted)) return { role: 'unknown', name: '', states, interfaces: [] };
  const [role, name, interfaces] = await Promise.all([
    ask(calls, ref, 'Accessible', 'GetRole').then(first(toRole), () => 'unknown'),
    property(calls, ref, 'Name').then(toName),
    ask(calls, ref, 'Accessible', 'GetInterfaces').then(first(toInterfaces), none),
  ]);
  return { role, name, states, interfaces };
}

export function readBox(calls: Calls, ref: Ref): Promise<Box | undefined> {
  const coordinates = { signature: 'u', body: [SCREEN_COORDINATES] };
  return ask(calls, ref, 'Component', 'GetExtents', coordinates).then(first(toBox), nothing);
}

export async function readText(calls: Calls, ref: Ref): Promise<string | undefined> {
  const length = toCount(await property(calls, ref, 'CharacterCount', 'Text'));
  if (length < 0) return undefined;
  const range = { signature: 'ii', body: [0, Math.min(length, MAX_STRING)] };
  return ask(calls, ref, 'Text', 'GetText', range).then(first(toText), nothing);
}

/** The name of the selected entry of a combo box, which Chromium keeps in a menu inside. */
export async function readSelected(calls: Calls, box: Ref, facts: Facts): Promise<string | undefined> {
  const index = { signature: 'i', body: [0] };
  const isOwn = facts.interfaces.includes('Selection');
  const holder = isOwn
    ? box
    : await ask(calls, box, 'Accessible', 'GetChildAtIndex', index).then(first(toRef), nothing);
  const selected =
    holder && (await ask(calls, holder, 'Selection', 'GetSelectedChild', index).then(first(toRef), nothing));
  return selected && property(calls, selected, 'Name').then(toName);
}

export async function readValue(calls: Calls, ref: Ref): Promise<Value | undefined> {
  const names = ['CurrentValue', 'MinimumValue', 'MaximumValue'];
  const [current, minimum, maximum] = await Promise.all(
    names.map((name) => property(calls, ref, name, 'Value')),
  );
  return toValue(current, minimum, maximum);
}

export function ask(
  calls: Calls,
  ref: Ref,
  name: string,
  member: string,
  input: { readonly signature?: string; readonly body?: readonly unknown[] } = {},
): Promise<readonly unknown[]> {
  return calls.call({ destination: ref.bus, path: ref.path, interface: ATSPI + name, member, ...input });
}

/** The value of a property out of its variant; undefined when the application does not answer. */
export async function property(calls: Calls, ref: Ref, name: string, of = 'Accessible'): Promise<unknown> {
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

export function first<T>(convert: (value: unknown) => T): (body: readonly unknown[]) => T {
  return (body) => convert(body[0]);
}

// An object that does not answer, or is gone, is left out: the application may do either at any moment.
export const none = (): never[] => [];
export const nothing = (): undefined => undefined;
