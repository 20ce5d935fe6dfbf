// What the specs import in place of `runner/markdown.ts` when their steps are measured.
import { specTest, test as base } from '../runner/markdown.js';

export { specTest };

/** Begins each line that tells of a step. */
export const mark = 'measured step: ';

/** Milliseconds of one step: all of it, and what parts took. */
export interface StepTimes {
  readonly title: string;
  readonly wall: number;
  /** Actions that were kept as evidence. */
  readonly actions: number;
  readonly parts: Readonly<Record<Part, number>>;
}

const parts = [
  ...(['screenshot', 'revision', 'elements', 'windows', 'perform', 'waitForChange'] as const),
  // Keeping it, commands in the sandbox, and reading its files.
  ...(['evidence', 'exec', 'readFile'] as const),
] as const;
export type Part = (typeof parts)[number];

let open: { actions: number; readonly parts: Record<Part, number> } | undefined;

/** The same object, of which some methods are timed. */
function timing<Thing extends object>(thing: Thing, names: Readonly<Record<string, Part>>): Thing {
  return new Proxy(thing, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      const part = typeof name === 'string' && Object.hasOwn(names, name) ? names[name] : undefined;
      if (part === undefined || typeof value !== 'function') return value;
      return async (...args: readonly unknown[]) => {
        const step = open;
        const began = performance.now();
        try {
          return await (Reflect.apply(value, target, args) as Promise<unknown>);
        } finally {
          // A command that outlives its step, such as an application, is none of the next one's.
          if (step !== undefined && step === open) step.parts[part] += performance.now() - began;
          if (step !== undefined && part === 'evidence') step.actions++;
        }
      };
    },
  });
}

const ofDesktop = {
  screenshot: 'screenshot',
  revision: 'revision',
  elements: 'elements',
  windows: 'windows',
  perform: 'perform',
  waitForChange: 'waitForChange',
} as const;

/** Playwright's `test` of Markdown specs, which tells how long each step took. */
export const test: typeof base = base.extend({
  desktop: async ({ desktop }, use) => use(timing(desktop, ofDesktop)),
  sandbox: async ({ sandbox }, use) => use(timing(sandbox, { exec: 'exec', readFile: 'readFile' })),
  evidence: async ({ evidence }, use) => {
    const kept = timing(evidence, { action: 'evidence' });
    await use({
      ...evidence,
      action: (record) => kept.action(record),
      step: async (title, place, body) => {
        if (open !== undefined) return evidence.step(title, place, body);
        const times = Object.fromEntries(parts.map((part) => [part, 0])) as Record<Part, number>;
        const step = (open = { actions: 0, parts: times });
        const began = performance.now();
        try {
          return await evidence.step(title, place, body);
        } finally {
          open = undefined;
          const told: StepTimes = { title, wall: performance.now() - began, ...step };
          process.stdout.write(`\n${mark}${JSON.stringify(told)}\n`);
        }
      },
    });
  },
});
