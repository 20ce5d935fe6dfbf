// A process of its own: nut-js captures the screen here, since its Xlib ends the process when the X server ends.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { importPeer } from './peers.js';

interface Nut {
  readonly screen: {
    grab(): Promise<{ readonly data: Buffer; toRGB(): Promise<unknown> }>;
    capture(name: string, format: string, folder: string): Promise<string>;
  };
  readonly FileType: { readonly PNG: string };
}

/** What nut-js is asked for: pixels, pixels as RGB, whether they are those of the last time, a PNG file. */
export type NutTask = 'grab' | 'rgb' | 'same' | 'file';

export interface NutPeer {
  run(task: NutTask): Promise<void>;
  close(): void;
}

const name = '@nut-tree-fork/nut-js';

/** Starts nut-js on a display; undefined where it cannot be installed. */
export async function startNut(env: NodeJS.ProcessEnv, folder: string): Promise<NutPeer | undefined> {
  // Here only to have it installed, and named as missing where that fails.
  if ((await importPeer<Nut>(name)) === undefined) return undefined;
  const child = fork(fileURLToPath(import.meta.url), [folder], { env });
  await once(child, 'message');
  return {
    async run(task) {
      child.send(task);
      await once(child, 'message');
    },
    close: () => void child.kill('SIGKILL'),
  };
}

async function serve(folder: string): Promise<void> {
  const nut = await importPeer<Nut>(name);
  if (nut === undefined) throw new Error(`${name} is not there`);
  let last: Buffer | undefined;
  const tasks: Readonly<Record<NutTask, () => Promise<unknown>>> = {
    grab: () => nut.screen.grab(),
    rgb: async () => (await nut.screen.grab()).toRGB(),
    same: async () => {
      const { data } = await nut.screen.grab();
      const isSame = last?.equals(data);
      last = data;
      return isSame;
    },
    file: () => nut.screen.capture('nut', nut.FileType.PNG, folder),
  };
  process.on('message', (task: NutTask) => void tasks[task]().then(() => process.send?.('done')));
  process.send?.('ready');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('disconnect', () => process.exit(0));
  await serve(process.argv[2] ?? '');
}
