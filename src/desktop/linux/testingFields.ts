// Text fields of real applications, for the tests and benchmarks of typing.
import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Desktop, Element } from '../types.js';
import { until, type TestDesktop } from './testing.js';

/** A text that has the focus. */
export interface Field {
  readonly app: ChildProcess;
  /** What the application holds, without what it held when it was cleared. */
  readonly read: () => Promise<string | undefined>;
  readonly clear: () => Promise<void>;
}

interface Stage {
  readonly real: TestDesktop;
  readonly desktop: Desktop;
}

const isText = ({ role }: Element): boolean => role === 'text';

/** Opens an editor with the empty file `note.txt` of the desktop's folder. */
export async function openEditor(stage: Stage, program: 'mousepad' | 'featherpad'): Promise<Field> {
  const file = join(stage.real.folder, 'note.txt');
  await writeFile(file, '');
  const options = program === 'featherpad' ? ['--standalone'] : [];
  return focus(stage, stage.real.launch(program, ...options, file), isText);
}

export function openGtk4(stage: Stage): Promise<Field> {
  const program = fileURLToPath(new URL('testingGtk4.js', import.meta.url));
  return focus(stage, stage.real.launch(process.execPath, program), isText);
}

/** Opens a page with a text area. */
export async function openChromium(stage: Stage): Promise<Field> {
  const page = '<meta charset="utf-8"><title>page</title><textarea aria-label="area" rows="9" cols="80">';
  return focus(stage, await launchChromium(stage.real, page), ({ name }) => name === 'area');
}

export async function launchChromium(real: TestDesktop, html: string): Promise<ChildProcess> {
  const page = join(real.folder, 'page.html');
  await writeFile(page, html);
  const options = ['--no-sandbox', '--no-first-run', '--force-renderer-accessibility'];
  const own = ['--password-store=basic', `--user-data-dir=${real.folder}/profile`];
  return real.launch('chromium', ...options, ...own, page);
}

/** Opens an xterm whose command writes what it gets to a file. */
export async function openXterm({ real, desktop }: Stage): Promise<Field> {
  const file = join(real.folder, 'got.txt');
  const command = `stty -icanon -echo min 1; exec cat > ${file}`;
  const app = real.launch('xterm', '-u8', '-T', 'catcher', '-e', 'sh', '-c', command);
  const window = await until('the window', async () =>
    (await desktop.windows()).find(({ title }) => title === 'catcher'),
  );
  await desktop.perform({ type: 'click', x: window.box.x + 50, y: window.box.y + 50, button: 'left' });
  const all = (): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
  await until('the command', async () => ((await all()) === undefined ? undefined : true));
  let before = 0;
  return {
    app,
    read: async () => (await all())?.slice(before),
    clear: async () => {
      before = (await all())?.length ?? 0;
    },
  };
}

async function focus(
  { desktop }: Stage,
  app: ChildProcess,
  matches: (one: Element) => boolean,
): Promise<Field> {
  const find = async (): Promise<Element | undefined> => (await desktop.elements()).find(matches);
  let last = '';
  // A window that comes up is placed, and a text laid out, a moment later.
  const { box } = await until('the field', async () => {
    const found = await find();
    const place = JSON.stringify(found?.box);
    const still = place === last;
    last = place;
    return still ? found : undefined;
  });
  const middle = { x: box.x + Math.floor(box.width / 2), y: box.y + Math.floor(box.height / 2) };
  await desktop.perform({ type: 'click', ...middle, button: 'left' });
  await until('the focus', async () => (await find())?.states.includes('focused') || undefined);
  const read = async (): Promise<string | undefined> => (await find())?.text;
  return {
    app,
    read,
    clear: async () => {
      await desktop.perform({ type: 'keypress', keys: ['CTRL', 'A'] });
      await desktop.perform({ type: 'keypress', keys: ['Delete'] });
      await until('the empty field', async () => ((await read()) === '' ? true : undefined));
    },
  };
}
