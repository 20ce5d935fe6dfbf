import type { Window, WindowChange } from '../../desktop/types.js';
import { chooseWindow } from './close.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { insist, waitFor } from '../wait.js';

const verbs: Readonly<Record<WindowChange, string>> = {
  activate: 'Switch to',
  maximise: 'Maximise',
  minimise: 'Minimise',
  restore: 'Restore',
};

/** How long a window manager may take to do as it is asked, in milliseconds. */
const changeTimeout = 3_000;

/** Has the window manager change a window, and waits until it did. */
export async function changeWindow(
  context: AgentContext,
  { change, title }: { readonly change: WindowChange; readonly title?: string },
): Promise<void> {
  const { desktop, timeout } = context;
  const started = performance.now();
  const what = { what: 'window', ...(title === undefined ? {} : { title }) } as const;
  const window = await insist(desktop, { timeout }, () => chooseWindow(context, what));
  const before = await desktop.screenshot();
  const acted = performance.now();
  await desktop.changeWindow({ id: window.id, to: change });
  const done = await waitFor(desktop, { deadline: acted + changeTimeout, interval: 20 }, async () => {
    const now = (await desktop.windows()).find(({ id }) => id === window.id);
    return (now !== undefined && isChanged(now, change)) || undefined;
  });
  await context.evidence.action({
    title: `${verbs[change]} the window "${window.title}"`,
    target: window.box,
    before,
    after: await desktop.screenshot(),
    effect: done === true,
    log: [done === true ? 'the window manager did it' : 'the window is as it was'],
    started,
    acted,
    sent: acted,
    ended: performance.now(),
  });
  if (done === undefined)
    throw new AgentError('no-effect', `the window manager did not ${change} the window "${window.title}"`);
}

function isChanged(window: Window, change: WindowChange): boolean {
  switch (change) {
    case 'activate':
      return window.active;
    case 'maximise':
      return window.maximised === true;
    case 'minimise':
      return window.minimised === true;
    case 'restore':
      return window.maximised !== true && window.minimised !== true;
  }
}
