import { setTimeout as delay } from 'node:timers/promises';
import type { TestInfo } from '@playwright/test';
import { describePlace, doStep, preview, type AgentContext } from '../agent/index.js';
import type { Desktop } from '../desktop/index.js';
import { connectOverseer, type Overseer, type Question } from '../oversight/index.js';

/** Environment variable with the socket of the process that shows and asks, where there is one. */
export const overseerVariable = 'CODEX_TEST_OVERSEER';
/** Environment variable that is set when each step is to be asked for. */
export const debugVariable = 'CODEX_TEST_DEBUG';

/** Pictures of a desktop are this far apart at least, in milliseconds. */
const interval = 100;

/** A worker runs one test after the other, with one connection for all. */
let overseer: Overseer | undefined;
let current: { readonly id: string; readonly title: string } | undefined;
let place: Question['place'];

function connected(): Overseer | undefined {
  const path = process.env[overseerVariable];
  return path === undefined ? undefined : (overseer ??= connectOverseer(path));
}

/** Whether each step is asked for before it is done. */
export function isDebugged(): boolean {
  return process.env[debugVariable] !== undefined && connected() !== undefined;
}

/** Shows the desktop of a test to whoever watches the run, until it ends. */
export function showDesktop(desktop: Desktop, testInfo: TestInfo): { end(): void } {
  const link = connected();
  if (link === undefined) return { end: () => {} };
  const id = `${testInfo.testId}-${testInfo.retry}-${testInfo.repeatEachIndex}`;
  const shown = { id, title: testInfo.titlePath.slice(1).join(' › ') };
  current = shown;
  link.tell({ tell: 'desktop', ...shown });
  let state: 'running' | 'ended' = 'running';
  const isRunning = (): boolean => state === 'running';
  void sendPictures(link, { id, desktop, isRunning });
  return {
    end: () => {
      state = 'ended';
      current = undefined;
      link.tell({ tell: 'end', id });
    },
  };
}

async function sendPictures(
  link: Overseer,
  options: { readonly id: string; readonly desktop: Desktop; readonly isRunning: () => boolean },
): Promise<void> {
  const { id, desktop, isRunning } = options;
  let last: number | undefined;
  while (isRunning()) {
    try {
      const shot = await desktop.screenshot();
      if (shot.revision !== last && isRunning() && !link.isBusy()) {
        last = shot.revision;
        link.tell({ tell: 'frame', id, png: shot.png.toString('base64') });
      }
      await delay(interval, undefined, { ref: false });
      await desktop.waitForChange({ since: shot.revision, timeout: 1_000 });
    } catch {
      // The test itself says what is wrong with its desktop; it may come back.
      await delay(5 * interval, undefined, { ref: false });
    }
  }
}

/** Tells whoever watches which step begins, and where it stands. */
export function tellStep(
  step: string,
  at: { readonly file: string; readonly line: number } | undefined,
): void {
  const link = connected();
  if (link === undefined) return;
  place = at && { file: at.file, line: at.line };
  if (current !== undefined) link.tell({ tell: 'step', id: current.id, step });
}

/** Does a step; where the person debugs, as soon and as they say. */
export async function doOverseen(context: AgentContext, step: string): Promise<void> {
  if (!isDebugged()) return doStep(context, step);
  let sentence = step;
  let failure: unknown;
  for (;;) {
    const answer = await connected()!.ask(await question(context, sentence, failure));
    if (answer.do === 'skip') return;
    // What comes next is not asked for, and fails as ever.
    if (answer.do === 'continue' && failure !== undefined) throw failure;
    if (answer.do === 'instead') sentence = answer.sentence;
    try {
      return await doStep(context, sentence);
    } catch (error) {
      if (answer.do === 'continue') throw error;
      failure = error;
    }
  }
}

async function question({ desktop }: AgentContext, step: string, failure: unknown): Promise<Question> {
  const { reads, target, candidates, problem } = preview(step, await desktop.elements());
  const said = failure instanceof Error ? failure.message : problem;
  if (current !== undefined) {
    connected()?.tell({
      tell: 'target',
      id: current.id,
      ...(target === undefined ? {} : { box: target.box }),
    });
  }
  return {
    test: current?.title ?? '',
    ...(place === undefined ? {} : { place }),
    step,
    reads,
    ...(target === undefined ? {} : { target: { description: describePlace(target), box: target.box } }),
    candidates: candidates.map(describePlace),
    ...(said === undefined ? {} : { problem: said }),
  };
}
