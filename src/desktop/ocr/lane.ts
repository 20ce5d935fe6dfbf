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

/** `opened` is the first, unasked. */
export type LaneResponse =
  | { readonly output: Output }
  | { readonly opened: true }
  | { readonly error: string };

const { files } = workerData as LaneData;
async function open(): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (const file of files) sessions.push(await openWasmSession(simplify(await readFile(file))));
  return sessions;
}

const opened = open();

async function answer({ model, input, dims }: LaneRequest): Promise<LaneResponse> {
  const session = (await opened)[model];
  if (!session) throw new RangeError(`there is no network ${model}`);
  return { output: await session.run(input, dims) };
}

async function reply(to: Promise<LaneResponse>): Promise<void> {
  const response = await to.catch((error: unknown) => ({ error: String(error) }));
  const moved = 'output' in response ? [response.output.data.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(response, moved);
}

void reply(opened.then(() => ({ opened: true })));
parentPort?.on('message', (request: LaneRequest) => void reply(answer(request)));
