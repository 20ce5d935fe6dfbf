import type { Element, Point } from '../../desktop/types.js';
import { act, locate } from './act.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { middleOfActive, wheel } from './gesture.js';
import { ancestors, ground } from '../ground.js';
import type { Direction } from '../language/instruction.js';
import { note } from './note.js';
import { settledTree } from './settle.js';
import { centre } from '../place.js';
import { describeTarget, type Target } from '../language/target.js';

/** Wheel notches at a time, and how many times at most. */
const notches = 5;
const maxTurns = 200;

/** Scrolls down and then up until the target is in view. */
export async function reveal(
  context: AgentContext,
  { target, inside }: { readonly target: Target; readonly inside?: Target },
): Promise<void> {
  const title = `Scroll to ${describeTarget(target)}`;
  if (await isInView(context, target)) return note(context, { title, log: ['nothing to do: it is in view'] });
  const point = inside === undefined ? await middleOfActive(context) : (await locate(context, inside)).point;
  for (const direction of ['down', 'up'] as const) {
    for (
      let turn = 0;
      turn < maxTurns && (await turnWheel(context, { title, direction, point, turn }));
      turn++
    )
      if (await isInView(context, target)) return;
  }
  // The usual error tells what is there instead.
  ground(target, await context.desktop.elements());
  throw new AgentError('no-effect', `scrolled to both ends, and ${describeTarget(target)} is not in view`);
}

/** Scrolls until the picture stays the same. */
export async function scrollToEnd(
  context: AgentContext,
  { direction, target }: { readonly direction: Direction; readonly target?: Target },
): Promise<void> {
  const point = target === undefined ? await middleOfActive(context) : (await locate(context, target)).point;
  const title = `Scroll ${direction} to the end`;
  for (let turn = 0; turn < maxTurns; turn++) {
    if (!(await turnWheel(context, { title, direction, point, turn }))) return;
  }
  throw new AgentError('no-effect', `scrolled ${direction} ${maxTurns * notches} notches and found no end`);
}

/** Whether the screen changed. The first turn is tried twice: Chromium may lose one right after other input. */
async function turnWheel(
  context: AgentContext,
  how: {
    readonly title: string;
    readonly direction: Direction;
    readonly point: Point;
    readonly turn: number;
  },
): Promise<boolean> {
  const [right, down] = wheel[how.direction];
  const action = {
    type: 'scroll',
    ...how.point,
    scroll_x: right * notches,
    scroll_y: down * notches,
  } as const;
  const options = { title: `${how.title}: ${how.direction}`, actions: [action] };
  let { effect } = await act(context, options);
  if (!effect && how.turn === 0) ({ effect } = await act(context, options));
  if (effect) await settledTree(context.desktop);
  return effect;
}

/** In view is what lies with its middle in all that it lies in. */
async function isInView({ desktop }: AgentContext, target: Target): Promise<boolean> {
  const elements = await desktop.elements();
  try {
    const { element } = ground(target, elements);
    const { x, y } = centre(element.box);
    return ancestors(element, elements).every(({ box }) => isIn(box, x, y));
  } catch (error) {
    if (error instanceof AgentError && error.code === 'not-found') return false;
    throw error;
  }
}

function isIn(box: Element['box'], x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}
