// The reading process: networks block their thread for up to a second and keep half a gigabyte.
import type { Engine } from './engine.js';
import { OcrError } from './error.js';
import { openEngine } from './models.js';
import type { ReadRequest, ReadResponse, Ready, StartOptions } from './protocol.js';
import { createScreen, type Screen } from './screen.js';

const options = JSON.parse(process.argv[2] ?? '{}') as StartOptions;
const screen: Promise<Screen> = openEngine(options).then((engine: Engine) => createScreen(engine));
// An engine that cannot be opened is reported with the first request.
screen.catch(() => {}).finally(() => reply({ ready: true }));

async function answer({ id, ...request }: ReadRequest): Promise<void> {
  try {
    reply({ id, ...(await (await screen).read(request)) });
  } catch (error) {
    const code = error instanceof OcrError ? error.code : 'failed';
    reply({ id, error: { code, message: error instanceof Error ? error.message : String(error) } });
  }
}

function reply(response: ReadResponse | Ready): void {
  // A parent that is gone is noticed by `disconnect`; the error of this message says nothing more.
  process.send?.(response, undefined, undefined, () => {});
}

process.on('message', (request: ReadRequest) => void answer(request));
// Not `exit`, which waits for what the compiler of WebAssembly is about.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
