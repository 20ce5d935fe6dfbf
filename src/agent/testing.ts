import { expect } from '@playwright/test';
import type { Action, Desktop, Element, Window, WindowChange } from '../desktop/types.js';
import type { ExecResult } from '../sandbox/types.js';
import type { AgentContext } from './context.js';
import type { AgentErrorCode } from './error.js';

/** What a drawn screen shows at one time. */
export interface Scene {
  readonly elements?: readonly Element[];
  readonly windows?: readonly Window[];
}

type Sent =
  | Action
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'change'; readonly id: number; readonly to: WindowChange };

export interface DrawnDesktop extends Desktop {
  /** What was sent to it. */
  readonly actions: readonly Sent[];
  /** Shows another scene; what it leaves out stays. */
  show(scene: Scene): void;
}

/** How an application answers an action or the wish to close a window: with the scene that follows. */
export type Answer = (action: DrawnDesktop['actions'][number], scene: Required<Scene>) => Scene | undefined;

/**
 * A desktop without pixels. It goes on to the next scene whenever it was read, until the last, and from
 * there only by what `answer` gives.
 */
export function drawDesktop(
  scenes: Scene | readonly Scene[],
  answer: Answer = () => undefined,
): DrawnDesktop {
  const [first = {}, ...later] = [scenes].flat();
  const actions: Sent[] = [];
  const waiting = new Set<() => void>();
  let scene: Required<Scene> = { elements: [], windows: [], ...first };
  let revision = 1;
  const show = (next: Scene): void => {
    scene = { ...scene, ...next };
    revision += 1;
    for (const wake of waiting) wake();
  };
  const read = <Part extends keyof Scene>(part: Part): Promise<Required<Scene>[Part]> => {
    const now = scene[part];
    const next = later[0]?.[part] === undefined ? undefined : later.shift();
    if (next !== undefined) show(next);
    return Promise.resolve(now);
  };
  const receive = (action: (typeof actions)[number]): Promise<void> => {
    actions.push(action);
    const next = answer(action, scene);
    if (next !== undefined) show(next);
    return Promise.resolve();
  };
  return {
    actions,
    show,
    screenshot: () => Promise.resolve({ png: Buffer.alloc(0), width: 800, height: 600, revision }),
    picture: () => Promise.resolve({ width: 0, height: 0, data: Buffer.alloc(0), revision }),
    revision: () => Promise.resolve(revision),
    changes: ({ since }) => Promise.resolve({ revision, boxes: since === revision ? [] : undefined }),
    elements: () => read('elements'),
    windows: () => read('windows'),
    perform: receive,
    closeWindow: (id) => receive({ type: 'close', id }),
    changeWindow: (options) => receive({ type: 'change', ...options }),
    waitForChange: ({ since, timeout }) =>
      new Promise((resolve) => {
        if (revision > since) return resolve(true);
        const end = (changed: 'changed' | 'same') => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve(changed === 'changed');
        };
        const wake = () => end('changed');
        const timer = setTimeout(() => end('same'), timeout);
        waiting.add(wake);
      }),
  };
}

/** An element with a box, named `name` unless told otherwise. */
export function element(role: string, name: string, more: Partial<Element> = {}): Element {
  return {
    id: `${role} ${name}`,
    role,
    name,
    labels: [],
    states: ['enabled', 'showing'],
    box: { x: 10, y: 10, width: 80, height: 20 },
    app: 'demo',
    ...more,
  };
}

/** A window of the window manager. */
export function topLevel(title: string, more: Partial<Window> = {}): Window {
  return { id: 1, title, box: { x: 0, y: 0, width: 400, height: 300 }, active: true, ...more };
}

export interface Kept {
  readonly title: string;
  readonly effect: 'effect' | 'no effect';
  readonly log: readonly string[];
}

/** A context around a drawn desktop; what the evidence kept is in `kept`. */
export function contextOf(
  desktop: Desktop,
  options: {
    readonly timeout?: number;
    readonly files?: Readonly<Record<string, string>>;
    readonly exec?: (argv: readonly string[]) => Promise<Partial<ExecResult>>;
  } = {},
): AgentContext & { readonly kept: readonly Kept[] } {
  const kept: Kept[] = [];
  return {
    desktop,
    timeout: options.timeout ?? 2_000,
    launched: [],
    remembered: new Map(),
    kept,
    evidence: {
      action: ({ title, effect, log }) => {
        kept.push({ title, effect: effect ? 'effect' : 'no effect', log });
        return Promise.resolve();
      },
    },
    sandbox: {
      home: '/home/test',
      exec: async (argv) => ({
        code: 0,
        stdout: Buffer.alloc(0),
        stderr: Buffer.alloc(0),
        truncated: false,
        timedOut: false,
        ...(await options.exec?.(argv)),
      }),
      readFile: (path) => {
        const content = options.files?.[path];
        return Promise.resolve(content === undefined ? undefined : Buffer.from(content));
      },
    },
  };
}

/** What an error of the agent has to be like, for `toMatchObject`. */
export function failure(code: AgentErrorCode, message: string | RegExp): Record<string, unknown> {
  return {
    name: `AgentError [${code}]`,
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  };
}

/** A click with the left button. */
export function clickAt(x: number, y: number): Action {
  return { type: 'click', x, y, button: 'left' };
}
