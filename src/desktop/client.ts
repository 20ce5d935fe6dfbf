import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DesktopError } from './error.js';
import type { Argument, ConnectOptions, Method, Request, Response, Result } from './protocol.js';
import { Pictures } from './pictures.js';
import type { CaptureWay, Desktop, DesktopAddress } from './types.js';

const DEFAULT_DEADLINE_MS = 10_000;
/** The process gives up on connecting this much before its deadline, so that it can still say what was missing. */
const CONNECT_MARGIN_MS = 500;
const TYPE_MS_PER_CHARACTER = 5;
const CLOSE_MS = 1_000;
const MAX_LOG = 2_000;

export interface DesktopProcessOptions {
  /**
   * Milliseconds until a request of a kind is given up; 10,000 where none is given. `waitForChange` has its own timeout
   * and typing 5 ms per character on top.
   */
  readonly deadlines?: Readonly<Partial<Record<Method, number>>>;
}

/** A process that sees and touches a desktop for us, and can be killed when that blocks. */
export interface DesktopProcess {
  /**
   * Waits until all parts of a desktop answer. When the process fails later, the request that noticed rejects with a
   * `DesktopError`, and the next one starts and connects it anew.
   */
  connect(address: DesktopAddress): Promise<Desktop>;
  /** How the screen is captured; undefined until connected. */
  readonly capture: CaptureWay | undefined;
  /** Ends the process; requests still open reject with the code `closed`. */
  close(): Promise<void>;
}

/** Starts a desktop process, which can be done before its desktop is there. */
export function startDesktopProcess(options: DesktopProcessOptions = {}): DesktopProcess {
  return new Client(options);
}

type AskedMethod = Exclude<Method, 'connect'>;

/** Asks the desktop process, which is started and connected anew where it has ended. */
export type Ask = <M extends AskedMethod>(method: M, argument: Argument<M>) => Promise<Result<M>>;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: DesktopError) => void;
}

interface Link {
  readonly child: ChildProcess;
  readonly pending: Map<number, Pending>;
  /** The end of what the process wrote to its standard error. */
  log: string;
}

class Client implements DesktopProcess {
  readonly #deadlines: NonNullable<DesktopProcessOptions['deadlines']>;
  #link: Link | undefined;
  /** The link once it is connected; undefined when it has to be made anew. */
  #connected: Promise<Link> | undefined;
  #closed = false;
  #capture: CaptureWay | undefined;
  #lastId = 0;
  #lastRevision = 0;

  constructor({ deadlines = {} }: DesktopProcessOptions) {
    this.#deadlines = deadlines;
    this.#link = this.#spawn();
  }

  get capture(): CaptureWay | undefined {
    return this.#capture;
  }

  async connect(address: DesktopAddress): Promise<Desktop> {
    await this.#connect(address, 'everything');
    const ask: Ask = async <M extends AskedMethod>(method: M, argument: Argument<M>): Promise<Result<M>> => {
      const link = await (this.#connected ?? this.#connect(address, 'display'));
      return this.#send(link, method, argument);
    };
    const pictures = new Pictures(ask);
    const seen = async <Seen extends { readonly revision: number }>(look: Promise<Seen>): Promise<Seen> => {
      const found = await look;
      this.#lastRevision = Math.max(this.#lastRevision, found.revision);
      return found;
    };
    return {
      screenshot: (options = {}) => seen(pictures.screenshot(options)),
      picture: () => seen(pictures.picture()),
      revision: async () => {
        const { revision } = await seen(ask('revision', undefined).then((number) => ({ revision: number })));
        return revision;
      },
      changes: (options) => seen(ask('changes', options)),
      elements: () => ask('elements', undefined),
      windows: () => ask('windows', undefined),
      perform: (action) => ask('perform', action),
      closeWindow: (id) => ask('closeWindow', id),
      changeWindow: (options) => ask('changeWindow', options),
      waitForChange: (options) => ask('waitForChange', options),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const link = this.#link;
    if (!link) return;
    this.#forget(link, new DesktopError('closed', 'The desktop was closed while a request was open.'));
    if (link.child.exitCode !== null || link.child.signalCode !== null) return;
    const exit = once(link.child, 'exit');
    // Without its parent the process takes its changes to the keyboard back and ends.
    if (link.child.connected) link.child.disconnect();
    const timer = setTimeout(() => link.child.kill('SIGKILL'), CLOSE_MS);
    await exit;
    clearTimeout(timer);
  }

  #connect(address: DesktopAddress, waitFor: ConnectOptions['waitFor']): Promise<Link> {
    if (this.#closed) {
      return Promise.reject(
        new DesktopError('closed', 'The desktop is closed; start another desktop process.'),
      );
    }
    const link = (this.#link ??= this.#spawn());
    const timeout = Math.max(0, this.#deadline('connect') - CONNECT_MARGIN_MS);
    const revision = this.#lastRevision + 1;
    const connected = this.#send(link, 'connect', { address, timeout, revision, waitFor }).then(
      ({ capture }) => {
        this.#capture = capture;
        return link;
      },
      (error: DesktopError) => {
        this.#kill(link, error);
        throw error;
      },
    );
    this.#connected = connected;
    return connected;
  }

  #send<M extends Method>(link: Link, method: M, argument: Argument<M>): Promise<Result<M>> {
    if (this.#closed) return Promise.reject(new DesktopError('closed', 'The desktop is closed.'));
    if (link !== this.#link) {
      return Promise.reject(
        new DesktopError('killed', `The desktop process ended before ${method}; ask again.`),
      );
    }
    const id = ++this.#lastId;
    const deadline = this.#deadline(method) + allowance(method, argument);
    return new Promise<Result<M>>((resolve, reject) => {
      const timer = setTimeout(() => {
        link.pending.delete(id);
        this.#kill(
          link,
          new DesktopError('killed', `The desktop process was killed because ${method} hung.`),
        );
        reject(
          new DesktopError(
            'timeout',
            `The desktop did not answer ${method} within ${deadline} ms; its process was killed and starts anew with the next request. The application may hang, or hold the X server.`,
          ),
        );
      }, deadline);
      link.pending.set(id, {
        resolve: (result) => {
          clearTimeout(timer);
          resolve(result as Result<M>);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      const request: Request<M> = { id, method, argument };
      // A failure to send is followed by the exit of the process, which rejects all that is open.
      link.child.send(request, () => {});
    });
  }

  #spawn(): Link {
    const child = fork(fileURLToPath(new URL('main.js', import.meta.url)), {
      serialization: 'advanced',
      // Nothing of ours (loaders, inspectors, secrets) is handed on.
      execArgv: [],
      env: {},
      // Ctrl-C in the terminal is for Playwright, which ends us when the test has ended.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const link: Link = { child, pending: new Map(), log: '' };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      link.log = (link.log + text).slice(-MAX_LOG);
    });
    child.on('message', (response: Response) => this.#receive(link, response));
    // `close` and not `exit`: by then the last words have been read.
    child.on('close', (code, signal) => this.#forget(link, ended(link, signal ?? `exit code ${code}`)));
    child.on('error', (cause) => {
      this.#forget(link, new DesktopError('killed', 'The desktop process could not be run.', { cause }));
    });
    return link;
  }

  #receive(link: Link, response: Response): void {
    const pending = link.pending.get(response.id);
    if (!pending) return;
    link.pending.delete(response.id);
    if (!('error' in response)) {
      pending.resolve(response.result);
      return;
    }
    const error = new DesktopError(response.error.code, response.error.message);
    if (error.code === 'disconnected') this.#kill(link, error);
    pending.reject(error);
  }

  #kill(link: Link, reason: DesktopError): void {
    link.child.kill('SIGKILL');
    this.#forget(link, reason);
  }

  #forget(link: Link, reason: DesktopError): void {
    if (this.#link === link) {
      this.#link = undefined;
      this.#connected = undefined;
    }
    for (const { reject } of link.pending.values()) reject(reason);
    link.pending.clear();
  }

  #deadline(method: Method): number {
    return this.#deadlines[method] ?? DEFAULT_DEADLINE_MS;
  }
}

function allowance<M extends Method>(method: M, argument: Argument<M>): number {
  if (method === 'waitForChange') return (argument as Argument<'waitForChange'>).timeout;
  const action = method === 'perform' ? (argument as Argument<'perform'>) : undefined;
  return action?.type === 'type' ? action.text.length * TYPE_MS_PER_CHARACTER : 0;
}

function ended({ log }: Link, how: string): DesktopError {
  const words = log.trim();
  return new DesktopError(
    'killed',
    `The desktop process ended (${how}); it starts anew with the next request.${words && ` It said:\n${words}`}`,
  );
}
