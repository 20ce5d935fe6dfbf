import { setTimeout as sleep } from 'node:timers/promises';
import * as xcb from '../../native/linux/xcb.js';
import { words, type Display } from './display.js';

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
  const toOwner = { to: window, mask: 0 };
  display.sendMessage({ window, type: 'WM_PROTOCOLS', data: [ping, own, window], ...toOwner });
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
