import type { TestInfo, TestStepInfo } from '@playwright/test';
import type { ActionRecord, Evidence } from '../agent/index.js';
import { decodePng, encodePng, markTarget } from '../image/index.js';
import { createTrace, type Trace } from '../report/index.js';
import type { Position } from '../spec/index.js';
import { test } from '@playwright/test';

/** The evidence of one test: pictures at each action of the report, and the desktop trace. */
export interface TestEvidence extends Evidence {
  /** Runs a step of the spec as a step of the report and of the trace. */
  step<Value>(title: string, place: Place | undefined, body: () => Promise<Value>): Promise<Value>;
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
  options: { readonly display: { readonly width: number; readonly height: number } },
): TestEvidence {
  const trace = createTrace({ title: testInfo.titlePath.slice(1).join(' › '), ...options.display });
  const open: string[] = [];
  const sources = new Set<string>();
  return {
    async step(title, place, body) {
      const parentId = open.at(-1);
      const callId = trace.before({
        title,
        method: 'step',
        time: performance.now(),
        ...(parentId === undefined ? {} : { parentId }),
        ...(place === undefined ? {} : { place: { file: place.file, ...place.position } }),
      });
      if (place !== undefined) sources.add(place.file);
      open.push(callId);
      try {
        const location = place && { file: place.file, ...place.position };
        const value = await test.step(title, body, location === undefined ? {} : { location });
        trace.after(callId, { time: performance.now() });
        return value;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        trace.after(callId, { time: performance.now(), error: { message } });
        throw error;
      } finally {
        open.pop();
      }
    },
    action: (record) =>
      test.step(record.title, async (step) => {
        traceAction(trace, record, open.at(-1));
        await attachPictures(step, record);
      }),
    async finish() {
      const { readFile } = await import('node:fs/promises');
      for (const file of sources) trace.source(file, await readFile(file, 'utf8').catch(() => ''));
      const path = testInfo.outputPath('desktop-trace.zip');
      await trace.writeTo(path);
      await testInfo.attach('trace', { path, contentType: 'application/zip' });
    },
  };
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

async function attachPictures(step: TestStepInfo, record: ActionRecord): Promise<void> {
  const { point, target, before, after } = record;
  const marked =
    point === undefined && target === undefined
      ? before.png
      : encodePng(
          markTarget(decodePng(before.png), {
            ...(target === undefined ? {} : { box: target }),
            ...(point === undefined ? {} : { point }),
          }),
        );
  await step.attach('before', { body: marked, contentType: 'image/png' });
  if (record.effect) await step.attach('after', { body: after.png, contentType: 'image/png' });
  else
    await step.attach('nothing changed on the screen', {
      body: record.log.join('\n'),
      contentType: 'text/plain',
    });
}
