import type { TestInfo } from '@playwright/test';
import {
  describeEnded,
  judgeCheck,
  judgeClaim,
  newMemory,
  parseExpectation,
  type AgentContext,
} from '../agent/index.js';
import type { Desktop } from '../desktop/index.js';
import type { Sandbox } from '../sandbox/index.js';
import type { Check, Expectation, Position, Step } from '../spec/index.js';
import type { TestEvidence } from './evidence.js';
import { doOrShow, stepTimeout } from './fixtures.js';
import { isDebugged } from './overseen.js';
import { SpecFailure, together } from './located.js';
import { secretValues } from './secrets.js';
import { unreadSentences } from './unread.js';
import { contextOf } from './desktop.js';
import { areaOf, readMask } from './looks/said.js';
import { lookForPicture, missingPictures, withPictures } from './pictures.js';
import { BaselineMade, compareWithBaseline } from './screenshot.js';

export { test } from './fixtures.js';

/** A test of a Markdown spec, as it is written into the file that Playwright loads. */
export interface SpecCase {
  readonly file: string;
  readonly app: string;
  readonly secrets: readonly string[];
  /** Where the front matter says so. */
  readonly places: { readonly app: Position; readonly secrets: Position };
  readonly steps: readonly Step[];
  readonly expectations: readonly Expectation[];
}

interface Fixtures {
  readonly sandbox: Sandbox;
  readonly desktop: Desktop;
  readonly evidence: TestEvidence;
}

/** The body of a test; one that cannot be read to its end fails before anything is provisioned. */
export function specTest(spec: SpecCase): (fixtures: never, testInfo: TestInfo) => Promise<void> {
  const unread = findUnread(spec) ?? findUnset(spec) ?? findMissing(spec);
  if (unread !== undefined) {
    // Playwright provides the fixtures that the pattern names: none.
    // eslint-disable-next-line no-empty-pattern
    return async ({}) => {
      throw unread;
    };
  }
  return async ({ desktop, sandbox, evidence }: Fixtures, testInfo) =>
    runSpec(spec, {
      desktop,
      sandbox,
      evidence,
      timeout: stepTimeout,
      ...newMemory(),
      testInfo,
    });
}

/** How long every expectation at the end may take at least, in milliseconds. */
const leastWait = 1_000;

interface Context extends AgentContext {
  readonly evidence: TestEvidence;
  readonly sandbox: Sandbox;
  readonly testInfo: TestInfo;
}

async function runSpec(spec: SpecCase, context: Context): Promise<void> {
  const { file, app, places } = spec;
  const start = { file, position: places.app };
  if (app !== 'none') {
    await context.evidence.step(`Start ${app}`, start, () =>
      located(start, () => doOrShow(context, `Start "${app.replaceAll('"', '\\"')}"`)),
    );
  }
  const failures: SpecFailure[] = [];
  for (const { text, position, expectations, file: from = file } of spec.steps) {
    const place = { file: from, position };
    await context.evidence.step(text || 'Look at the screen', place, async () => {
      if (text !== '') await located(place, () => doOrShow(seeing(context, text, from), text));
      for (const expectation of expectations) {
        const failure = await failureOf(judge(file, expectation, context));
        if (failure !== undefined && !(failure.error instanceof BaselineMade)) throw failure;
        if (failure !== undefined) failures.push(failure);
      }
    });
  }
  // What is expected at the end is all judged, so that one run shows all that is wrong. Those that do not hold share
  // one time: each with its own would use up that of the test, and nothing would be told.
  let left = context.timeout;
  for (const expectation of spec.expectations) {
    const began = performance.now();
    const timeout = Math.max(leastWait, left);
    const failure = await failureOf(judge(file, expectation, { ...context, timeout }));
    if (failure === undefined) continue;
    failures.push(failure);
    left -= performance.now() - began;
  }
  if (failures.length > 0) throw together(failures);
}

async function failureOf(judged: Promise<void>): Promise<SpecFailure | undefined> {
  try {
    await judged;
    return undefined;
  } catch (error) {
    if (error instanceof SpecFailure) return error;
    throw error;
  }
}

async function judge(file: string, expectation: Expectation, context: Context): Promise<void> {
  const place = { file: expectation.file ?? file, position: expectation.position };
  await context.evidence.step(`expect: ${expectation.text}`, place, () =>
    located(place, async () => {
      if (expectation.kind === 'check' && expectation.check.name === 'screenshot') {
        const { baseline: name, masks, of, ...check } = expectation.check;
        const { looking } = contextOf(context.desktop)!;
        return compareWithBaseline(
          { ...context, looking },
          { ...check, file, name, masks: masks.map(readMask), area: of === undefined ? of : areaOf(of) },
        );
      }
      if (expectation.kind === 'check' && expectation.check.name === 'image')
        return judgePicture(context, { spec: place.file, check: expectation.check });
      const judged =
        expectation.kind === 'check'
          ? await judgeCheck(
              context,
              expectation.check as Exclude<typeof expectation.check, { name: 'screenshot' | 'image' }>,
            )
          : await judgeClaim(
              seeing(context, expectation.text, place.file),
              parseExpectation(expectation.text)!,
            );
      if (judged.held) return;
      await context.evidence.failure(expectation.text, context.desktop);
      const ended = describeEnded(context.launched);
      const found = ended === '' ? judged.found : `${judged.found}; ${ended}`;
      throw new Error(`${expectation.text}\nexpected: ${judged.expected}\nfound: ${found}`);
    }),
  );
}

/** Sees the pictures that a sentence of a spec names. */
function seeing(context: Context, sentence: string, spec: string): Context {
  return { ...context, desktop: withPictures(context.desktop, sentence, spec) };
}

async function judgePicture(
  { desktop, evidence, testInfo, timeout }: Context,
  { spec, check }: { readonly spec: string; readonly check: Extract<Check, { name: 'image' }> },
): Promise<void> {
  const { path, not, within = timeout } = check;
  const { held, expected, found, picture } = await lookForPicture(desktop, { spec, path, not, within });
  if (held) return;
  const what = `image: ${not ? 'not ' : ''}${path}`;
  await testInfo.attach(`${path.replaceAll('/', '-')} - what was looked for.png`, {
    body: picture.png,
    contentType: 'image/png',
  });
  await evidence.failure(what, desktop);
  throw new Error(`${what}\nexpected: ${expected}\nfound: ${found}`);
}

async function located<Value>(
  place: { readonly file: string; readonly position: Position },
  body: () => Promise<Value>,
): Promise<Value> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof SpecFailure ? error : new SpecFailure(place.file, place.position, error);
  }
}

/** What is wrong with the values of the secrets, at the line that lists them. */
function findUnset({ file, places, secrets }: SpecCase): SpecFailure | undefined {
  try {
    secretValues(secrets);
    return undefined;
  } catch (error) {
    return new SpecFailure(file, places.secrets, error);
  }
}

/** The first picture that is looked for and not there. */
function findMissing(spec: SpecCase): SpecFailure | undefined {
  const [first] = missingPictures(spec.file, spec);
  return first && new SpecFailure(first.file ?? spec.file, first.position, new Error(first.message));
}

/** The first sentence that nobody here can read. */
function findUnread(spec: SpecCase): SpecFailure | undefined {
  // A person who debugs may say a step anew.
  const first = unreadSentences(spec).find(({ kind }) => kind !== 'step' || !isDebugged());
  return first && new SpecFailure(first.file ?? spec.file, first.position, first.error);
}
