import type { Box } from '../../desktop/types.js';
import type { AgentContext } from '../context.js';

/** Keeps the screen as it is, for what is done without input: a look, something remembered, nothing to do. */
export async function note(
  context: AgentContext,
  { title, log, target }: { readonly title: string; readonly log: readonly string[]; readonly target?: Box },
): Promise<void> {
  const now = performance.now();
  const shot = await context.desktop.screenshot();
  await context.evidence.action({
    title,
    ...(target === undefined ? {} : { target }),
    before: shot,
    after: shot,
    effect: false,
    log,
    started: now,
    acted: now,
    sent: now,
    ended: performance.now(),
  });
}
