import { test as base, type TestInfo } from '@playwright/test';
import { ask, newMemory, type AgentContext, type AnswerOf, type AnswerSchema } from '../agent/index.js';
import {
  startDesktopProcess,
  startTextReader,
  withSecrets,
  type DesktopProcess,
  type TextReader,
} from '../desktop/index.js';
import {
  brokerVariable,
  connectBroker,
  defaultLimits,
  SandboxError,
  withSecretCommands,
  type Broker,
  type Sandbox,
} from '../sandbox/index.js';
import { createSecrets, defaultSettings, type Limits, type Secrets, type Settings } from '../spec/index.js';
import { createTestDesktop, type TestDesktop } from './desktop.js';
import { attachAttempts, type ProjectNetwork } from './network.js';
import { redactSaid } from './said.js';
import { withPictures } from './pictures.js';
import type { Looking } from './screenshot.js';
import { secretValues } from './secrets.js';
import { provisionFor, type Origin } from './setup.js';
import { annotateVerdict } from './verdict.js';
import { doOverseen, showDesktop } from './overseen.js';
import { startEvidence, type TestEvidence } from './evidence.js';
import { stepOfCaller } from './step.js';

export type { Locator } from '../agent/index.js';
export type { TestDesktop } from './desktop.js';

/** Turns sentences into actions on the desktop of the test. */
export interface Agent {
  /** Does one step, for example `Click "Save"`. */
  do(step: string): Promise<void>;
  /**
   * Answers a question about the screen, such as `the value of "Tab width"` or `Is "Match case" checked?`, as a
   * string, a number, a boolean, a list of strings, or what a Standard Schema (zod, valibot, arktype) makes of that.
   * Throws an `AgentError` with the code `not-understood` for a question of no known form, and `invalid-answer`
   * for an answer that is not as the schema wants.
   *
   * @example
   * const width = await agent.ask('the value of "Tab width"', 'number');
   */
  ask<Schema extends AnswerSchema>(question: string, schema: Schema): Promise<AnswerOf<Schema>>;
}

export interface TestFixtures {
  /** The fresh account of this test. */
  readonly sandbox: Sandbox;
  /** Its screen, pointer, keyboard and accessibility tree, with locators: `desktop.getByRole('button')`. */
  readonly desktop: TestDesktop;
  readonly agent: Agent;
}

interface InternalFixtures {
  /** Those that the test lists; without a value for each, nothing is provisioned. */
  readonly secrets: Secrets;
  readonly evidence: TestEvidence;
  /** Set up first, so that it starts while the sandbox is provisioned. */
  readonly desktopProcess: DesktopProcess;
  /** Set up before all others, so that it ends when all of them have. */
  readonly verdict: undefined;
  /** Set by the test file that is made of a Markdown spec. */
  readonly origin: Origin | undefined;
}

export interface TestOptions {
  /** How the sandbox and the desktop of a test are to be, as in the front matter of a spec. */
  readonly settings: Partial<Settings>;
  /** What all tests that are online may reach, and may not, beside what each says itself; for the configuration. */
  readonly network: ProjectNetwork;
}

interface WorkerFixtures {
  readonly broker: Broker;
  /** Reads text from pictures; starts when it is first needed, and keeps what it has read. */
  readonly textReader: TextReader;
}

/** How long a step waits for its target, in milliseconds. */
export const stepTimeout = 10_000;

/* eslint-disable no-empty-pattern -- Playwright reads the fixtures from the pattern */
/** Playwright's `test` with a sandbox, its desktop and an agent for each test. */
export const test = base.extend<TestFixtures & InternalFixtures & TestOptions, WorkerFixtures>({
  settings: [{}, { option: true }],
  network: [{}, { option: true }],
  origin: [undefined, { option: true }],
  verdict: [
    async ({}, use, testInfo) => {
      await use(undefined);
      annotateVerdict(testInfo);
    },
    { auto: true },
  ],
  broker: [
    async ({}, use) => {
      const path = process.env[brokerVariable];
      if (path === undefined) {
        throw new SandboxError(
          'no-broker',
          'no broker is running; start the tests with `npx codex-test` instead of `npx playwright test`',
        );
      }
      const broker = await connectBroker(path);
      await use(broker);
      await broker.close();
    },
    { scope: 'worker' },
  ],
  textReader: [
    async ({}, use) => {
      const reader = startTextReader();
      await use(reader);
      await reader.close();
    },
    { scope: 'worker' },
  ],
  secrets: async ({ settings }, use) => {
    await use(createSecrets(secretValues(settings.secrets ?? [])));
  },
  sandbox: async ({ broker, settings, network, origin, secrets }, use, testInfo) => {
    const all = { ...defaultSettings, ...settings };
    const { redactor } = secrets;
    const sandbox = await provisionFor({ settings: all, network, origin, broker, testInfo, redactor });
    const guarded = withSecretCommands(sandbox, secrets);
    redactSaid(guarded, redactor);
    await use(guarded);
    const ended = await sandbox.deprovision();
    const { outOfMemory } = ended;
    await attachAttempts(testInfo, ended, redactor);
    annotateTimings(testInfo, sandbox);
    if (outOfMemory > 0) annotateMemory(testInfo, { count: outOfMemory, limits: all.limits });
  },
  desktopProcess: async ({}, use) => {
    const process = startDesktopProcess();
    await use(process);
    await process.close();
  },
  desktop: async ({ desktopProcess, sandbox, textReader, evidence, secrets, settings }, use, testInfo) => {
    const bare = await desktopProcess.connect(await sandbox.start());
    const desktop = withSecrets(bare, { secrets, reader: textReader });
    const watched = showDesktop(desktop, testInfo);
    const { redactor } = secrets;
    const { scale, theme, screenshots } = { ...defaultSettings, ...settings };
    const looking: Looking = {
      drawing: { scale, theme },
      level: screenshots.level,
      read: (frame, region) => textReader.read(frame, { region }),
    };
    await use(
      createTestDesktop({
        ...{ desktop, sandbox, evidence, redactor, looking, timeout: stepTimeout },
        ...newMemory(),
      }),
    );
    watched.end();
    await evidence.overtime(desktop);
  },
  evidence: async ({ settings, secrets }, use, testInfo) => {
    const { display } = { ...defaultSettings, ...settings };
    const evidence = startEvidence(testInfo, { display, redactor: secrets.redactor });
    await use(evidence);
    await evidence.finish();
  },
  agent: async ({ desktop, sandbox, evidence, secrets }, use, testInfo) => {
    const context = { desktop, sandbox, evidence, timeout: stepTimeout, ...newMemory() };
    const agent: Agent = {
      do(said) {
        // A value that the caller has put in is the secret, so that what the screen has is found to be the same.
        const step = secrets.redactor.text(said);
        const seeing = { ...context, desktop: withPictures(desktop, step, testInfo.file) };
        return stepOfCaller(context, step, () => doOverseen(seeing, step));
      },
      ask(said, schema) {
        const question = secrets.redactor.text(said);
        return stepOfCaller(context, `Ask: ${question}`, () => ask(context, question, schema));
      },
    };
    await use(agent);
  },
});

/** Does a step; one that fails leaves the screen it failed on. */
export async function doOrShow(
  context: AgentContext & { readonly evidence: TestEvidence },
  step: string,
): Promise<void> {
  try {
    await doOverseen(context, step);
  } catch (error) {
    await context.evidence.failure(step, context.desktop);
    throw error;
  }
}

/** Says why a program may have ended that no one closed. */
function annotateMemory(
  testInfo: TestInfo,
  { count, limits }: { readonly count: number; readonly limits: Limits },
): void {
  const { memory = defaultLimits.memory } = limits;
  const description = `the kernel ended ${count} of the sandbox's processes: all together wanted more than ${(memory / 1024 ** 3).toFixed(1)} GiB (limits.memory)`;
  testInfo.annotations.push({ type: 'memory', description });
}

function annotateTimings(testInfo: TestInfo, sandbox: Sandbox): void {
  const parts = Object.entries(sandbox.timings).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
  testInfo.annotations.push({
    type: 'sandbox',
    description: `${sandbox.account} (uid ${sandbox.uid}): ${parts.join(', ')}`,
  });
}
