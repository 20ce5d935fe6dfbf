import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDesktopProcess, type Desktop, type Element, type Window } from '../../desktop/index.js';
import { startTestDesktop, until } from '../../desktop/linux/testing.js';
import { handOf } from './hand.js';
import type { Look, Scene } from './scenes.js';

/** What was seen of one state of an application. */
export interface Seen {
  readonly name: string;
  readonly png: Buffer;
  readonly elements: readonly Element[];
  readonly windows: readonly Window[];
}

const fonts: Readonly<Record<Look, string>> = {
  light: '',
  dark: '',
  small: '',
  hard: `<match target="font">
    <edit name="antialias" mode="assign"><bool>false</bool></edit>
    <edit name="hinting" mode="assign"><bool>true</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintfull</const></edit>
  </match>`,
};

/** Files and variables that make applications look so. */
async function dress(folder: string, look: Look): Promise<readonly string[]> {
  const file = join(folder, 'fonts.conf');
  const config = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <include>/etc/fonts/fonts.conf</include>${fonts[look]}</fontconfig>`;
  await writeFile(file, config);
  for (const version of ['gtk-3.0', 'gtk-4.0']) {
    await mkdir(join(folder, '.config', version), { recursive: true });
    const lines = [
      '[Settings]',
      ...(look === 'small' ? ['gtk-font-name=Sans 8.25'] : []),
      ...(look === 'hard' ? ['gtk-xft-antialias=0'] : []),
      ...(look === 'dark' ? ['gtk-application-prefer-dark-theme=1'] : []),
    ];
    await writeFile(join(folder, '.config', version, 'settings.ini'), `${lines.join('\n')}\n`);
  }
  return [
    `FONTCONFIG_FILE=${file}`,
    ...(look === 'dark' ? ['GTK_THEME=Adwaita:dark'] : []),
    'QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1',
  ];
}

/** Plays a scene on a desktop of its own and sees each of its states. */
export async function capture(scene: Scene, look: Look): Promise<readonly Seen[]> {
  const owner = startDesktopProcess();
  const real = await startTestDesktop();
  try {
    const desktop = await owner.connect(real.address);
    const variables = await dress(real.folder, look);
    await scene.prepare?.(real.folder, look);
    real.launch('env', ...variables, ...scene.command(look, real.folder));
    await until('a window', async () => (await desktop.windows()).length > 0 || undefined);
    await until('its tree', async () => (await desktop.elements()).length > 3 || undefined);
    const hand = handOf(desktop);
    await hand.still();
    const seen: Seen[] = [];
    for (const state of scene.states) {
      await state.reach(hand);
      await hand.leave();
      seen.push({ name: `${scene.app}-${state.name}-${look}`, ...(await watch(desktop)) });
    }
    return seen;
  } finally {
    await owner.close();
    await real.close();
  }
}

/** Picture and tree of the same moment. */
async function watch(desktop: Desktop): Promise<Omit<Seen, 'name'>> {
  for (let round = 0; ; round++) {
    const before = await desktop.screenshot();
    const elements = await desktop.elements();
    const windows = await desktop.windows();
    // A caret that blinks changes the picture, but not the tree.
    if (round === 5 || (await desktop.revision()) === before.revision)
      return { png: before.png, elements, windows };
  }
}
