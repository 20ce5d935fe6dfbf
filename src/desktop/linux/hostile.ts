// A program for the tests: an X client that holds the X server for itself, as an application under test may.
import { setTimeout as sleep } from 'node:timers/promises';
import { load, type Pointer } from '../../native/koffi.js';
import type { Cookie } from '../../native/linux/xcb.js';
import { connectDisplay } from './display.js';

const grabServer: (connection: Pointer) => Cookie = load('libxcb.so.1').func(
  'xcb_cookie_t xcb_grab_server(void *connection)',
);

const [socket = '', cookie = ''] = process.argv.slice(2);
const display = await connectDisplay({ socket, cookie }, performance.now() + 1_000);
grabServer(display.connection);
display.sync();
process.send?.('holds the server');
await sleep(60_000);
