import { mkdir, readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { createTrace, type Trace } from './index.js';
import { blue, button, green, screen, screenSize } from './testing.js';

test('stores equal pictures once and shows each where it was taken', () => {
  const trace = createTrace({ title: 'desktop', ...screenSize, time: 500, wallTime: 1_800_000_000_000 });
  const [first, second] = [screen(blue), screen(green)];
  trace.frame(first, 510);
  const step = trace.before({ title: 'Step', method: 'step', time: 520 });
  const call = { callId: 'click', parentId: step, title: 'Click "Next"', method: 'click' };
  trace.before({ ...call, params: { target: 'Next' }, time: 530, png: Buffer.from(first) });
  trace.input('click', { point: { x: 180, y: 120 }, box: button });
  trace.log('click', 'found', 535);
  trace.after('click', { time: 600, png: second, error: { message: 'nothing happened' } });
  trace.after(step, { time: 610, png: second });

  const { files, events } = unpack(trace);
  const pictures = Object.keys(files).filter((name) => name.startsWith('resources/'));
  expect(pictures.map((name) => Buffer.from(files[name] ?? []))).toEqual([first, second]);
  const [one = '', two = ''] = pictures;
  expect(events.filter(({ type }) => type === 'screencast-frame')).toEqual([
    { type: 'screencast-frame', pageId: 'desktop', file: one, ...screenSize, timestamp: 510 },
    { type: 'screencast-frame', pageId: 'desktop', file: two, ...screenSize, timestamp: 600 },
    { type: 'screencast-frame', pageId: 'desktop', file: two, ...screenSize, timestamp: 610 },
  ]);
  expect(events.filter(({ type }) => ['before', 'log', 'after'].includes(type))).toEqual([
    {
      type: 'before',
      callId: step,
      startTime: 520,
      class: 'Desktop',
      method: 'step',
      title: 'Step',
      params: {},
      pageId: 'desktop',
    },
    {
      type: 'before',
      callId: 'click',
      parentId: step,
      startTime: 530,
      class: 'Desktop',
      method: 'click',
      title: 'Click "Next"',
      params: { target: 'Next' },
      pageId: 'desktop',
    },
    { type: 'log', callId: 'click', message: 'found', time: 535 },
    { type: 'after', callId: 'click', endTime: 600, error: { name: 'Error', message: 'nothing happened' } },
    { type: 'after', callId: step, endTime: 610 },
  ]);
  expect(events.flatMap(({ snapshot }) => shownPicture(snapshot))).toEqual([
    ['click', 'before', one],
    ['click', 'action', one],
    ['click', 'after', two],
    [step, 'after', two],
  ]);
});

test('orders the film strip by time', () => {
  const trace = createTrace({ title: 'desktop', ...screenSize, time: 0 });
  trace.frame(screen(green), 20);
  trace.frame(screen(blue), 10);
  trace.frame(screen(green), 30);
  const frames = unpack(trace).events.filter(({ type }) => type === 'screencast-frame');
  expect(frames.map(({ timestamp }) => timestamp)).toEqual([10, 20, 30]);
});

test('goes on recording after it was written, and writes the same bytes for the same events', async () => {
  const trace = createTrace({ title: 'desktop', ...screenSize });
  trace.before({ callId: 'a', title: 'A', method: 'a', time: performance.now() });
  const path = test.info().outputPath('trace.zip');
  await mkdir(test.info().outputPath(), { recursive: true });
  await trace.writeTo(path);
  expect(await readFile(path)).toEqual(trace.toBuffer());
  trace.after('a', { time: performance.now() });
  expect(unpack(trace).events.map(({ type }) => type)).toEqual(['context-options', 'before', 'after']);
});

test('refuses calls that were not begun or begun twice, which the viewer could not load', () => {
  const trace = createTrace({ title: 'desktop', ...screenSize });
  trace.before({ callId: 'a', title: 'A', method: 'a', time: 1 });
  expect(() => trace.before({ callId: 'a', title: 'A', method: 'a', time: 1 })).toThrow(
    'already has a call "a"',
  );
  expect(() => trace.before({ parentId: 'b', title: 'A', method: 'a', time: 1 })).toThrow('has no call "b"');
  expect(() => trace.log('b', 'text', 1)).toThrow('has no call "b"');
  expect(() => trace.input('b', {})).toThrow('has no call "b"');
  expect(() => trace.after('b', { time: 1 })).toThrow('has no call "b"');
});

interface Event {
  readonly type: string;
  readonly timestamp?: number;
  readonly snapshot?: Snapshot;
}

interface Snapshot {
  readonly callId?: string;
  readonly phase?: string;
  readonly resourceOverrides?: readonly { readonly file: string }[];
}

function unpack(trace: Trace): { files: Readonly<Record<string, Uint8Array>>; events: readonly Event[] } {
  const files = unzipSync(trace.toBuffer());
  const text = Buffer.from(files['desktop.trace'] ?? []).toString();
  const events = text
    .trimEnd()
    .split('\n')
    .map((line): Event => JSON.parse(line));
  return { files, events };
}

function shownPicture(snapshot: Snapshot | undefined): (string | undefined)[][] {
  return snapshot ? [[snapshot.callId, snapshot.phase, snapshot.resourceOverrides?.[0]?.file]] : [];
}
