import { setTimeout as sleep } from 'node:timers/promises';
import { DesktopError } from '../error.js';
import type { DesktopAddress, Element } from '../types.js';
import { toRefs } from './atspi.js';
import { connectBus, variant, type Bus } from './bus.js';
import type { Screen } from './elements.js';
import { readApplication } from './tree.js';

/** An application that hangs costs this much and no more. */
const APPLICATION_MS = 2_000;
const REGISTRY_MS = 1_000;
const RETRY_MS = 20;

const REGISTRY = {
  destination: 'org.a11y.atspi.Registry',
  path: '/org/a11y/atspi/registry',
  interface: 'org.a11y.atspi.Registry',
};
const DESKTOP = {
  ...REGISTRY,
  path: '/org/a11y/atspi/accessible/root',
  interface: 'org.a11y.atspi.Accessible',
};

type Address = Pick<DesktopAddress, 'sessionBus' | 'accessibilityBus'>;

/** The accessibility tree of a desktop. */
export class Accessibility {
  readonly #address: Address;
  #bus: Bus | undefined;
  #reconnecting: Promise<void> | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  /** Connects and asks applications to offer their trees, trying again until `deadline` (as `performance.now()`). */
  async connect(deadline: number): Promise<void> {
    for (;;) {
      const left = Math.max(1, deadline - performance.now());
      try {
        await this.#connect(left);
        return;
      } catch (cause) {
        if (cause instanceof DesktopError && cause.code === 'invalid') throw cause;
        if (performance.now() + RETRY_MS > deadline) {
          throw new DesktopError(
            'unavailable',
            `The accessibility bus at ${this.#address.accessibilityBus} did not answer in time (${cause instanceof Error ? cause.message : String(cause)}); check that dbus-daemon and at-spi-bus-launcher run and that their sockets are accessible.`,
            { cause },
          );
        }
        await sleep(RETRY_MS);
      }
    }
  }

  /** Reads what is showing, application by application at the same time. */
  async elements(screen: Screen): Promise<Element[]> {
    if (!this.#bus) await this.#reconnect();
    const applications = await this.#applications();
    const trees = await Promise.all(
      applications.map(async (root) => {
        const calls = this.#calls(APPLICATION_MS);
        try {
          return await readApplication(calls, root, screen);
        } finally {
          calls.end();
        }
      }),
    );
    return trees.flat();
  }

  close(): void {
    this.#bus?.close();
    this.#bus = undefined;
  }

  #reconnect(): Promise<void> {
    this.#reconnecting ??= this.connect(performance.now() + REGISTRY_MS).finally(() => {
      this.#reconnecting = undefined;
    });
    return this.#reconnecting;
  }

  async #connect(timeout: number): Promise<void> {
    await enableAccessibility(this.#address.sessionBus, timeout);
    const bus = await connectBus(this.#address.accessibilityBus, timeout);
    try {
      // GTK 3 fills its cache, and others build their trees, only once somebody has asked for events.
      const calls = bus.calls({ timeout });
      const body = ['window:create', [], ''];
      await calls.call({ ...REGISTRY, member: 'RegisterEvent', signature: 'sass', body }).finally(calls.end);
      this.#bus = bus;
    } catch (error) {
      bus.close();
      throw error;
    }
  }

  async #applications(): Promise<ReturnType<typeof toRefs>> {
    const calls = this.#calls(REGISTRY_MS);
    try {
      const [children] = await calls.call({ ...DESKTOP, member: 'GetChildren' });
      return toRefs(children);
    } catch (cause) {
      // The next request connects anew.
      this.close();
      throw new DesktopError(
        'failed',
        'The accessibility registry does not answer; it may have ended. Work from the screenshot, or try again.',
        { cause },
      );
    } finally {
      calls.end();
    }
  }

  #calls(timeout: number): ReturnType<Bus['calls']> {
    if (!this.#bus) throw new DesktopError('failed', 'The accessibility bus is not connected.');
    return this.#bus.calls({ timeout });
  }
}

async function enableAccessibility(sessionBus: string, timeout: number): Promise<void> {
  const bus = await connectBus(sessionBus, timeout);
  const calls = bus.calls({ timeout });
  try {
    await calls.call({
      destination: 'org.a11y.Bus',
      path: '/org/a11y/bus',
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Set',
      signature: 'ssv',
      body: ['org.a11y.Status', 'IsEnabled', variant('b', true)],
    });
  } finally {
    calls.end();
    bus.close();
  }
}
