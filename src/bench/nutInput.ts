// A process of its own: nut-js clicks and types here. It drops what it has no key for, or ends the process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { importPeer } from './peers.js';

interface Nut {
  readonly Point: new (x: number, y: number) => object;
  readonly mouse: {
    config: object;
    setPosition(point: object): Promise<unknown>;
    leftClick(): Promise<unknown>;
  };
  readonly keyboard: { config: object; type(text: string): Promise<unknown> };
}

/** A click at a point, or a text to be typed. */
export type NutInput = { readonly x: number; readonly y: number } | { readonly text: string };

export interface NutHands {
  /** False when its process has ended over it. */
  perform(input: NutInput): Promise<boolean>;
  close(): void;
}

const name = '@nut-tree-fork/nut-js';

/** Starts nut-js on a display; undefined where it cannot be installed. */
export async function startNutHands(env: NodeJS.ProcessEnv): Promise<NutHands | undefined> {
  // Here only to have it installed, and named as missing where that fails.
  if ((await importPeer<Nut>(name)) === undefined) return undefined;
  const start = () =>
    fork(fileURLToPath(import.meta.url), [], { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let child = start();
  await once(child, 'message');
  return {
    async perform(input) {
      child.send(input);
      const survived = await new Promise<boolean>((resolve) => {
        child.once('message', () => resolve(true)).once('exit', () => resolve(false));
      });
      child.removeAllListeners();
      if (survived) return true;
      child = start();
      await once(child, 'message');
      return false;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

async function serve(): Promise<void> {
  const nut = await importPeer<Nut>(name);
  if (nut === undefined) throw new Error(`${name} is not there`);
  const { mouse, keyboard, Point } = nut;
  Object.assign(mouse.config, { autoDelayMs: 0 });
  Object.assign(keyboard.config, { autoDelayMs: 0 });
  const perform = async (input: NutInput): Promise<void> => {
    if ('text' in input) await keyboard.type(input.text);
    else {
      await mouse.setPosition(new Point(input.x, input.y));
      await mouse.leftClick();
    }
  };
  process.on('message', (input: NutInput) => void perform(input).then(() => process.send?.('done')));
  process.send?.('ready');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('disconnect', () => process.exit(0));
  await serve();
}
