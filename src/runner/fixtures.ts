import { fileURLToPath } from 'node:url';
import { test as base, type TestInfo } from '@playwright/test';
import type { AgentContext } from '../agent/index.js';
import {
  startDesktopProcess,
  startTextReader,
  withText,
  type Desktop,
  type DesktopProcess,
  type TextReader,
} from '../desktop/index.js';
import { brokerVariable, connectBroker, SandboxError, type Broker, type Sandbox } from '../sandbox/index.js';
import { defaultSettings, type Settings } from '../spec/index.js';
import { showAt } from './located.js';
import { annotateVerdict } from './verdict.js';
import { doOverseen, showDesktop } from './overseen.js';
import { startEvidence, type Place, type TestEvidence } from './evidence.js';

/** Turns sentences into actions on the desktop of the test. */
export interface Agent {
  /** Does one step, for example `Click "Save"`. */
  do(step: string): Promise<void>;
}

export interface TestFixtures {
  /** The fresh account of this test. */
  readonly sandbox: Sandbox;
  /** Its screen, pointer, keyboard and accessibility tree. */
  readonly desktop: Desktop;
  readonly agent: Agent;
}

interface InternalFixtures {
  readonly evidence: TestEvidence;
  /** Set up first, so that it starts while the sandbox is provisioned. */
  readonly desktopProcess: DesktopProcess;
  /** Set up before all others, so that it ends when all of them have. */
  readonly verdict: undefined;
}

export interface TestOptions {
  /** How the sandbox and the desktop of a test are to be, as in the front matter of a spec. */
  readonly settings: Partial<Settings>;
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
  sandbox: async ({ broker, settings }, use, testInfo) => {
    const { level, network, display, locale, env, timezone, keyboard, theme, scale } = {
      ...defaultSettings,
      ...settings,
    };
    const sandbox = await broker.provision({
      level: level === 'any' ? 'elevated' : level,
      network,
      display,
      locale,
      env,
      timezone,
      keyboard,
      theme,
      scale,
    });
    await use(sandbox);
    await sandbox.deprovision();
    annotateTimings(testInfo, sandbox);
  },
  desktopProcess: async ({}, use) => {
    const process = startDesktopProcess();
    await use(process);
    await process.close();
  },
  desktop: async ({ desktopProcess, sandbox, textReader }, use, testInfo) => {
    const desktop = withText(await desktopProcess.connect(await sandbox.start()), textReader);
    const watched = showDesktop(desktop, testInfo);
    await use(desktop);
    watched.end();
  },
  evidence: async ({ settings }, use, testInfo) => {
    const evidence = startEvidence(testInfo, { display: { ...defaultSettings, ...settings }.display });
    await use(evidence);
    await evidence.finish();
  },
  agent: async ({ desktop, sandbox, evidence }, use) => {
    const context = { desktop, sandbox, evidence, timeout: stepTimeout, launched: [], remembered: new Map() };
    const agent: Agent = {
      do(step) {
        // eslint-disable-next-line typescript/unbound-method -- only named, not called
        const place = placeOfCaller(agent.do);
        return evidence.step(step, place, () =>
          doOrShow(context, step).catch((error: unknown) => {
            if (place !== undefined && error instanceof Error) showAt(error, place);
            throw error;
          }),
        );
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

/** Where `callee` was called, in the words of the stack, which Playwright maps to the source. */
function placeOfCaller(callee: (...args: never[]) => unknown): Place | undefined {
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, callee);
  const frame = at.stack?.split('\n')[1] ?? '';
  const where = /\((.+)\)$/.exec(frame)?.[1] ?? frame.replace(/^ *at (?:async )?/, '');
  const [, path, line, column] = /^(.+):(\d+):(\d+)$/.exec(where) ?? [];
  if (path === undefined) return undefined;
  const file = path.startsWith('file:') ? fileURLToPath(path) : path;
  return { file, position: { line: Number(line), column: Number(column) } };
}

function annotateTimings(testInfo: TestInfo, sandbox: Sandbox): void {
  const parts = Object.entries(sandbox.timings).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
  testInfo.annotations.push({
    type: 'sandbox',
    description: `${sandbox.account} (uid ${sandbox.uid}): ${parts.join(', ')}`,
  });
}
