import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { wholeOf, cropFrame, grow, intersection, type Frame, type Rect } from '../../image/index.js';
import type { Box } from '../types.js';
import { OcrError } from './error.js';
import { CONTEXT } from './geometry.js';
import { nativeDirectories } from './native.js';
import type { ReadRequest, ReadResponse, Ready, StartOptions } from './protocol.js';
import type { ReaderOptions, ReadStatistics, TextLine, TextReader } from './types.js';

const DEFAULT_DEADLINE_MS = 30_000;
/** Until the process has loaded its networks, which takes 1 to 3 s on a quiet machine. */
const START_MS = 60_000;
/** The process keeps 0.2 to 0.9 GB; to start it anew takes 1 to 3 s. */
const DEFAULT_IDLE_MS = 60_000;
const MAX_LOG = 2_000;

/**
 * Prepares to read the text of a screen; its process starts with the first read, one per reader, and ends with us.
 *
 * @example
 * const reader = startTextReader();
 * const [line] = await reader.read(frame, { region: { x: 20, y: 40, width: 90, height: 30 } });
 */
export function startTextReader(options: ReaderOptions = {}): TextReader {
  return new Client(options);
}

interface Pending {
  /** The process has its networks: from now on the deadline runs. */
  readonly started: () => void;
  readonly resolve: (response: ReadResponse) => void;
  readonly reject: (error: OcrError) => void;
}

interface Link {
  readonly child: ChildProcess;
  /** Whether the process has loaded its networks. */
  isReady: boolean;
  pending: (Pending & { readonly id: number }) | undefined;
  /** The end of what the process wrote to its standard error. */
  log: string;
}

class Client implements TextReader {
  readonly #deadline: number;
  readonly #idle: number;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #start: StartOptions;
  #link: Link | undefined;
  #closed = false;
  #lastId = 0;
  #statistics: ReadStatistics | undefined;
  /** Settles when the reads before are done: one runs at a time, so that none waits on the time of another. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ languages = ['en'], threads = 2, deadline, idle, runtime, ...rest }: ReaderOptions) {
    this.#deadline = deadline ?? DEFAULT_DEADLINE_MS;
    this.#idle = idle ?? DEFAULT_IDLE_MS;
    const directories = rest.nativeDirectories ?? nativeDirectories();
    this.#start = { languages, threads, nativeDirectories: directories, ...(runtime && { runtime }) };
  }

  read(frame: Frame, { region }: { readonly region?: Box } = {}): Promise<readonly TextLine[]> {
    const screen = wholeOf(frame);
    const wanted = intersection(wholePixels(region ?? screen), screen);
    if (!wanted || frame.data.length !== frame.width * frame.height * 4) {
      const size = `${frame.width}x${frame.height} of ${frame.data.length} bytes`;
      const where = region ? `, region ${JSON.stringify(region)}` : '';
      return Promise.reject(new OcrError('invalid', `Nothing to read in a frame ${size}${where}.`));
    }
    const part = intersection(grow(wanted, CONTEXT, CONTEXT), screen) ?? screen;
    const done = this.#queue.then(() => this.#request(frame, part, wanted));
    this.#queue = done.catch(() => {}).finally(() => this.#rest());
    return done;
  }

  statistics(): ReadStatistics | undefined {
    return this.#statistics;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const link = this.#link;
    if (!link) return;
    const { child } = link;
    const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    this.#kill(link, new OcrError('closed', 'The text reader was closed while a read was open.'));
    await exit;
  }

  async #request(frame: Frame, part: Rect, region: Rect): Promise<readonly TextLine[]> {
    if (this.#closed) throw new OcrError('closed', 'The text reader is closed; start another.');
    const { width, height } = frame;
    const { data } = cropFrame(frame, part);
    const response = await this.#send({ id: ++this.#lastId, width, height, part, region, data });
    if ('error' in response) {
      const { code, message } = response.error;
      const error = new OcrError(code, message);
      // Whatever it failed at may hold for ever, such as a pack that was missing when it started.
      if (this.#link) this.#kill(this.#link, error);
      throw error;
    }
    this.#statistics = response.statistics;
    return response.lines;
  }

  /** Ends the process when nothing is read for a while. */
  #rest(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      if (this.#link && !this.#link.pending) this.#kill(this.#link, new OcrError('closed', 'idle'));
    }, this.#idle).unref();
  }

  #send(request: ReadRequest): Promise<ReadResponse> {
    const link = (this.#link ??= this.#spawn());
    return new Promise<ReadResponse>((resolve, reject) => {
      const arm = (ms: number): NodeJS.Timeout =>
        setTimeout(() => {
          const message = `The text was not read within ${ms} ms; the reading process was killed and starts anew with the next read.`;
          this.#kill(link, new OcrError('timeout', message));
        }, ms);
      let timer = arm(link.isReady ? this.#deadline : START_MS);
      link.pending = {
        id: request.id,
        started: () => {
          clearTimeout(timer);
          timer = arm(this.#deadline);
        },
        resolve: (response) => {
          clearTimeout(timer);
          resolve(response);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      // A failure to send is followed by the exit of the process, which rejects.
      link.child.send(request, () => {});
    });
  }

  #spawn(): Link {
    const child = fork(fileURLToPath(new URL('main.js', import.meta.url)), [JSON.stringify(this.#start)], {
      serialization: 'advanced',
      // Nothing of ours (loaders, inspectors, secrets) is handed on.
      execArgv: [],
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const link: Link = { child, isReady: false, pending: undefined, log: '' };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      link.log = (link.log + text).slice(-MAX_LOG);
    });
    child.on('message', (response: ReadResponse | Ready) => {
      if ('ready' in response) {
        link.isReady = true;
        link.pending?.started();
        return;
      }
      if (link.pending?.id !== response.id) return;
      const { resolve } = link.pending;
      link.pending = undefined;
      resolve(response);
    });
    // `close` and not `exit`: by then the last words have been read.
    child.on('close', (code, signal) => this.#forget(link, ended(link, signal ?? `exit code ${code}`)));
    child.on('error', (cause) => {
      this.#forget(link, new OcrError('killed', 'The reading process could not be run.', { cause }));
    });
    return link;
  }

  #kill(link: Link, reason: OcrError): void {
    link.child.kill('SIGKILL');
    this.#forget(link, reason);
  }

  #forget(link: Link, reason: OcrError): void {
    if (this.#link === link) this.#link = undefined;
    const { pending } = link;
    link.pending = undefined;
    pending?.reject(reason);
  }
}

function wholePixels({ x, y, width, height }: Box): Rect {
  const left = Math.floor(x);
  const top = Math.floor(y);
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

function ended({ log }: Link, how: string): OcrError {
  const words = log.trim();
  return new OcrError(
    'killed',
    `The reading process ended (${how}); it starts anew with the next read.${words && ` It said:\n${words}`}`,
  );
}
