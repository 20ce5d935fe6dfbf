import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Answer, Message, Question, Reply } from './message.js';

/** The way from a test to whoever watches the run. */
export interface Overseer {
  tell(message: Exclude<Message, { tell: 'question' }>): void;
  /** Resolves once the person has answered; with `continue` when nobody is there any more. */
  ask(question: Question): Promise<Answer>;
  /** Whether so much is on its way that a picture may be left out. */
  isBusy(): boolean;
  close(): void;
}

/** Above this many bytes on their way pictures are left out. */
const busy = 4 * 1024 * 1024;

/** Connects to the socket of {@link listenForTests}. A connection that breaks ends the watching, not the test. */
export function connectOverseer(path: string): Overseer {
  const socket = connect(path);
  socket.on('error', () => {}); // 'close' follows.
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.once('close', () => {
    for (const done of waiting.values()) done({ do: 'continue' });
    waiting.clear();
  });
  createInterface({ input: socket }).on('line', (line) => {
    const { number, answer } = JSON.parse(line) as Reply;
    waiting.get(number)?.(answer);
    waiting.delete(number);
  });
  // The worker of a test must be able to end while it is connected.
  socket.unref();
  let last = 0;
  const send = (message: Message): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
  };
  return {
    tell: send,
    ask: (question) => {
      if (socket.destroyed) return Promise.resolve({ do: 'continue' });
      const number = ++last;
      return new Promise((done) => {
        waiting.set(number, done);
        send({ tell: 'question', number, question });
      });
    },
    isBusy: () => socket.writableLength > busy,
    close: () => socket.destroy(),
  };
}

/** Listens at a path for the tests of a run; whoever may reach the path is believed. */
export async function listenForTests(
  path: string,
  options: {
    readonly onTell: (message: Exclude<Message, { tell: 'question' }>) => void;
    readonly onQuestion: (question: Question) => Promise<Answer>;
  },
): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const desktops = new Set<string>();
    socket.on('error', () => {}); // 'close' follows.
    socket.once('close', () => {
      sockets.delete(socket);
      // A worker that died took its desktops with it.
      for (const id of desktops) options.onTell({ tell: 'end', id });
    });
    createInterface({ input: socket }).on('line', (line) => {
      const message = read(line);
      if (message === undefined) return;
      if (message.tell === 'question') {
        void options.onQuestion(message.question).then((answer) => {
          const reply: Reply = { number: message.number, answer };
          if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
        });
        return;
      }
      if (message.tell === 'desktop') desktops.add(message.id);
      if (message.tell === 'end') desktops.delete(message.id);
      options.onTell(message);
    });
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(path, done);
  });
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Undefined for half a line, which a worker that is killed may leave. */
function read(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
