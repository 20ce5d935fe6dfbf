import { setTimeout as sleep } from 'node:timers/promises';
import type { Desktop, Element } from '../../desktop/index.js';
import { until } from '../../desktop/linux/testing.js';

/** Leads an application from state to state. */
export interface Hand {
  press(...presses: readonly (readonly string[])[]): Promise<void>;
  type(text: string): Promise<void>;
  /** Clicks a button, a menu or the like. */
  click(name: string): Promise<void>;
  /** Opens a menu of the menu bar and picks an entry. */
  menu(name: string, entry: RegExp): Promise<void>;
  /** Moves the pointer away, so that nothing lies under it and no tip is shown. */
  leave(): Promise<void>;
  /** Waits until nothing has changed for 300 ms. */
  still(): Promise<void>;
}

const STILL_MS = 300;
/** A caret blinks for ever. */
const MAX_STILL_MS = 2_500;

export function handOf(desktop: Desktop): Hand {
  const still = async (): Promise<void> => {
    const end = performance.now() + MAX_STILL_MS;
    while (performance.now() < end) {
      const since = await desktop.revision();
      if (!(await desktop.waitForChange({ since, timeout: STILL_MS }))) return;
    }
  };
  const press = async (...presses: readonly (readonly string[])[]): Promise<void> => {
    for (const keys of presses) {
      await desktop.perform({ type: 'keypress', keys });
      await still();
    }
  };
  const click = async (what: string, matches: (one: Element) => boolean): Promise<void> => {
    const { box } = await until(what, async () => (await desktop.elements()).find(matches));
    const [x, y] = [box.x + Math.floor(box.width / 2), box.y + Math.floor(box.height / 2)];
    await desktop.perform({ type: 'click', x, y, button: 'left' });
    await still();
  };
  return {
    still,
    press,
    type: async (text) => {
      await desktop.perform({ type: 'type', text });
      await still();
    },
    leave: async () => {
      await desktop.perform({ type: 'move', x: 1279, y: 799 });
      await still();
    },
    click: (name) => click(name, (one) => one.name === name && /button|menu|check box/.test(one.role)),
    menu: async (name, entry) => {
      await click(`the menu ${name}`, (one) => one.role === 'menu' && one.name === name);
      await sleep(STILL_MS);
      await click(`the entry ${entry}`, (one) => one.role === 'menu item' && entry.test(one.name));
    },
  };
}
