import { createLocators, Locator, type AgentContext, type Locators } from '../agent/index.js';
import type { Desktop } from '../desktop/index.js';
import type { Redactor } from '../spec/index.js';
import type { TestEvidence } from './evidence.js';
import { redactSaid } from './said.js';
import type { Looking } from './screenshot.js';
import { locatedAtCaller, stepOfCaller } from './step.js';

/**
 * The screen, pointer, keyboard and accessibility tree of a test's sandbox: what can be looked for and used with
 * `getByRole` and the like, and below that pictures, elements, windows and single actions.
 */
export interface TestDesktop extends Desktop, Locators {}

/** What a desktop works with in a test. */
export interface DesktopContext extends AgentContext {
  readonly evidence: TestEvidence;
  readonly redactor: Redactor;
  readonly looking: Looking;
}

const contexts = new WeakMap<object, DesktopContext>();

/** A desktop with locators, whose actions are steps of the report. */
export function createTestDesktop(context: DesktopContext): TestDesktop {
  const locators = createLocators({
    ...context,
    redact: (text) => context.redactor.text(text),
    step: (title, body) => stepOfCaller(context, title, body),
    located: locatedAtCaller,
  });
  const desktop: TestDesktop = { ...context.desktop, ...locators };
  for (const key of [desktop, context.desktop]) contexts.set(key, context);
  redactSaid(context.desktop, context.redactor);
  return desktop;
}

/** What a desktop or a locator works with; undefined for anything else. */
export function contextOf(received: unknown): DesktopContext | undefined {
  const key = received instanceof Locator ? Locator.partsOf(received).host.desktop : received;
  return typeof key === 'object' && key !== null ? contexts.get(key) : undefined;
}
