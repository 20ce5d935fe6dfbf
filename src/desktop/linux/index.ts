import * as libc from '../../native/linux/libc.js';
import { DesktopError } from '../error.js';
import type { ConnectOptions, OpenDesktop } from '../protocol.js';
import type { Action } from '../types.js';
import { Accessibility } from './accessibility.js';
import { connectDisplay, type Display } from './display.js';
import { Keyboard } from './keyboard.js';
import { Pings } from './ping.js';
import { Pointer } from './pointer.js';
import { Screen } from './screen.js';
import { changeWindow, closeWindow, listWindows, windowManagerReady } from './windows.js';

/** A window manager announces itself at two windows, of which only one tells us; in milliseconds. */
const READY_POLL_MS = 50;

/** Lets the kernel kill this process when its parent ends, even while a native call blocks it. */
export function endWithParent(): void {
  libc.prctl(libc.PR_SET_PDEATHSIG, libc.SIGKILL);
}

/** Connects to all parts of a desktop as they come up. */
export async function openDesktop({
  address,
  timeout,
  revision,
  waitFor,
}: ConnectOptions): Promise<OpenDesktop> {
  const deadline = performance.now() + timeout;
  const accessibility = new Accessibility(address);
  const accessible = waitFor === 'everything' ? accessibility.connect(deadline) : Promise.resolve();
  const [display] = await Promise.all([connectDisplay(address, deadline), accessible]);
  if (waitFor === 'everything') await waitForWindowManager(display, deadline);

  const screen = new Screen(display, { revision });
  const pings = new Pings(display);
  const keyboard = new Keyboard(display, pings);
  const pointer = new Pointer(display, pings);
  keyboard.releaseKeys();
  pointer.releaseButtons();
  let lastAction: Promise<unknown> = Promise.resolve();

  return {
    capture: screen.way,
    screenshot: async (options) => screen.screenshot(options),
    pixels: async ({ since }) => screen.pixels(since),
    revision: async () => screen.look(),
    changes: async ({ since }) => screen.changes(since),
    elements: async () => accessibility.elements({ ...display.size(), windows: listWindows(display) }),
    windows: async () => listWindows(display),
    perform: (action) => {
      const turn = lastAction.then(() => perform(action, { keyboard, pointer }));
      lastAction = turn.catch(() => {});
      return turn;
    },
    closeWindow: async (id) => closeWindow(display, id),
    changeWindow: async (options) => changeWindow(display, options),
    waitForChange: (options) => screen.waitForChange(options),
    close: () => {
      accessibility.close();
      keyboard.close();
      screen.close();
      display.close();
    },
  };
}

async function waitForWindowManager(display: Display, deadline: number): Promise<void> {
  display.watchProperties('watched');
  while (!windowManagerReady(display)) {
    if (performance.now() > deadline) {
      throw new DesktopError(
        'unavailable',
        'No window manager announced itself on the display in time; check that it runs.',
      );
    }
    await display.waitForEvent(READY_POLL_MS);
  }
  display.watchProperties('unwatched');
}

interface Input {
  readonly keyboard: Keyboard;
  readonly pointer: Pointer;
}

async function perform(action: Action, { keyboard, pointer }: Input): Promise<void> {
  await pointer.delivered();
  switch (action.type) {
    case 'click':
      return pointer.click(action, action.button);
    case 'double_click':
      return pointer.doubleClick(action);
    case 'drag':
      return pointer.drag(action.path);
    case 'keypress':
      return keyboard.press(action.keys);
    case 'move':
      return pointer.move(action);
    case 'scroll':
      return pointer.scroll(action, { right: action.scroll_x, down: action.scroll_y });
    case 'type':
      return keyboard.type(action.text);
  }
}
