import * as libc from '../../native/linux/libc.js';

/** How long a thread of the pool waits for the socket at a time, in milliseconds; shutting it down ends that at once. */
const POLL_MS = 1_000;

/** Waits for what comes through a socket that a library reads. */
export class Arrivals {
  readonly #fd: number;
  readonly #receive: () => void;
  readonly #waiting = new Set<() => void>();
  /** A `struct pollfd`, while a thread of the pool waits with it. */
  #polled: Buffer | undefined;
  #closed = false;

  /** `receive` has the library read, and calls `wake` for what has come. */
  constructor(fd: number, receive: () => void) {
    this.#fd = fd;
    this.#receive = receive;
  }

  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Resolves when something has come, or after `timeout` milliseconds. */
  wait(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, timeout);
      this.#waiting.add(end);
      // What the library has read already, the socket says nothing of.
      this.#receive();
      this.#poll();
    });
  }

  wake(): void {
    for (const end of this.#waiting) end();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  #poll(): void {
    if (this.#closed || this.#polled || !this.isAwaited) return;
    this.#polled = Buffer.alloc(8);
    this.#polled.writeInt32LE(this.#fd, 0);
    this.#polled.writeInt16LE(libc.POLLIN, 4);
    libc.poll.async(this.#polled, 1, POLL_MS, () => {
      this.#polled = undefined;
      if (this.#closed) return;
      try {
        this.#receive();
        this.#poll();
      } catch {
        // Those who wait are told by their next request.
        this.wake();
      }
    });
  }
}
