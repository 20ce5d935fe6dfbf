// The only place of ONNX Runtime: loads the native build where it is installed, else WebAssembly.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { OcrError } from './error.js';
import type { LaneData, LaneRequest, LaneResponse } from './lane.js';
import { findNative } from './native.js';
import { openSession, type Output, type Runtime, type Session } from './session.js';
import { simplify } from './simplify.js';

/** A network that runs in several lanes at once; more runs wait for their turn. */
export type Model = Session;

/** Networks, loaded. */
export interface Networks {
  readonly name: 'native' | 'wasm';
  readonly models: readonly Model[];
  /** How many runs go on at the same time. */
  readonly lanes: number;
}

interface LoadOptions {
  readonly runtime?: 'native' | 'wasm' | undefined;
  readonly threads: number;
  readonly nativeDirectories: readonly string[];
}

type Lane = (request: LaneRequest) => Promise<Output>;

/** Loads the networks of `files`; throws OcrError `unavailable`. */
export async function loadNetworks(files: readonly string[], options: LoadOptions): Promise<Networks> {
  const { runtime, threads, nativeDirectories } = options;
  const directory = runtime === 'wasm' ? undefined : await findNative(nativeDirectories);
  if (directory === undefined && runtime === 'native') {
    throw new OcrError(
      'unavailable',
      `The native OCR runtime is not in ${nativeDirectories.join(' or ')}; run codex-test install-deps ocr.`,
    );
  }
  const lanes =
    directory === undefined
      ? await Promise.all(Array.from({ length: threads }, () => openLane({ files })))
      : Array<Lane>(threads).fill(await openNative(directory, files));
  const take = inTurns(lanes);
  const models = files.map((_, model): Model => ({ run: (input, dims) => take({ model, input, dims }) }));
  return { name: directory === undefined ? 'wasm' : 'native', models, lanes: threads };
}

async function openNative(directory: string, files: readonly string[]): Promise<Lane> {
  const native = createRequire(`${directory}/`)('onnxruntime-node') as Runtime;
  const open = async (file: string): Promise<Session> => openSession(native, simplify(await readFile(file)));
  const sessions = await Promise.all(files.map(open));
  return ({ model, input, dims }) => {
    const session = sessions[model];
    if (!session) throw new RangeError(`there is no network ${model}`);
    return session.run(input, dims);
  };
}

async function openLane(workerData: LaneData): Promise<Lane> {
  const worker = new Worker(new URL('lane.js', import.meta.url), { workerData });
  const next = async (): Promise<LaneResponse> => ((await once(worker, 'message')) as [LaneResponse])[0];
  const opened = await next();
  if ('error' in opened)
    throw new OcrError('unavailable', `The OCR networks could not be loaded: ${opened.error}`);
  return async (request) => {
    const answered = next();
    worker.postMessage(request, [request.input.buffer]);
    const response = await answered;
    if ('output' in response) return response.output;
    throw new OcrError(
      'failed',
      `The OCR network failed: ${'error' in response ? response.error : 'no answer'}`,
    );
  };
}

/** Gives each request to a lane that is free; as they came. */
function inTurns(lanes: readonly Lane[]): Lane {
  const free = [...lanes];
  const waiting: ((lane: Lane) => void)[] = [];
  return async (request) => {
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
    try {
      return await lane(request);
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    }
  };
}
