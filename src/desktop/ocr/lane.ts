// A thread with a WebAssembly runtime of its own: its threads share one network badly, so each runs whole ones.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openWasmSession, type Output, type Session } from './session.js';
import { simplify } from './simplify.js';

/** What the thread is started with: the files of the networks by the number under which they are asked for. */
export interface LaneData {
  readonly files: readonly string[];
}

export interface LaneRequest {
  readonly model: number;
  readonly input: Float32Array<ArrayBuffer>;
  readonly dims: readonly number[];
}

export type LaneResponse = { readonly output: Output } | { readonly error: string };

const { files } = workerData as LaneData;
async function open(): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (const file of files) sessions.push(await openWasmSession(simplify(await readFile(file))));
  return sessions;
}

const opened = open();
// What could not be opened is reported with the first request.
opened.catch(() => {});

async function answer({ model, input, dims }: LaneRequest): Promise<LaneResponse> {
  try {
    const session = (await opened)[model];
    if (!session) throw new RangeError(`there is no network ${model}`);
    return { output: await session.run(input, dims) };
  } catch (error) {
    return { error: String(error) };
  }
}

async function serve(request: LaneRequest): Promise<void> {
  const response = await answer(request);
  const moved = 'output' in response ? [response.output.data.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(response, moved);
}

parentPort?.on('message', (request: LaneRequest) => void serve(request));
