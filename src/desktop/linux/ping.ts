import { setTimeout as sleep } from 'node:timers/promises';
import * as xcb from '../../native/linux/xcb.js';
import { words, type Display } from './display.js';

const CLIENT_MESSAGE = 33;
const EVENT_MASK = 1 << 11;
/** The answer goes to the root window: from Qt to those who select StructureNotify, from others SubstructureNotify. */
const ANSWERS = (1 << 17) | (1 << 19);
/** How long an application may take to handle what it was sent. */
const ANSWER_MS = 5_000;
/** For applications that answer no ping. */
const SETTLE_MS = 200;
const POLL_MS = 2;

/** Tells our pings from those of the window manager, which has its own numbers: X servers count from their start. */
let serial = 0x70000000;

/**
 * Waits until the active application has handled the input it was sent so far. It answers a ping (EWMH,
 * _NET_WM_PING) in its turn, after the events before; without an answer the input gets some time.
 */
export async function inputHandled(display: Display): Promise<void> {
  const [window] = words(display.property(display.root, '_NET_ACTIVE_WINDOW'));
  const ping = display.atom('_NET_WM_PING');
  if (!window || !words(display.property(window, 'WM_PROTOCOLS')).includes(ping)) return sleep(SETTLE_MS);
  const mask = Buffer.from(Uint32Array.of(ANSWERS).buffer);
  xcb.changeWindowAttributes(display.connection, display.root, EVENT_MASK, mask);
  display.takeMessages();
  const own = ++serial;
  xcb.sendEvent(display.connection, 0, window, 0, message(display, { window, ping, own }));
  const deadline = performance.now() + ANSWER_MS;
  const isAnswer = (bytes: Buffer): boolean =>
    bytes.readUInt32LE(12) === ping && bytes.readUInt32LE(16) === own;
  // A window that is gone answers no more.
  const waits = (): boolean =>
    performance.now() < deadline && display.property(window, 'WM_PROTOCOLS') !== undefined;
  while (!display.takeMessages().some(isAnswer) && waits()) await sleep(POLL_MS);
  const none = Buffer.from(Uint32Array.of(0).buffer);
  xcb.changeWindowAttributes(display.connection, display.root, EVENT_MASK, none);
}

function message(
  display: Display,
  { window, ping, own }: { readonly window: number; readonly ping: number; readonly own: number },
): Buffer {
  const event = Buffer.alloc(32);
  event.writeUInt8(CLIENT_MESSAGE, 0);
  event.writeUInt8(32, 1);
  event.writeUInt32LE(window, 4);
  event.writeUInt32LE(display.atom('WM_PROTOCOLS'), 8);
  event.writeUInt32LE(ping, 12);
  event.writeUInt32LE(own, 16);
  event.writeUInt32LE(window, 20);
  return event;
}
