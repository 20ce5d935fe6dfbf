import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { contextOptions, filmFrame, frameSnapshot, page, screenRequest } from './events.js';
import type { Box, Point } from '../desktop/types.js';
import type { Phase, Picture, TraceEvent } from './events.js';

/** What a trace is told at its start. */
export interface TraceOptions {
  readonly title: string;
  /** Size of the screen in pixels. */
  readonly width: number;
  readonly height: number;
  /** Now, on the clock of all other times; `performance.now()` when absent. */
  readonly time?: number;
  /** Now, in milliseconds since 1970; `Date.now()` when absent. */
  readonly wallTime?: number;
}

/** A step or an action when it begins. */
export interface TraceCall {
  /** Made up when absent; unique in the trace. */
  readonly callId?: string;
  /** The step or action that this one is part of. */
  readonly parentId?: string;
  readonly title: string;
  readonly method: string;
  /** Shown in the viewer's "Call" tab, which takes a key named `selector` for a web locator. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly time: number;
  /** The screen before the call. */
  readonly png?: Buffer;
  /** Where the call stands in a file given to {@link Trace.source}, counted from 1. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

/** Where on the screen an action went, in pixels. */
export interface TraceInput {
  readonly point?: Point;
  readonly box?: Box;
  /** The screen at that moment; the last picture recorded when absent. */
  readonly png?: Buffer;
  /** The start of the call when absent. */
  readonly time?: number;
}

/** How a call ended. */
export interface TraceEnd {
  readonly time: number;
  /** The screen after the call. */
  readonly png?: Buffer;
  /** Marks the call as failed. */
  readonly error?: { readonly message: string; readonly stack?: string };
}

/**
 * Records what happened on a desktop for Playwright's trace viewer.
 * All times are milliseconds of one monotonic clock such as `performance.now()`; pictures are PNGs.
 * Methods that take the id of a call throw when no such call was begun.
 */
export interface Trace {
  /** Adds a picture to the film strip; the pictures of calls are in it anyway. */
  frame(png: Buffer, time: number): void;
  /** Begins a step or an action and gives its id. */
  before(call: TraceCall): string;
  log(callId: string, message: string, time: number): void;
  input(callId: string, input: TraceInput): void;
  after(callId: string, end: TraceEnd): void;
  /** Stores the text of a file for the viewer's "Source" tab. */
  source(file: string, text: string): void;
  /** The trace so far as a zip; recording can go on. */
  toBuffer(): Buffer;
  /** Writes {@link Trace.toBuffer} to a file in a directory that exists. */
  writeTo(path: string): Promise<void>;
}

interface Recording {
  readonly start: Required<TraceOptions>;
  readonly events: TraceEvent[];
  readonly film: Picture[];
  /** Files of the zip besides the events. */
  readonly files: Zippable;
  /** Start of each call by its id. */
  readonly calls: Map<string, number>;
}

/**
 * Starts an empty trace. Attached to a test as `trace` with content type `application/zip`, it opens from
 * Playwright's HTML report. Format: version 10 of playwright's packages/trace/src/trace.ts.
 */
export function createTrace(options: TraceOptions): Trace {
  const start = { time: performance.now(), wallTime: Date.now(), ...options };
  const recording: Recording = { start, events: [], film: [], files: {}, calls: new Map() };
  return {
    frame: (png, time) => void store(recording, png, time),
    before: (call) => begin(recording, call),
    log(callId, message, time) {
      startOf(recording, callId);
      recording.events.push({ type: 'log', callId, message, time });
    },
    input: (callId, input) => mark(recording, callId, input),
    after: (callId, end) => finish(recording, callId, end),
    source: (file, text) => {
      recording.files[`src/${sha1(Buffer.from(file))}${extname(file)}`] = Buffer.from(text);
    },
    toBuffer: () => pack(recording),
    writeTo: (path) => writeFile(path, pack(recording)),
  };
}

function begin(recording: Recording, call: TraceCall): string {
  const { callId = `call@${recording.calls.size + 1}`, parentId, title, method, params = {}, time } = call;
  if (recording.calls.has(callId)) throw new Error(`The trace already has a call "${callId}".`);
  if (parentId !== undefined) startOf(recording, parentId);
  recording.calls.set(callId, time);
  const names = { class: 'Desktop', method, title, params };
  const stack = call.place && [call.place];
  recording.events.push({ type: 'before', callId, parentId, startTime: time, ...names, ...page, stack });
  if (call.png) show(recording, { callId, phase: 'before', png: call.png, time });
  return callId;
}

function mark(recording: Recording, callId: string, input: TraceInput): void {
  const start = startOf(recording, callId);
  const { point, box, time = start } = input;
  const png = input.png ?? recording.film.at(-1)?.png;
  if (png) show(recording, { callId, phase: 'action', png, time, box, point });
}

function finish(recording: Recording, callId: string, end: TraceEnd): void {
  startOf(recording, callId);
  const error = end.error && { name: 'Error', message: end.error.message, stack: end.error.stack };
  recording.events.push({ type: 'after', callId, endTime: end.time, error });
  if (end.png) show(recording, { callId, phase: 'after', png: end.png, time: end.time });
}

function show(
  recording: Recording,
  shot: {
    readonly callId: string;
    readonly phase: Phase;
    readonly png: Buffer;
    readonly time: number;
    readonly box?: Box | undefined;
    readonly point?: Point | undefined;
  },
): void {
  const { png, time, ...rest } = shot;
  const picture = store(recording, png, time);
  recording.events.push(frameSnapshot({ ...rest, picture, address: recording.start.title }));
}

/** Equal pictures share one file. */
function store(recording: Recording, png: Buffer, time: number): Picture {
  const picture = { png, file: `resources/${sha1(png)}.png`, time };
  recording.files[picture.file] ??= [png, { level: 0 }]; // a PNG does not deflate any further
  recording.film.push(picture);
  return picture;
}

function startOf(recording: Recording, callId: string): number {
  const time = recording.calls.get(callId);
  if (time === undefined) throw new Error(`The trace has no call "${callId}"; begin it with before().`);
  return time;
}

function pack({ start, events, film, files }: Recording): Buffer {
  const frames = filmStrip(film).map(filmFrame);
  const zip = zipSync(
    {
      'desktop.trace': lines([contextOptions(start), ...frames, ...events]),
      'desktop.network': lines([screenRequest(start)]),
      ...files,
    },
    { mtime: start.wallTime },
  );
  return Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
}

/**
 * In the order of time, which the viewer searches by halving, without pictures that repeat the one before;
 * the last one stays, for the strip ends with it.
 */
function filmStrip(film: readonly Picture[]): readonly Picture[] {
  const sorted = [...film].sort((a, b) => a.time - b.time);
  const last = sorted.length - 1;
  return sorted.filter((picture, at) => at === last || picture.file !== sorted[at - 1]?.file);
}

function lines(events: readonly TraceEvent[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}
