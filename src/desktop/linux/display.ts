import { setTimeout as sleep } from 'node:timers/promises';
import { decode, view, type Pointer } from '../../native/koffi.js';
import * as libc from '../../native/linux/libc.js';
import * as xcb from '../../native/linux/xcb.js';
import { DesktopError } from '../error.js';
import { Arrivals } from './arrivals.js';

const AUTHORIZATION = 'MIT-MAGIC-COOKIE-1';
/** Bytes of `sun_path` in `struct sockaddr_un`. */
const MAX_SOCKET_PATH = 108;
const RETRY_MS = 20;
const CLIENT_MESSAGE = 33;
const MAX_MESSAGES = 64;
const EVENT_MASK = 1 << 11;
const PROPERTY_CHANGE = 1 << 22;

/** Where an X server listens and what opens it. */
export interface DisplayAddress {
  readonly socket: string;
  /** 32 hexadecimal digits. */
  readonly cookie: string;
}

/** A client message in its wire format. */
export interface Message {
  readonly bytes: Buffer;
  /** When it was read, by `performance.now()`; it may have come earlier. */
  readonly received: number;
}

/**
 * A connection to an X server.
 *
 * It goes through libxcb and not Xlib: libxcb takes a connected socket, so that the server needs no display number in
 * our namespace, and it reports errors as values, where Xlib ends the process when another client has it disconnected.
 */
export class Display {
  readonly connection: Pointer;
  readonly root: number;
  readonly keycodes: { readonly first: number; readonly count: number };
  readonly #atoms = new Map<string, number>();
  #messages: readonly Message[] = [];
  /** Types of the events that came and were not forgotten. */
  readonly #events = new Set<number>();
  #failure: DesktopError | undefined;
  readonly #arrivals: Arrivals;

  constructor(connection: Pointer) {
    this.connection = connection;
    const setup = xcb.getSetup(connection);
    const { min_keycode: first, max_keycode: last } = decode(setup, xcb.Setup) as Record<
      'min_keycode' | 'max_keycode',
      number
    >;
    this.keycodes = { first, count: last - first + 1 };
    this.#arrivals = new Arrivals(xcb.getFileDescriptor(connection), () => this.#receive());
    this.root = decode.uint32(xcb.setupRoots(setup).data);
  }

  /** Waits for the reply to a request; undefined when the server refused it, for example because a window is gone. */
  ask<T>(cookie: xcb.Cookie, read: (reply: Buffer) => T): T | undefined {
    const error: [Pointer] = [null];
    const reply = xcb.waitForReply(this.connection, cookie.sequence, error);
    // Events that came with the reply are in the library by now, and the socket says nothing of them any more.
    if (this.#arrivals.isAwaited) this.#receive();
    if (!reply) {
      this.#checkConnection();
      libc.free(error[0]);
      return undefined;
    }
    try {
      const length = 32 + 4 * Buffer.from(view(reply, 8)).readUInt32LE(4);
      return read(Buffer.from(view(reply, length)));
    } finally {
      libc.free(reply);
    }
  }

  /** Like `ask`, for requests that the server only refuses when something is wrong. */
  require<T>(cookie: xcb.Cookie, what: string, read: (reply: Buffer) => T): T {
    const answer = this.ask(cookie, (reply) => ({ value: read(reply) }));
    if (!answer) throw new DesktopError('failed', `The X server refused to ${what}.`);
    return answer.value;
  }

  /** Waits until a checked request without reply is done; false when the server refused it. */
  succeeds(cookie: xcb.Cookie): boolean {
    const error = xcb.requestCheck(this.connection, cookie);
    this.#checkConnection();
    libc.free(error);
    return error === null;
  }

  /** The number of an extension's first event; undefined where the server lacks the extension. */
  firstEvent(extension: string): number | undefined {
    const query = xcb.queryExtension(this.connection, extension.length, extension);
    return this.ask(query, (reply) => (reply[8] === 1 ? reply[10] : undefined));
  }

  /** Waits until the server has carried out all requests; throws the first of the errors it had with them. */
  sync(): void {
    this.require(xcb.getInputFocus(this.connection), 'synchronise', () => {});
    this.#receive();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  /** Whether an event of a type has come; does not wait for any. */
  hasEvent(type: number): boolean {
    this.#receive();
    return this.#events.has(type);
  }

  forgetEvent(type: number): void {
    this.#receive();
    this.#events.delete(type);
  }

  /** Resolves when the server has sent an event, or after `timeout` milliseconds. */
  waitForEvent(timeout: number): Promise<void> {
    return this.#arrivals.wait(timeout);
  }

  /** Takes what the server has sent besides replies. */
  #receive(): void {
    this.#checkConnection();
    for (let event = xcb.pollForEvent(this.connection); event; event = xcb.pollForEvent(this.connection)) {
      // A copy: the memory of the event goes back to the library.
      const bytes = Buffer.from(Buffer.from(view(event, 32)));
      // The upper bit tells that another client sent the event.
      const type = (bytes[0] ?? 0) & 0x7f;
      this.#events.add(type);
      this.#arrivals.wake();
      if (type === CLIENT_MESSAGE) {
        const received = performance.now();
        this.#messages = [...this.#messages, { bytes, received }].slice(-MAX_MESSAGES);
      }
      // Response type 0 is an error; any other notification nobody waits for.
      if (bytes[0] === 0) {
        this.#failure ??= new DesktopError(
          'failed',
          `The X server refused request ${bytes[10]}.${bytes.readUInt16LE(8)} with error ${bytes[1]} (value ${bytes.readUInt32LE(4)}).`,
        );
      }
      libc.free(event);
    }
  }

  /** Has the server tell of changes to the properties of the root window, or no more. */
  watchProperties(watched: 'watched' | 'unwatched'): void {
    const mask = Uint32Array.of(watched === 'watched' ? PROPERTY_CHANGE : 0);
    xcb.changeWindowAttributes(this.connection, this.root, EVENT_MASK, Buffer.from(mask.buffer));
  }

  /** Sends a client message about `window`, of up to five 32-bit numbers, to those of `to` that select `mask`; false when that is gone. */
  sendMessage(message: {
    readonly window: number;
    readonly type: string;
    readonly data: readonly number[];
    readonly to: number;
    readonly mask: number;
  }): boolean {
    const event = Buffer.alloc(32);
    event.writeUInt8(CLIENT_MESSAGE, 0);
    event.writeUInt8(32, 1);
    event.writeUInt32LE(message.window, 4);
    event.writeUInt32LE(this.atom(message.type), 8);
    for (const [index, number] of message.data.entries()) event.writeUInt32LE(number, 12 + 4 * index);
    return this.succeeds(xcb.sendEvent(this.connection, 0, message.to, message.mask, event));
  }

  /** The window with the keyboard's focus; 0 and 1 (none, whatever is under the pointer) are no windows. */
  focus(): number {
    return this.require(xcb.getInputFocus(this.connection), 'tell the focus', (reply) =>
      reply.readUInt32LE(8),
    );
  }

  /** Where the pointer is in a window: the child that it is in, 0 for none, and the mask of buttons and modifiers. */
  pointer(window: number): { readonly child: number; readonly mask: number } | undefined {
    return this.ask(xcb.queryPointer(this.connection, window), (reply) => ({
      child: reply.readUInt32LE(12),
      mask: reply.readUInt16LE(24),
    }));
  }

  /** The window that a window lies in; undefined when it is gone. */
  parent(window: number): number | undefined {
    return this.ask(xcb.queryTree(this.connection, window), (reply) => reply.readUInt32LE(12));
  }

  /** The client messages that came to our windows of interest since the last call. */
  takeMessages(): readonly Message[] {
    this.sync();
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  /** The number of a name that X clients share. */
  atom(name: string): number {
    const known = this.#atoms.get(name);
    if (known !== undefined) return known;
    const cookie = xcb.internAtom(this.connection, 0, Buffer.byteLength(name), name);
    const atom = this.require(cookie, `intern the atom ${name}`, (reply) => reply.readUInt32LE(8));
    this.#atoms.set(name, atom);
    return atom;
  }

  /** The value of a window's property, at most 64 kB; undefined when the window or the property is not there. */
  property(window: number, name: string): Buffer | undefined {
    return this.askProperty(window, name)();
  }

  /** As {@link property}, asked at once and waited for by the function that it gives: many answers come in the time of one. */
  askProperty(window: number, name: string): () => Buffer | undefined {
    const ANY_TYPE = 0;
    const length = 16_384;
    const cookie = xcb.getProperty(this.connection, 0, window, this.atom(name), ANY_TYPE, 0, length);
    const read = (reply: Buffer): Buffer | undefined => {
      const format = reply[1] ?? 0;
      if (format === 0) return undefined;
      const bytes = reply.readUInt32LE(16) * (format / 8);
      return Buffer.from(reply.subarray(32, 32 + bytes));
    };
    return () => this.ask(cookie, read);
  }

  /** Size of the screen in pixels. */
  size(): { readonly width: number; readonly height: number } {
    return this.require(
      xcb.getGeometry(this.connection, this.root),
      'tell the size of the screen',
      (reply) => ({
        width: reply.readUInt16LE(16),
        height: reply.readUInt16LE(18),
      }),
    );
  }

  close(): void {
    this.#arrivals.close();
    // It shuts the socket down, which ends the wait in the other thread.
    xcb.disconnect(this.connection);
  }

  #checkConnection(): void {
    const error = xcb.connectionHasError(this.connection);
    if (error === 0) return;
    throw new DesktopError(
      'disconnected',
      `The X server closed the connection (libxcb error ${error}). It ended, or an application had this client killed.`,
    );
  }
}

/** The 32-bit numbers of a property. */
export function words(value: Buffer = Buffer.alloc(0)): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + 4 <= value.length; at += 4) numbers.push(value.readUInt32LE(at));
  return numbers;
}

/** Connects to an X server by the path of its socket, trying again until `deadline` (as `performance.now()`). */
export async function connectDisplay(address: DisplayAddress, deadline: number): Promise<Display> {
  const cookie = Buffer.from(address.cookie, 'hex');
  if (cookie.length !== 16) {
    throw new DesktopError(
      'invalid',
      `The X cookie has ${cookie.length} bytes; it must be 32 hexadecimal digits.`,
    );
  }
  for (;;) {
    const connection = tryToConnect(address.socket, cookie);
    if (connection) return new Display(connection);
    if (performance.now() > deadline) {
      throw new DesktopError(
        'unavailable',
        `The X server at ${address.socket} did not accept a connection in time; check that it runs, that its socket is accessible and that the cookie is its own.`,
      );
    }
    await sleep(RETRY_MS);
  }
}

function tryToConnect(path: string, cookie: Buffer): Pointer {
  const fd = connectSocket(path);
  if (fd === undefined) return null;
  const connection = xcb.connectToFd(fd, {
    namelen: AUTHORIZATION.length,
    name: AUTHORIZATION,
    datalen: cookie.length,
    data: cookie,
  });
  if (xcb.connectionHasError(connection) === 0) return connection;
  xcb.disconnect(connection);
  return null;
}

function connectSocket(path: string): number | undefined {
  const name = Buffer.from(path);
  if (name.length >= MAX_SOCKET_PATH) {
    throw new DesktopError(
      'invalid',
      `The path of the X socket, ${path}, has ${name.length} bytes; Linux allows ${MAX_SOCKET_PATH - 1}.`,
    );
  }
  const address = Buffer.alloc(2 + MAX_SOCKET_PATH);
  address.writeUInt16LE(libc.AF_UNIX, 0);
  name.copy(address, 2);
  const fd = libc.socket(libc.AF_UNIX, libc.SOCK_STREAM | libc.SOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  if (libc.connect(fd, address, address.length) === 0) return fd;
  libc.close(fd);
  return undefined;
}
