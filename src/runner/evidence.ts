import { test, type TestInfo, type TestStepInfo } from '@playwright/test';
import type { ActionRecord, Evidence } from '../agent/index.js';
import type { Desktop } from '../desktop/index.js';
import { decodePng, encodePng, markTarget } from '../image/index.js';
import { createTrace, type Trace } from '../report/index.js';
import { SpecFailure } from './located.js';
import { redactError, type Position, type Redactor } from '../spec/index.js';
import { tellStep } from './overseen.js';

/** The evidence of one test: pictures at each action of the report, and the desktop trace. */
export interface TestEvidence extends Evidence {
  /** Runs a step of the spec as a step of the report and of the trace. */
  step<Value>(title: string, place: Place | undefined, body: () => Promise<Value>): Promise<Value>;
  /** Keeps the screen on which `what`, a step or an expectation, failed. */
  failure(what: string, desktop: Desktop): Promise<void>;
  /** Keeps the screen on which the time of the test was over, and throws an error that names the step. */
  overtime(desktop: Desktop): Promise<void>;
  /** Attaches the trace; called when the test has ended. */
  finish(): Promise<void>;
}

export interface Place {
  readonly file: string;
  readonly position: Position;
}

/** Starts to keep evidence of a test; sizes are pixels of the screen. */
export function startEvidence(
  testInfo: TestInfo,
  options: {
    readonly display: { readonly width: number; readonly height: number };
    /** Takes secrets out of all texts that are kept. */
    readonly redactor: Redactor;
  },
): TestEvidence {
  const { redactor } = options;
  const trace = createTrace({ title: testInfo.titlePath.slice(1).join(' › '), ...options.display });
  const open: OpenStep[] = [];
  const sources = new Set<string>();
  const evidence: TestEvidence = {
    async step(said, place, body) {
      const title = redactor.text(said);
      const parentId = open.at(-1)?.callId;
      const location = place && { file: place.file, ...place.position };
      const callId = trace.before({
        title,
        method: 'step',
        time: performance.now(),
        ...(parentId === undefined ? {} : { parentId }),
        ...(location === undefined ? {} : { place: location }),
      });
      if (place !== undefined) sources.add(place.file);
      open.push({ callId, location, title, place });
      tellStep(title, location);
      try {
        const value = await test.step(title, body, at(location));
        trace.after(callId, { time: performance.now() });
        return value;
      } catch (error) {
        // Only because the desktop was taken away; `overtime` says what happened.
        if (testInfo.status === 'timedOut') return await new Promise<never>(() => {});
        redactError(error, redactor);
        const message = error instanceof Error ? error.message : redactor.text(String(error));
        trace.after(callId, { time: performance.now(), error: { message } });
        throw error;
      } finally {
        open.pop();
      }
    },
    async action(told) {
      const record = {
        ...told,
        title: redactor.text(told.title),
        ...(told.action?.type === 'type'
          ? { action: { ...told.action, text: redactor.text(told.action.text) } }
          : {}),
        log: told.log.map((line) => redactor.text(line)),
      };
      // An action belongs to the line of its step, not to the line of our code that did it.
      const { callId, location } = open.at(-1) ?? {};
      traceAction(trace, record, callId);
      await test.step(record.title, (step) => attachPictures(step, record), at(location));
    },
    async failure(what, desktop) {
      // When the desktop does not answer, that is what the test fails with.
      const shot = await desktop.screenshot().catch(() => undefined);
      if (shot === undefined) return;
      trace.frame(shot.png, performance.now());
      await testInfo.attach(`${redactor.text(what)} - the screen when it failed.png`, {
        body: shot.png,
        contentType: 'image/png',
      });
    },
    async overtime(desktop) {
      const last = open.at(-1);
      if (testInfo.status !== 'timedOut' || last === undefined) return;
      await evidence.failure(last.title, desktop);
      const error = new Error(
        `the ${testInfo.timeout / 1000} s that the test may take were over during "${last.title}". ` +
          `A test that needs longer says so with "timeout:" in its front matter, or test.setTimeout()`,
      );
      throw last.place === undefined ? error : new SpecFailure(last.place.file, last.place.position, error);
    },
    async finish() {
      const { readFile } = await import('node:fs/promises');
      for (const file of sources) trace.source(file, await readFile(file, 'utf8').catch(() => ''));
      const path = testInfo.outputPath('desktop-trace.zip');
      await trace.writeTo(path);
      await testInfo.attach('trace', { path, contentType: 'application/zip' });
    },
  };
  return evidence;
}

interface OpenStep {
  readonly callId: string;
  readonly location: Location | undefined;
  readonly title: string;
  readonly place: Place | undefined;
}

interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function at(location: Location | undefined): { readonly location?: Location } {
  return location === undefined ? {} : { location };
}

function traceAction(trace: Trace, record: ActionRecord, parentId: string | undefined): void {
  const { action, point, target, before, after } = record;
  const callId = trace.before({
    title: record.title,
    method: action?.type ?? 'action',
    params: action === undefined ? {} : { ...action },
    time: record.started,
    png: before.png,
    ...(parentId === undefined ? {} : { parentId }),
  });
  for (const line of record.log) trace.log(callId, line, record.acted);
  if (point !== undefined || target !== undefined) {
    trace.input(callId, {
      time: record.acted,
      ...(point === undefined ? {} : { point }),
      ...(target === undefined ? {} : { box: target }),
    });
  }
  trace.after(callId, { time: record.ended, png: after.png });
}

/**
 * The report lists the pictures of all steps in one row, so each says what it shows. It takes the type of
 * a file from the end of its name, where a title such as `Start mousepad notes.txt` would mislead it.
 */
async function attachPictures(step: TestStepInfo, record: ActionRecord): Promise<void> {
  const { title, action, point, target, before, after } = record;
  // Nothing is to be seen of an application that is only about to start.
  if (action !== undefined || target !== undefined) {
    const marks = {
      ...(target === undefined ? {} : { box: target }),
      ...(point === undefined ? {} : { point }),
    };
    const plain = point === undefined && target === undefined;
    const marked = plain ? before.png : encodePng(markTarget(decodePng(before.png), marks));
    await step.attach(`${title} - before.png`, { body: marked, contentType: 'image/png' });
  }
  if (record.effect) await step.attach(`${title} - after.png`, { body: after.png, contentType: 'image/png' });
  else
    await step.attach(`${title} - nothing changed on the screen.txt`, {
      body: record.log.join('\n'),
      contentType: 'text/plain',
    });
}
