import type { Window } from '../../desktop/types.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { likeness } from '../language/name.js';
import { insist, waitFor } from '../wait.js';

export interface Closing {
  readonly what: 'window' | 'dialog';
  /** Title of the window; without one the active window is meant. */
  readonly title?: string;
}

/** Closes a window as its close button would, and waits until it is gone, or asks something first. */
export async function close(context: AgentContext, closing: Closing): Promise<void> {
  const { desktop, timeout } = context;
  const started = performance.now();
  const window = await insist(desktop, { timeout }, () => chooseWindow(context, closing));
  const before = await desktop.screenshot();
  const known = new Set((await desktop.windows()).map(({ id }) => id));
  const acted = performance.now();
  await desktop.closeWindow(window.id);
  const answer = await waitFor(desktop, { deadline: acted + timeout, interval: 20 }, async () => {
    const windows = await desktop.windows();
    if (!windows.some(({ id }) => id === window.id)) return { log: 'the window is gone' };
    // It asks whether to save, which is for the next step to answer.
    const question = windows.find(({ id }) => !known.has(id));
    return question && { log: `the window is still there, and "${question.title}" opened` };
  });
  await context.evidence.action({
    title: `Close the window "${window.title}"`,
    target: window.box,
    before,
    after: await desktop.screenshot(),
    effect: answer !== undefined,
    log: [answer?.log ?? 'the window is still there'],
    started,
    acted,
    sent: acted,
    ended: performance.now(),
  });
  if (answer === undefined) {
    throw new AgentError(
      'no-effect',
      `the window "${window.title}" is still open ${timeout / 1000} s after it was asked to close`,
    );
  }
}

/** The window with the title, or the active one; never the last main window where a dialog is meant. */
export async function chooseWindow({ desktop }: AgentContext, { what, title }: Closing): Promise<Window> {
  const windows = await desktop.windows();
  const list = `Windows: ${windows.map((window) => `"${window.title}"`).join(', ') || 'none'}.`;
  if (title !== undefined) {
    const found = named(title, windows);
    if (found.length === 1) return found[0]!;
    const code = found.length === 0 ? 'not-found' : 'ambiguous';
    throw new AgentError(code, `${found.length || 'no'} windows are named "${title}". ${list}`);
  }
  const active = windows.find((window) => window.active) ?? (windows.length === 1 ? windows[0] : undefined);
  if (active === undefined) throw new AgentError('not-found', `no window is active. ${list}`);
  if (what === 'dialog' && windows.length === 1 && (await isMainWindow(active, desktop))) {
    throw new AgentError(
      'not-found',
      `no dialog is open; "Close the window" would close the last one. ${list}`,
    );
  }
  return active;
}

function named(title: string, windows: readonly Window[]): readonly Window[] {
  for (const [, matches] of likeness(title)) {
    const found = windows.filter((window) => matches(window.title));
    if (found.length > 0) return found;
  }
  return [];
}

/** A dialog that is gone must not cost the application its window. */
async function isMainWindow(window: Window, desktop: AgentContext['desktop']): Promise<boolean> {
  const elements = await desktop.elements();
  return elements.some(({ role, name }) => role === 'frame' && name === window.title.trim());
}
