import type { Box, Window } from '../types.js';
import type { Facts } from './atspi.js';

/**
 * What GTK 4 says of its objects differs from all others, seen in GTK 4.8: only windows are `showing`, boxes
 * count from the corner of the window, a label doubles the name of its button, and widgets without a name
 * have that of their class.
 */

/** Whether an application's toolkit, by `ToolkitName` and `Version` of its Application interface, is GTK 4. */
export function isGtk4(toolkit: unknown, version: unknown): boolean {
  return toolkit === 'GTK' && typeof version === 'string' && version.startsWith('4.');
}

/** The facts as another toolkit would tell them; `inside` says that the object has a parent that is showing. */
export function amendFacts(facts: Facts, { inside }: { readonly inside: boolean }): Facts {
  const shows = inside && facts.states.includes('visible') && !facts.states.includes('showing');
  return {
    ...facts,
    name: amendName(facts.name),
    states: shows ? [...facts.states, 'showing'] : facts.states,
  };
}

function amendName(name: string): string {
  if (/^(?:Gtk|Adw)[A-Z]\w*$/.test(name)) return '';
  const half = name.slice(0, (name.length - 1) / 2);
  return name.length % 2 === 1 && name === `${half} ${half}` ? half : name;
}

/**
 * Where the corner lies that the boxes of a window count from: the X window has a shadow around what the
 * toolkit calls the window. Without an X window of that title the boxes are taken as they are.
 */
export function originOf(
  frame: { readonly name: string; readonly box: Box },
  windows: readonly Window[],
): { readonly x: number; readonly y: number } {
  const named = windows.filter(({ title }) => title === frame.name);
  const window = named.find(({ active }) => active) ?? named[0] ?? windows.find(({ active }) => active);
  if (window === undefined) return { x: 0, y: 0 };
  return {
    x: window.box.x + Math.round((window.box.width - frame.box.width) / 2) - frame.box.x,
    y: window.box.y + Math.round((window.box.height - frame.box.height) / 2) - frame.box.y,
  };
}
