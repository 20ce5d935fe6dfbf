import { setTimeout as delay } from 'node:timers/promises';
import type { Action, Button, Window } from '../desktop/types.js';
import { act, locate } from './act.js';
import { judgeClaim } from './judge.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { describeElement, groundField } from './ground.js';
import { forms, parseStep, type Instruction } from './instruction.js';
import { describeTarget, type Target } from './target.js';
import { waitFor } from './wait.js';

/** Does what a step says, by the accessibility tree; no model, no network. */
export async function doStep(context: AgentContext, text: string): Promise<void> {
  const instructions = parseStep(text);
  if (instructions === undefined) throw notUnderstood(text);
  for (const instruction of instructions) await follow(context, instruction);
}

/** The error for a step that fits no form. */
export function notUnderstood(text: string): AgentError {
  return new AgentError(
    'not-understood',
    `the step "${text}" is not understood. Steps look like: ${forms.join('; ')}. Names of several words are safest in quotes.`,
  );
}

async function follow(context: AgentContext, instruction: Instruction): Promise<void> {
  switch (instruction.do) {
    case 'launch':
      return launch(context, instruction.command);
    case 'click':
      return click(context, instruction.target, instruction);
    case 'hover': {
      const grounded = await locate(context, instruction.target);
      const actions: readonly Action[] = [{ type: 'move', ...grounded.point }];
      await act(context, { title: `Hover over ${describeElement(grounded.element)}`, actions, grounded });
      return;
    }
    case 'type':
      return type(context, instruction);
    case 'press': {
      const actions = instruction.chords.map((keys): Action => ({ type: 'keypress', keys }));
      await act(context, {
        title: `Press ${instruction.chords.map((keys) => keys.join('+')).join(', ')}`,
        actions,
      });
      return;
    }
    case 'menu':
      return openMenu(context, instruction.path);
    case 'wait': {
      const judged = await judgeClaim(context, instruction.claim);
      if (!judged.held) throw new AgentError('no-effect', `waited, and ${judged.found}`);
      return;
    }
    case 'pause':
      await delay(instruction.milliseconds);
      return;
    case 'close':
      return close(context, instruction.title);
  }
}

async function click(
  context: AgentContext,
  target: Target,
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

/** Types into the focused element, or into a field, whose content it replaces when it holds one line. */
async function type(
  context: AgentContext,
  instruction: { readonly text: string; readonly target?: Target },
): Promise<void> {
  const { text, target } = instruction;
  if (target === undefined) {
    await act(context, { title: `Type "${text}"`, actions: [{ type: 'type', text }] });
    return;
  }
  const grounded = await locate(
    context,
    target.kind === undefined ? { ...target, kind: 'field' } : target,
    groundField,
  );
  const { element, point } = grounded;
  const replaces = !element.states.includes('multi line');
  await act(context, {
    title: `Type "${text}" into ${describeElement(element)}`,
    actions: [
      { type: 'click', ...point, button: 'left' },
      ...(replaces ? [{ type: 'keypress', keys: ['CTRL', 'A'] } as const] : []),
      { type: 'type', text },
    ],
    grounded,
  });
  if (element.text === undefined) return;
  await verifyTyped(context, { id: element.id, text, description: describeTarget(target), replaces });
}

async function verifyTyped(
  context: AgentContext,
  expected: {
    readonly id: string;
    readonly text: string;
    readonly description: string;
    readonly replaces: boolean;
  },
): Promise<void> {
  let found: string | undefined;
  const arrived = await waitFor(
    context.desktop,
    { deadline: performance.now() + 2_000, interval: 20 },
    async () => {
      found = (await context.desktop.elements()).find(({ id }) => id === expected.id)?.text;
      // A field that is gone or hides its content (a password) cannot be read back.
      if (found === undefined || /^[●•*]+$/u.test(found)) return true;
      return (expected.replaces ? found === expected.text : found.includes(expected.text)) || undefined;
    },
  );
  if (arrived === undefined) {
    throw new AgentError(
      'no-effect',
      `typed "${expected.text}" into ${expected.description}, which now has "${found}"`,
    );
  }
}

/** Opens one menu after the other with real clicks. */
async function openMenu(context: AgentContext, path: readonly string[]): Promise<void> {
  for (const [depth, name] of path.entries()) {
    await click(context, { name, kind: depth === 0 ? 'menu' : 'menu item' }, { button: 'left', count: 1 });
  }
}

async function launch(context: AgentContext, command: string): Promise<void> {
  const { desktop, sandbox } = context;
  const before = await desktop.screenshot();
  const known = new Set((await desktop.windows()).map(({ id }) => id));
  const started = performance.now();
  let ended: { code: number; output: string } | undefined;
  // `exec` in the shell, so that what ends is the application itself.
  const running = sandbox.exec(['/bin/sh', '-c', `exec ${command}`]).then((result) => {
    ended = {
      code: result.code,
      output: `${result.stderr.toString()}${result.stdout.toString()}`.trim().slice(-500),
    };
  });
  // The application may outlive the step; when the sandbox goes, so does this answer.
  running.catch(() => {});
  const opened = await waitFor(
    desktop,
    { deadline: started + Math.max(context.timeout, 30_000), interval: 20 },
    async () => {
      const window = (await desktop.windows()).find(({ id, title }) => !known.has(id) && title !== '');
      if (window !== undefined) return window;
      if (ended !== undefined && ended.code !== 0)
        throw new AgentError('application', notStarted(command, ended));
      return undefined;
    },
  );
  if (opened === undefined) {
    const state = ended === undefined ? 'it is running' : `it ended with code ${ended.code}`;
    throw new AgentError(
      'application',
      `"${command}" opened no window within ${Math.round((performance.now() - started) / 1000)} s; ${state}`,
    );
  }
  await accessible(context, opened);
  const after = await desktop.screenshot();
  const ending = performance.now();
  await context.evidence.action({
    title: `Start ${command}`,
    before,
    after,
    effect: true,
    log: [`the window "${opened.title}" opened`],
    started,
    acted: started,
    sent: started,
    ended: ending,
  });
}

function notStarted(command: string, ended: { readonly code: number; readonly output: string }): string {
  const program = command.split(' ')[0] ?? command;
  if (ended.code === 127) return `"${program}" is not installed in the sandbox: ${ended.output}`;
  return `"${command}" ended with code ${ended.code} before it opened a window: ${ended.output || '(no output)'}`;
}

/** Waits a moment for the application's accessibility tree; some applications have none. */
async function accessible(context: AgentContext, window: Window): Promise<void> {
  await waitFor(context.desktop, { deadline: performance.now() + 2_000, interval: 20 }, async () => {
    const elements = await context.desktop.elements();
    return elements.some(({ name }) => name === window.title) || undefined;
  });
}

async function close(context: AgentContext, title: string | undefined): Promise<void> {
  const { desktop } = context;
  const started = performance.now();
  const windows = await desktop.windows();
  const window = chooseWindow(windows, title);
  const before = await desktop.screenshot();
  const acted = performance.now();
  await desktop.closeWindow(window.id);
  const gone = await waitFor(desktop, { deadline: acted + context.timeout, interval: 20 }, async () =>
    (await desktop.windows()).some(({ id }) => id === window.id) ? undefined : true,
  );
  await context.evidence.action({
    title: `Close the window "${window.title}"`,
    target: window.box,
    before,
    after: await desktop.screenshot(),
    effect: gone === true,
    log: [gone === true ? 'the window is gone' : 'the window is still there'],
    started,
    acted,
    sent: acted,
    ended: performance.now(),
  });
  if (gone === undefined) {
    throw new AgentError(
      'no-effect',
      `the window "${window.title}" is still open ${context.timeout / 1000} s after it was asked to close`,
    );
  }
}

function chooseWindow(windows: readonly Window[], title: string | undefined): Window {
  const list = windows.map((window) => `"${window.title}"`).join(', ') || 'none';
  if (title === undefined) {
    const active = windows.find((window) => window.active) ?? (windows.length === 1 ? windows[0] : undefined);
    if (active === undefined) throw new AgentError('not-found', `no window is active. Windows: ${list}.`);
    return active;
  }
  const wanted = title.toLowerCase();
  const exact = windows.filter((window) => window.title.toLowerCase() === wanted);
  const found =
    exact.length > 0 ? exact : windows.filter((window) => window.title.toLowerCase().includes(wanted));
  if (found.length === 1) return found[0]!;
  const code = found.length === 0 ? 'not-found' : 'ambiguous';
  throw new AgentError(code, `${found.length} windows are named "${title}". Windows: ${list}.`);
}
