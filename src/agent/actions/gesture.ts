import type { Action, Button, Point } from '../../desktop/types.js';
import { act, locate } from './act.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { describeElement } from '../ground.js';
import type { Direction } from '../language/instruction.js';
import { centre } from '../place.js';
import { settledTree } from './settle.js';
import type { Sought } from '../sought.js';

/** How long a command that a step runs may take, in milliseconds. */
const commandTimeout = 60_000;

/** Clicks the middle of a target. */
export async function click(
  context: AgentContext,
  target: Sought,
  how: { readonly button: Button; readonly count: 1 | 2 },
): Promise<void> {
  const grounded = await locate(context, target);
  const { x, y } = grounded.point;
  const action: Action =
    how.count === 2 ? { type: 'double_click', x, y } : { type: 'click', x, y, button: how.button };
  const verb =
    how.count === 2
      ? 'Double-click'
      : { left: 'Click', right: 'Right-click', middle: 'Middle-click' }[how.button];
  await act(context, { title: `${verb} ${describeElement(grounded.element)}`, actions: [action], grounded });
}

/** Notches of the wheel for each direction. */
export const wheel: Readonly<Record<Direction, readonly [right: number, down: number]>> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
};

/** Turns the wheel over a target, or in the middle of the active window. */
export async function scroll(
  context: AgentContext,
  how: { readonly direction: Direction; readonly notches: number; readonly target?: Sought },
): Promise<void> {
  const { direction, notches, target } = how;
  const [right, down] = wheel[direction];
  const grounded = target === undefined ? undefined : await locate(context, target);
  const { x, y } = grounded?.point ?? (await middleOfActive(context));
  const action: Action = { type: 'scroll', x, y, scroll_x: right * notches, scroll_y: down * notches };
  const where = grounded === undefined ? '' : ` in ${describeElement(grounded.element)}`;
  const title = `Scroll ${direction}${notches > 1 ? ` ${notches} times` : ''}${where}`;
  const { effect } = await act(context, {
    title,
    actions: [action],
    ...(grounded === undefined ? {} : { grounded }),
  });
  if (effect) await settledTree(context.desktop);
}

/** The middle of the active window. */
export async function middleOfActive({ desktop }: AgentContext): Promise<Point> {
  const windows = await desktop.windows();
  const window = windows.find(({ active }) => active) ?? windows.at(-1);
  if (window === undefined) throw new AgentError('not-found', 'there is no window to scroll in');
  return centre(window.box);
}

/** Drags the middle of one target to the middle of another. */
export async function drag(
  context: AgentContext,
  { from, to }: { readonly from: Sought; readonly to: Sought },
): Promise<void> {
  const end = await locate(context, to);
  const grounded = await locate(context, from);
  await act(context, {
    title: `Drag ${describeElement(grounded.element)} to ${describeElement(end.element)}`,
    actions: [{ type: 'drag', path: [grounded.point, end.point] }],
    grounded,
  });
}

/** Presses keys, after a click into the target where there is one; a window only has to be there. */
export async function press(
  context: AgentContext,
  { chords, target }: { readonly chords: readonly (readonly string[])[]; readonly target?: Sought },
): Promise<void> {
  const grounded = target === undefined ? undefined : await locate(context, target);
  const isArea = /^(?:frame|window|dialog|alert)$/.test(grounded?.element.role ?? '');
  if (
    target !== undefined &&
    grounded !== undefined &&
    !isArea &&
    !grounded.element.states.includes('focused')
  )
    await click(context, target, { button: 'left', count: 1 });
  const actions = chords.map((keys): Action => ({ type: 'keypress', keys }));
  const title = `Press ${chords.map((keys) => keys.join('+')).join(', ')}`;
  await act(context, { title, actions });
}

/** Runs a shell command as the account; fails where it does. */
export async function run({ sandbox }: AgentContext, command: string): Promise<void> {
  const ran = await sandbox.exec(['/bin/sh', '-c', command], { timeout: commandTimeout });
  if (ran.code === 0) return;
  const output = `${ran.stderr.toString()}${ran.stdout.toString()}`.trim().slice(-500);
  const how = ran.timedOut ? `did not end within ${commandTimeout / 1000} s` : `ended with code ${ran.code}`;
  throw new AgentError('application', `the command "${command}" ${how}: ${output || '(no output)'}`);
}
