import type { Action, Desktop, Element, Point, Screenshot, TextRole } from '../../desktop/types.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { describeElement, ground, type Found } from '../ground.js';
import { settledFocus } from './focus.js';
import { centre } from '../place.js';
import { isFinder, type Sought } from '../sought.js';
import type { Target } from '../language/target.js';
import { insist } from '../wait.js';

/** A picture is taken when the screen was still for `still` milliseconds, and after `longest` in any case. */
const settling = { still: 60, longest: 250 };

/** How long an action may take to show on the screen before it counts as without effect. */
const effectTimeout = 1_000;

/** How long the screen has to stay the same for its elements to count as still, in milliseconds. */
const stillFor = 40;

/** How long a target that is named only in part waits for one that is named exactly, in milliseconds. */
const patience = 300;

/** How long a target may be missing in the tree before it is looked for in the picture, in milliseconds. */
const readAfter = 1_500;

/** How far apart the middles of one text may be in two readings, in pixels. */
const jitter = 3;

export interface Grounded {
  readonly element: Element;
  readonly point: Point;
  readonly log: readonly string[];
}

/** Waits until the target is there, enabled and still, as Playwright does before it acts; `find` is for targets of sentences. */
export async function locate(
  context: AgentContext,
  target: Sought,
  find: (target: Target, elements: readonly Element[]) => Found = ground,
): Promise<Grounded> {
  const { desktop, timeout } = context;
  const started = performance.now();
  let last: Element | undefined;
  const found = await insist(desktop, { timeout }, async (revision) => {
    const elements = await desktop.elements();
    const now = isFinder(target)
      ? target.find(elements)
      : await findOrRead(context, { target, find, elements, late: performance.now() - started > readAfter });
    const { element, partOf } = now;
    const same = last !== undefined && isSame(last, element);
    last = element;
    if (!isEnabled(element)) throw notActionable(element, 'is disabled');
    // Where nothing on the screen changed since before the tree was read, nothing moves.
    const moved = !same && (await desktop.waitForChange({ since: revision, timeout: stillFor }));
    if (moved) throw notActionable(element, 'keeps moving');
    if (partOf !== undefined && performance.now() - started < Math.min(patience, timeout / 2)) {
      throw notActionable(element, `is only in part what is wanted`);
    }
    return now;
  });
  return toGrounded(target, found);
}

/** What the tree does not have is looked for in the picture, which takes long. */
async function findOrRead(
  { desktop }: AgentContext,
  {
    target,
    find,
    elements,
    late,
  }: {
    readonly target: Target;
    readonly find: (target: Target, elements: readonly Element[]) => Found;
    readonly elements: readonly Element[];
    readonly late: boolean;
  },
): Promise<Found> {
  try {
    return find(target, elements);
  } catch (error) {
    const missing = error instanceof AgentError && error.code === 'not-found' && target.kind !== 'field';
    if (!missing || !late || desktop.texts === undefined) throw error;
    const texts = await desktop.texts().catch((reason: unknown) => {
      // What is missing is told first, and not that it took long to look for it.
      const why = reason instanceof Error ? reason.message : String(reason);
      throw new AgentError('not-found', `${error.message} The picture could not be read: ${why}`);
    });
    try {
      return ground(target, [...elements, ...texts]);
    } catch {
      throw error;
    }
  }
}

function notActionable(element: Element, problem: string): AgentError {
  return new AgentError('not-actionable', `${describeElement(element)} ${problem}`);
}

function toGrounded(target: Sought, { element, partOf, note }: Found): Grounded {
  const { x, y, width, height } = element.box;
  const point = centre(element.box);
  return {
    element,
    point,
    log: [
      ...(note === undefined ? [] : [note]),
      ...(partOf === undefined
        ? []
        : [
            `nothing is just "${isFinder(target) ? target.description : target.name}", so it is taken for a part of "${partOf}"`,
          ]),
      `found ${describeElement(element)} of ${element.app} in the ${isSeen(element) ? 'picture' : 'accessibility tree'} at ${x},${y} ${width}×${height}`,
      `acting at ${point.x},${point.y}`,
    ],
  };
}

const textRole: TextRole = 'text on the screen';

/** Whether it is only known from the picture. */
function isSeen({ role, app }: Element): boolean {
  return role === textRole || app === 'the screen';
}

/** Text that is read from the picture is a little elsewhere each time, and has no identity. */
function isSame(one: Element, other: Element): boolean {
  if (one.role === textRole && other.role === textRole) {
    const [a, b] = [centre(one.box), centre(other.box)];
    return one.name === other.name && Math.abs(a.x - b.x) <= jitter && Math.abs(a.y - b.y) <= jitter;
  }
  return one.id === other.id && JSON.stringify(one.box) === JSON.stringify(other.box);
}

function isEnabled({ states }: Element): boolean {
  return states.includes('enabled') || states.includes('sensitive');
}

/** Sends input, watches for its effect, and hands both pictures to the evidence. */
export async function act(
  context: AgentContext,
  options: {
    readonly title: string;
    readonly actions: readonly Action[];
    readonly grounded?: Grounded;
    /** Awaited between the first action and the second. */
    readonly afterFirst?: () => Promise<void>;
  },
): Promise<{ readonly effect: boolean; readonly after: Screenshot }> {
  const { desktop } = context;
  const [first] = options.actions;
  const isTyped = first?.type === 'type' || first?.type === 'keypress';
  if (isTyped && options.grounded === undefined) await settledFocus(desktop);
  const started = performance.now();
  const before = await desktop.screenshot();
  const acted = performance.now();
  for (const [index, action] of options.actions.entries()) {
    if (index === 1) await options.afterFirst?.();
    await desktop.perform(action);
  }
  const sent = performance.now();
  const effect = await desktop.waitForChange({ since: before.revision, timeout: effectTimeout });
  const after = await settled(desktop);
  const { grounded } = options;
  await context.evidence.action({
    title: options.title,
    ...(options.actions.length === 1 ? { action: options.actions[0]! } : {}),
    ...(grounded === undefined ? {} : { point: grounded.point, target: grounded.element.box }),
    before,
    after,
    effect,
    log: [
      ...(grounded?.log ?? []),
      effect ? 'the screen changed' : `nothing changed on the screen within ${effectTimeout} ms`,
    ],
    started,
    acted,
    sent,
    ended: performance.now(),
  });
  return { effect, after };
}

/** The screen once what an action set off has come to rest. */
async function settled(desktop: Desktop): Promise<Screenshot> {
  const deadline = performance.now() + settling.longest;
  let since = await desktop.revision();
  while (performance.now() < deadline && (await desktop.waitForChange({ since, timeout: settling.still }))) {
    since = await desktop.revision();
  }
  return desktop.screenshot();
}
