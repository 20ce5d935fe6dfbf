import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Dirent,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addMapping, GenMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping';
import { decodeSpec, parseSpec, SpecError, type Position, type Spec, type SpecTest } from '../spec/index.js';
import type { SpecCase } from './markdown.js';
import { readText } from './read.js';
import type { Origin } from './setup.js';

const suffix = '.spec.md';

/**
 * Makes a test file for Playwright of each Markdown spec below `from`, in the same tree below `to`, which
 * holds nothing else. A source map leads every line of it to the Markdown, so that lists, failures, code
 * frames and filters name the spec; filters read it from files named `.js` only. Called whenever the
 * configuration is loaded, also by every worker, so files that are as they should be are left alone.
 */
export function compileSpecs(options: {
  readonly from: string;
  readonly to: string;
  /** Paths below `from` that are left out. */
  readonly ignore: readonly string[];
}): void {
  const from = resolve(options.from);
  const to = resolve(options.to);
  const ignored = options.ignore.map((path) => join(from, path));
  const files = findFiles(
    from,
    (path) => path.endsWith(suffix) && !ignored.some((skip) => `${path}/`.startsWith(`${skip}/`)),
  );
  const compiled = new Map([
    [join(to, 'package.json'), '{ "type": "module" }\n'],
    ...files.map((file) => [join(to, `${relative(from, file)}.js`), compileSpec(file)] as const),
  ]);
  for (const [target, text] of compiled) writeIfChanged(target, text, `${to}-${process.pid}.tmp`);
  for (const stale of findFiles(to, () => true)) if (!compiled.has(stale)) rmSync(stale, { force: true });
}

function findFiles(directory: string, wanted: (path: string) => boolean): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : findFiles(path, wanted);
    return entry.isFile() && wanted(path) ? [path] : [];
  });
}

/** Writes as a whole, by way of `draft`: another run of the project may be reading. */
function writeIfChanged(path: string, text: string, draft: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  writeFileSync(draft, text);
  renameSync(draft, path);
}

interface Line {
  readonly text: string;
  readonly at: Position;
}

/** The test file of one spec, as text. */
export function compileSpec(file: string): string {
  const decoded = decodeSpec(readFileSync(file), file);
  if (decoded instanceof SpecError) return write(file, '', [failure([decoded])]);
  const { spec, problems } = parseSpec({ file, source: decoded, read: readText });
  return write(file, decoded, problems.length > 0 ? [failure(problems)] : tests(spec, decoded));
}

/** Collecting the file fails with every problem of the spec, at the first one's place. */
function failure(problems: readonly SpecError[]): Line {
  const lines = problems.map(
    ({ file, position, message }) =>
      `${relative(process.cwd(), file)}:${position.line}:${position.column}: ${message}`,
  );
  const at = problems[0]?.position ?? { line: 1, column: 1 };
  return { text: `throw new Error(${JSON.stringify(lines.join('\n'))});`, at };
}

function tests(spec: Spec, source: string): readonly Line[] {
  const at = { line: 1, column: 1 };
  const places = { app: placeOfKey(source, 'app'), secrets: placeOfKey(source, 'secrets') };
  const origin: Origin = {
    file: spec.file,
    places: {
      files: placeOfKey(source, 'files'),
      setup: placeOfKey(source, 'setup'),
      network: placeOfKey(source, 'network'),
    },
  };
  return [
    { text: `test.describe.configure({ mode: 'parallel', timeout: ${spec.settings.timeout} });`, at },
    {
      text: `test.use({ settings: ${JSON.stringify(spec.settings)}, origin: ${JSON.stringify(origin)} });`,
      at,
    },
    ...spec.tests.flatMap((each) => testLines(spec, each, places)),
  ];
}

/** Where the value of a key of the front matter stands; the start of the file when it has a default. */
function placeOfKey(source: string, key: string): Position {
  const lines = source.split(/\r?\n/);
  const end = lines.indexOf('---', 1);
  const index = lines.slice(0, end).findIndex((line) => line.startsWith(`${key}:`));
  if (index < 0) return { line: 1, column: 1 };
  return { line: index + 1, column: (/^[^:]*:\s*/.exec(lines[index]!)?.[0].length ?? 0) + 1 };
}

function testLines(spec: Spec, test: SpecTest, places: SpecCase['places']): readonly Line[] {
  const { suites, title, tags, position, steps, expectations } = test;
  const body: SpecCase = {
    file: spec.file,
    app: spec.settings.app,
    secrets: spec.settings.secrets,
    places,
    steps,
    expectations,
  };
  return [
    ...suites.map((suite) => ({ text: `test.describe(${JSON.stringify(suite)}, () => {`, at: position })),
    {
      text: `test(${JSON.stringify(title)}, ${JSON.stringify({ tag: tags })}, specTest(${JSON.stringify(body)}));`,
      at: position,
    },
    ...suites.map(() => ({ text: '});', at: position })),
  ];
}

function write(file: string, source: string, lines: readonly Line[]): string {
  const library = pathToFileURL(join(import.meta.dirname, 'markdown.js')).href;
  const head = `import { specTest, test } from ${JSON.stringify(library)};`;
  const map = new GenMapping();
  setSourceContent(map, file, source);
  for (const [index, { text, at }] of [{ text: head, at: { line: 1, column: 1 } }, ...lines].entries()) {
    // Every column of the line leads to the same place, wherever a tool asks from.
    for (const column of [0, Math.max(0, text.indexOf('('))]) {
      addMapping(map, {
        generated: { line: index + 1, column },
        source: file,
        original: { line: at.line, column: at.column - 1 },
      });
    }
  }
  const encoded = Buffer.from(JSON.stringify(toEncodedMap(map))).toString('base64');
  const text = [head, ...lines.map((line) => line.text)].join('\n');
  return `${text}\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`;
}
