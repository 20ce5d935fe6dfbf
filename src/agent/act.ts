import type { Action, Desktop, Element, Point, Screenshot } from '../desktop/types.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { describeElement, ground } from './ground.js';
import type { Target } from './target.js';
import { waitFor } from './wait.js';

/** A picture is taken when the screen was still for `still` milliseconds, and after `longest` in any case. */
const settling = { still: 40, longest: 250 };

/** How long an action may take to show on the screen before it counts as without effect. */
const effectTimeout = 1_000;

/** How long the screen has to stay the same for its elements to count as still, in milliseconds. */
const stillFor = 20;

export interface Grounded {
  readonly element: Element;
  readonly point: Point;
  readonly log: readonly string[];
}

/** Waits until the target is there, enabled and still, as Playwright does before it acts. */
export async function locate(
  context: AgentContext,
  target: Target,
  find: (target: Target, elements: readonly Element[]) => Element = ground,
): Promise<Grounded> {
  const deadline = performance.now() + context.timeout;
  let failure: AgentError | undefined;
  let last: Element | undefined;
  const element = await waitFor(context.desktop, { deadline, interval: 50 }, async (revision) => {
    try {
      const found = find(target, await context.desktop.elements());
      const same = last?.id === found.id && JSON.stringify(last.box) === JSON.stringify(found.box);
      last = found;
      if (isEnabled(found)) {
        failure = new AgentError('not-actionable', `${describeElement(found)} keeps moving`);
        // Where nothing on the screen changed since before the tree was read, nothing moves.
        const still = same || !(await context.desktop.waitForChange({ since: revision, timeout: stillFor }));
        return still ? found : undefined;
      }
      failure = new AgentError('not-actionable', `${describeElement(found)} is disabled`);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      failure = error;
    }
    return undefined;
  });
  if (element === undefined) throw within(failure!, context.timeout);
  const point = centre(element);
  const { x, y, width, height } = element.box;
  return {
    element,
    point,
    log: [
      `found ${describeElement(element)} of ${element.app} in the accessibility tree at ${x},${y} ${width}×${height}`,
      `acting at ${point.x},${point.y}`,
    ],
  };
}

function isEnabled({ states }: Element): boolean {
  return states.includes('enabled') || states.includes('sensitive');
}

function centre({ box }: Element): Point {
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}

function within(error: AgentError, timeout: number): AgentError {
  return new AgentError(error.code, `${error.message} (waited ${timeout / 1000} s)`, { cause: error });
}

/** Sends input, watches for its effect, and hands both pictures to the evidence. */
export async function act(
  context: AgentContext,
  options: { readonly title: string; readonly actions: readonly Action[]; readonly grounded?: Grounded },
): Promise<{ readonly effect: boolean; readonly after: Screenshot }> {
  const { desktop } = context;
  const started = performance.now();
  const before = await desktop.screenshot();
  const acted = performance.now();
  for (const action of options.actions) await desktop.perform(action);
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
  let shot = await desktop.screenshot();
  while (
    performance.now() < deadline &&
    (await desktop.waitForChange({ since: shot.revision, timeout: settling.still }))
  ) {
    shot = await desktop.screenshot();
  }
  return shot;
}
