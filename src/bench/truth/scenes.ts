import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hand } from './hand.js';
import { forms, pages } from './pages.js';

/** How everything is drawn: as it comes, with a dark theme, without anti-aliasing, with letters of 11 pixels. */
export type Look = 'light' | 'dark' | 'hard' | 'small';

/** One state of an application, reached from the one before it. */
export interface State {
  readonly name: string;
  reach(hand: Hand): Promise<void>;
}

export interface Scene {
  readonly app: string;
  readonly looks: readonly Look[];
  /** Program and arguments; the folder of the desktop is its working folder and its home. */
  command(look: Look, folder: string): readonly string[];
  prepare?(folder: string, look: Look): Promise<void>;
  readonly states: readonly State[];
}

const all = ['light', 'dark', 'hard'] as const;
const withSmall = ['light', 'dark', 'hard', 'small'] as const;
const asItComes: State = { name: 'start', reach: (hand) => hand.still() };

const keys = (name: string, ...presses: readonly (readonly string[])[]): State => ({
  name,
  reach: (hand) => hand.press(...presses),
});

/** Closes what is open and clicks what is called so. */
const clicks = (name: string, what: string): State => ({
  name,
  reach: async (hand) => {
    if (name !== 'start') await hand.press(['ESC'], ['ESC']);
    await hand.click(what);
  },
});

const darkQt = '* { background-color: #2b2b2b; color: #e6e6e6; } *:disabled { color: #7d7d7d; }';

/** Qt 5 takes its look from a style sheet. */
function qt(program: string, look: Look, folder: string, ...rest: readonly string[]): readonly string[] {
  const sheet = look === 'dark' || look === 'small' ? ['-stylesheet', join(folder, 'look.qss')] : [];
  return [program, ...rest, ...sheet];
}

async function prepareQt(folder: string, look: Look): Promise<void> {
  const sheet = look === 'dark' ? darkQt : '* { font-size: 11px; }';
  await writeFile(join(folder, 'look.qss'), sheet);
}

const chromiumArguments = [
  ...['--no-sandbox', '--no-first-run', '--force-renderer-accessibility', '--disable-gpu'],
  ...['--window-size=1200,740', '--window-position=20,30', '--password-store=basic'],
];

/** Pages of ours in Chromium; in the dark look those without colours of their own are darkened by it. */
function page(app: string, html: string): Scene {
  return {
    app,
    looks: withSmall,
    prepare: async (folder, look) => {
      const size = look === 'small' ? '<style>*{font-size:11px !important}</style>' : '';
      await writeFile(join(folder, 'page.html'), html.replace('</head>', `${size}</head>`));
    },
    command: (look, folder) => [
      'chromium',
      ...chromiumArguments,
      ...(look === 'dark'
        ? [
            '--force-dark-mode',
            '--enable-features=WebContentsForceDark',
            '--blink-settings=forceDarkModeEnabled=true',
          ]
        : []),
      join(folder, 'page.html'),
    ],
    states: [asItComes],
  };
}

const note = [
  'Shopping list for Thursday:',
  '3 kg flour, 250 g butter and 12 eggs',
  'Call Mr. Liu at 10:45 (room B-17)',
  'https://example.org/index.html?id=42',
  'Total: 1,284.50 EUR',
].join('\n');

const table = [
  'Item,Code,Price,Stock',
  'Green tea,A-1001,4.50,17',
  'Filter paper,B-2040,12.00,250',
  'Illuminated lamp,C-0815,89.90,1',
  'Coffee mill,D-7710,139.00,0',
  'Olive oil 1l,F-0010,7.25,36',
].join('\n');

/** Applications of Debian 12 whose accessibility tree tells their texts, each in some of its states. */
export const scenes: readonly Scene[] = [
  {
    app: 'mousepad',
    looks: withSmall,
    prepare: (folder) => writeFile(join(folder, 'list.txt'), note),
    command: (_, folder) => ['mousepad', join(folder, 'list.txt')],
    states: [
      asItComes,
      keys('file', ['ALT', 'f']),
      keys('edit', ['ESC'], ['ALT', 'e']),
      {
        name: 'preferences',
        reach: async (hand) => {
          await hand.press(['ESC'], ['ESC']);
          await hand.menu('Edit', /^Preferences/);
        },
      },
    ],
  },
  {
    app: 'zim',
    looks: withSmall,
    prepare: async (folder) => {
      const notebook = join(folder, 'Diary');
      await mkdir(notebook);
      await writeFile(join(notebook, 'notebook.zim'), '[Notebook]\nname=Diary\nversion=0.4\nhome=Home\n');
      const head = 'Content-Type: text/x-zim-wiki\nWiki-Format: zim 0.6\n\n';
      await writeFile(join(notebook, 'Home.txt'), `${head}====== Home ======\n\n${note}\n`);
      for (const name of ['Garden', 'Workshop', 'Recipes'])
        await writeFile(join(notebook, `${name}.txt`), head);
    },
    command: (_, folder) => ['zim', '--standalone', join(folder, 'Diary')],
    states: [
      asItComes,
      keys('file', ['ALT', 'f']),
      keys('view', ['RIGHT'], ['RIGHT']),
      {
        name: 'preferences',
        reach: async (hand) => {
          await hand.press(['ESC'], ['ESC']);
          await hand.menu('Edit', /^Preferences/);
        },
      },
    ],
  },
  {
    app: 'featherpad',
    looks: withSmall,
    prepare: async (folder, look) => {
      await writeFile(join(folder, 'list.txt'), note);
      await prepareQt(folder, look);
    },
    command: (look, folder) => qt('featherpad', look, folder, join(folder, 'list.txt')),
    states: [
      asItComes,
      clicks('file', 'File'),
      clicks('options', 'Options'),
      { name: 'preferences', reach: (hand) => hand.press(['ESC'], ['ESC'], ['CTRL', 'SHIFT', 'p']) },
    ],
  },
  {
    app: 'keepassxc',
    looks: withSmall,
    prepare: async (folder, look) => {
      await mkdir(join(folder, '.config/keepassxc'), { recursive: true });
      const theme = look === 'dark' ? 'dark' : 'light';
      const ini = `[General]\nUpdateCheckMessageShown=true\nFirstRun=false\n[GUI]\nApplicationTheme=${theme}\nCheckForUpdates=false\n`;
      await writeFile(join(folder, '.config/keepassxc/keepassxc.ini'), ini);
      await prepareQt(folder, look);
    },
    command: (look, folder) => (look === 'small' ? qt('keepassxc', look, folder) : ['keepassxc']),
    states: [
      asItComes,
      clicks('database', 'Database'),
      clicks('settings', 'Settings'),
      clicks('generator', 'Password Generator'),
    ],
  },
  {
    app: 'speedcrunch',
    looks: withSmall,
    prepare: prepareQt,
    command: (look, folder) => qt('speedcrunch', look, folder),
    states: [asItComes, clicks('session', 'Session'), clicks('settings', 'Settings')],
  },
  {
    app: 'gnome-calculator',
    looks: all,
    command: () => ['gnome-calculator'],
    states: [
      { name: 'start', reach: (hand) => hand.type('12*3.5+7') },
      { name: 'menu', reach: (hand) => hand.press(['F10']) },
      { name: 'advanced', reach: (hand) => hand.press(['ESC'], ['CTRL', 'ALT', 'a']) },
      { name: 'programming', reach: (hand) => hand.press(['CTRL', 'ALT', 'p']) },
    ],
  },
  {
    app: 'galculator',
    looks: withSmall,
    command: () => ['galculator'],
    states: [
      asItComes,
      keys('view', ['ALT', 'v']),
      {
        name: 'preferences',
        reach: async (hand) => {
          await hand.press(['ESC'], ['ESC']);
          await hand.menu('Edit', /^Preferences/);
        },
      },
    ],
  },
  {
    app: 'qalculate',
    looks: withSmall,
    command: () => ['qalculate-gtk'],
    states: [
      asItComes,
      keys('mode', ['ALT', 'm']),
      {
        name: 'preferences',
        reach: async (hand) => {
          await hand.press(['ESC'], ['ESC']);
          await hand.menu('Edit', /^Preferences/);
        },
      },
    ],
  },
  {
    app: 'calc',
    looks: all,
    prepare: (folder) => writeFile(join(folder, 'budget.csv'), table),
    command: (_, folder) => ['libreoffice', '--calc', '--norestore', '--nologo', join(folder, 'budget.csv')],
    states: [
      asItComes,
      { name: 'sheet', reach: (hand) => hand.press(['ENTER']) },
      keys('insert', ['ALT', 'i']),
      { name: 'format', reach: (hand) => hand.press(['ESC'], ['ESC'], ['CTRL', '1']) },
    ],
  },
  {
    app: 'writer',
    looks: all,
    command: () => ['libreoffice', '--writer', '--norestore', '--nologo'],
    states: [
      { name: 'start', reach: (hand) => hand.type('Dear Ms. Hill, we will fill in form 11 by 31 July.') },
      keys('table', ['ALT', 'a']),
      { name: 'find', reach: (hand) => hand.press(['ESC'], ['ESC'], ['CTRL', 'h']) },
    ],
  },
  page('page-form', forms),
  page('page-table', pages),
  {
    app: 'zenity-forms',
    looks: withSmall,
    command: () => [
      ...['zenity', '--forms', '--title=New contact', '--text=Details of the contact', '--separator=;'],
      ...[
        '--add-entry=First name',
        '--add-entry=Last name',
        '--add-entry=E-mail',
        '--add-password=PIN (4 digits)',
      ],
      ...[
        '--add-list=Country',
        '--list-values=Finland|Iceland|Italy|Mali',
        '--ok-label=Create',
        '--cancel-label=Not now',
      ],
    ],
    states: [asItComes],
  },
  {
    app: 'zenity-list',
    looks: withSmall,
    command: () => [
      ...[
        'zenity',
        '--list',
        '--checklist',
        '--width=560',
        '--height=340',
        '--title=Updates',
        '--text=Choose what to install:',
      ],
      ...['--column=Use', '--column=Package', '--column=Version', '--column=Size'],
      ...['TRUE', 'libc6', '2.36-9', '2.7 MB', 'FALSE', 'firefox-esr', '115.3.1', '61.4 MB'],
      ...['TRUE', 'openssl', '3.0.11-1', '1.4 MB', 'FALSE', 'libillinois0', '0.1.10', '118 kB'],
      ...['--ok-label=Install', '--cancel-label=Later'],
    ],
    states: [asItComes],
  },
  {
    app: 'zenity-question',
    looks: withSmall,
    command: () => [
      ...[
        'zenity',
        '--question',
        '--title=Replace?',
        '--ok-label=Replace',
        '--cancel-label=Keep both',
        '--extra-button=Skip',
      ],
      ...[
        '--no-wrap',
        '--text=A file named "flight-plan.pdf" already exists.\nReplacing it loses 1 of 11 pages.',
      ],
    ],
    states: [asItComes],
  },
  {
    app: 'geany',
    looks: withSmall,
    prepare: (folder) =>
      writeFile(join(folder, 'main.c'), '#include <stdio.h>\n\nint main(void)\n{\n    return 0;\n}\n'),
    command: (_, folder) => ['geany', '-i', join(folder, 'main.c')],
    states: [
      asItComes,
      keys('document', ['ALT', 'd']),
      { name: 'preferences', reach: (hand) => hand.press(['ESC'], ['ESC'], ['CTRL', 'ALT', 'p']) },
    ],
  },
  {
    app: 'sqlitebrowser',
    // It does not let itself be darkened.
    looks: ['light', 'hard', 'small'],
    prepare: prepareQt,
    command: (look, folder) => qt('sqlitebrowser', look, folder),
    states: [asItComes, clicks('file', 'File'), clicks('view', 'View')],
  },
  {
    app: 'homebank',
    looks: withSmall,
    command: () => ['homebank'],
    states: [
      asItComes,
      { name: 'clear', reach: (hand) => hand.press(['ESC']) },
      keys('manage', ['ALT', 'm']),
      {
        name: 'preferences',
        reach: async (hand) => {
          await hand.press(['ESC'], ['ESC']);
          await hand.menu('Edit', /^Preferences/);
        },
      },
    ],
  },
];
