import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from './message.js';
import { livePage } from './page.js';

/** A page in a browser that shows the desktops of a run, and takes nothing but requests to look. */
export interface LiveView {
  /** Holds the secret that the page is reached by. */
  readonly url: string;
  show(message: Exclude<Message, { tell: 'question' }>): void;
  /** Tells the pages that the run is over, and ends. */
  close(): Promise<void>;
}

interface Shown {
  readonly id: string;
  readonly title: string;
  step: string;
  box?: Extract<Message, { tell: 'target' }>['box'];
  png?: Buffer;
  /** Counts the pictures. */
  picture: number;
  ended: boolean;
}

/** Starts the page on the loopback interface, at a port and a path that nobody can guess. */
export async function startLiveView(): Promise<LiveView> {
  const token = randomBytes(24).toString('base64url');
  const desktops = new Map<string, Shown>();
  const watchers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    answer({ request, response, port, token, desktops, watchers });
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    show: (message) => {
      if (take(desktops, message)) for (const watcher of watchers) watcher.write(stateEvent(desktops));
    },
    close: async () => {
      for (const watcher of watchers) watcher.end('event: over\ndata: {}\n\n');
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeIdleConnections();
        // A browser may keep a connection open for ever.
        setTimeout(() => server.closeAllConnections(), 200).unref();
      });
    },
  };
}

/** Takes in what a test tells; gives whether there is something new to see. */
function take(desktops: Map<string, Shown>, message: Exclude<Message, { tell: 'question' }>): boolean {
  const { id } = message;
  if (message.tell === 'desktop') {
    // The last pictures of a test stay until the next one has its desktop.
    for (const [other, { ended }] of desktops) if (ended) desktops.delete(other);
    desktops.set(id, { id, title: message.title, step: '', picture: 0, ended: false });
    return true;
  }
  const desktop = desktops.get(id);
  if (desktop === undefined) return false;
  switch (message.tell) {
    case 'step':
      desktop.step = message.step;
      delete desktop.box;
      break;
    case 'target':
      if (message.box === undefined) delete desktop.box;
      else desktop.box = message.box;
      break;
    case 'frame':
      desktop.png = Buffer.from(message.png, 'base64');
      desktop.picture++;
      break;
    case 'end':
      desktop.ended = true;
  }
  return true;
}

function stateEvent(desktops: ReadonlyMap<string, Shown>): string {
  const state = [...desktops.values()].map(({ id, title, step, box, picture, ended }) => {
    return { id, title, step, box, picture, ended };
  });
  return `data: ${JSON.stringify(state)}\n\n`;
}

function answer(options: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly port: number;
  readonly token: string;
  readonly desktops: ReadonlyMap<string, Shown>;
  readonly watchers: Set<ServerResponse>;
}): void {
  const { request, response, port, token, desktops, watchers } = options;
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  // Another name for this address is a page elsewhere that had its own name point here.
  const isOurName = [`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host ?? '');
  const [, given = '', what = ''] = /^\/([^/]*)\/(.*)$/.exec(request.url ?? '') ?? [];
  if (!isOurName || !isSame(given, token)) return end(response, 404);
  if (request.method !== 'GET') return end(response, 405);
  if (what === '') {
    const nonce = randomBytes(16).toString('base64');
    const policy = `default-src 'none'; img-src 'self' data:; connect-src 'self'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(livePage(nonce));
    return;
  }
  if (what === 'events') {
    response.setHeader('Content-Type', 'text/event-stream');
    watchers.add(response);
    response.once('close', () => watchers.delete(response));
    response.write(stateEvent(desktops));
    return;
  }
  const [, id = ''] = /^picture\/([^/]+)\/\d+$/.exec(what) ?? [];
  const png = desktops.get(id)?.png;
  if (png === undefined) return end(response, 404);
  response.setHeader('Content-Type', 'image/png');
  response.end(png);
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
