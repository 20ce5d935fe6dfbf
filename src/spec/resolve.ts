import { dirname, join, normalize } from 'node:path';
import { type Document, type DraftTest, readDocument } from './document.js';
import type { UseLine } from './instance.js';
import { secretsIn } from './secret.js';
import { maximumSize, openSource } from './source.js';
import { didYouMean } from './suggest.js';
import type { Expectation, SpecTest, Step } from './types.js';
import type { Reference } from './use.js';

/** The most uses that may lead into each other. */
const deepest = 8;
/** The most steps and uses that one spec may come to. */
const most = 100_000;
/** The most tests whose titles are compared with a mistyped one. */
const mostCompared = 300;

/** Gives the text of a file by its path, `undefined` when it cannot be read. */
export type ReadFile = (path: string) => string | undefined;

interface Walk {
  readonly root: Document;
  readonly read: ReadFile | undefined;
  readonly documents: Map<string, Document | undefined>;
  /** The tests of a document by each of their titles. */
  readonly titles: Map<Document, ReadonlyMap<string, readonly DraftTest[]>>;
  /** What was found before, by the place it was sought from. */
  readonly found: Map<string, Link | string>;
  /** Places whose mistake was told. */
  readonly told: Set<number>;
  left: number;
}

interface Link {
  readonly document: Document;
  readonly test: DraftTest;
}

/** A step of a test or a use of another, with the place of the latter. */
interface Use extends UseLine {
  readonly document: Document;
}

/** The tests of a spec, with the steps that they share with others put in; mistakes go to its source. */
export function resolveTests(root: Document, read: ReadFile | undefined): readonly SpecTest[] {
  const documents = new Map([[normalize(root.source.file), root]]);
  const walk = {
    root,
    read,
    documents,
    found: new Map<string, Link | string>(),
    titles: new Map<Document, ReadonlyMap<string, readonly DraftTest[]>>(),
    told: new Set<number>(),
    left: most,
  };
  return root.tests.map((test) => resolveTest(walk, test));
}

function resolveTest(walk: Walk, test: DraftTest): SpecTest {
  const { source, front } = walk.root;
  const steps: Step[] = [];
  let broken = false;
  for (const line of [...frontLines(walk.root), ...ownLines({ document: walk.root, test })]) {
    if (!('use' in line)) {
      steps.push(line);
      continue;
    }
    const found = follow(walk, { use: line, chain: [{ document: walk.root, test }] });
    const reason = typeof found === 'string' ? found : refuseSecretsOf(found, front.secrets);
    if (typeof found !== 'string') steps.push(...found);
    if (reason === undefined) continue;
    broken = true;
    if (walk.told.has(line.offset)) continue;
    walk.told.add(line.offset);
    source.report({ code: 'bad-use', offset: line.offset, message: reason });
  }
  if (!test.expecting && !broken && !steps.some(({ expectations }) => expectations.length > 0)) {
    const advice = 'Write a list below "**Expected Results:**", or "- expect: none".';
    const message = `The test "${test.title}" expects nothing. ${advice}`;
    if (!walk.told.has(test.offset)) source.report({ code: 'no-expectation', offset: test.offset, message });
    walk.told.add(test.offset);
  }
  const { offset: _, expecting: __, ...rest } = test;
  return { ...rest, steps };
}

function frontLines(document: Document): readonly Use[] {
  const { front, useOffsets } = document;
  return front.use.map((use, index) => ({ use, offset: useOffsets[index] ?? 0, expectations: [], document }));
}

function ownLines({ document, test }: Link): readonly (Step | Use)[] {
  return test.steps.map((line) => ('use' in line ? { ...line, document } : line));
}

/** The steps that a use stands for, or why there are none. */
function follow(
  walk: Walk,
  { use, chain }: { readonly use: Use; readonly chain: readonly Link[] },
): readonly Step[] | string {
  const found = find(walk, use);
  if (typeof found === 'string') return found;
  const names = [...chain, found].map((link) => nameOf(link));
  if (chain.some(({ test }) => test === found.test)) {
    return `This use leads back to where it came from: ${names.join(' → ')}.`;
  }
  if (chain.length > deepest) return `More than ${deepest} uses lead into each other: ${names.join(' → ')}.`;
  const steps: Step[] = [];
  // Within one spec, what its front matter puts first has been done.
  const first = found.document === use.document ? [] : frontLines(found.document);
  for (const line of [...first, ...ownLines(found)]) {
    if (walk.left-- <= 0) return `The uses of this spec come to more than ${most} steps.`;
    if (!('use' in line)) {
      steps.push(placeIn(walk, { step: line, document: found.document }));
      continue;
    }
    const inner = follow(walk, { use: line, chain: [...chain, found] });
    if (typeof inner === 'string') return inner;
    steps.push(...inner);
  }
  return withExpectations(walk, { steps, use });
}

function find(walk: Walk, use: Use): Link | string {
  const key = JSON.stringify([use.document.source.file, use.use.path, use.use.title]);
  const known = walk.found.get(key) ?? search(walk, use);
  walk.found.set(key, known);
  return known;
}

function search(walk: Walk, { use, document }: Use): Link | string {
  const { file } = document.source;
  const path = use.path === '' ? file : join(dirname(file), use.path);
  const target = open(walk, path);
  if (!target) return `"${path}" cannot be read. Write its path relative to ${file}.`;
  const problem = target === walk.root ? undefined : target.source.problems[0];
  if (problem) {
    const { line, column } = problem.position;
    return `"${path}" has a mistake at ${line}:${column}: ${problem.message}`;
  }
  const wanted = use.title.replace(/\s+/g, ' ');
  const named = titlesIn(walk, target).get(wanted) ?? [];
  const [test, twin] = named;
  if (!test) return `"${path}" has no test "${wanted}".${advise(target, use)}`;
  if (!twin) return { document: target, test };
  const full = named.map((each) => `"${titlesOf(each).at(-1)}"`);
  return `"${path}" has several tests "${wanted}". Write ${full.join(' or ')}.`;
}

function open(walk: Walk, path: string): Document | undefined {
  const key = normalize(path);
  if (!walk.documents.has(key)) {
    const text = walk.read?.(path);
    const fits = text !== undefined && Buffer.byteLength(text) <= maximumSize;
    walk.documents.set(key, fits ? readDocument(openSource(path, text)) : undefined);
  }
  return walk.documents.get(key);
}

function titlesIn(walk: Walk, document: Document): ReadonlyMap<string, readonly DraftTest[]> {
  const known = walk.titles.get(document);
  if (known) return known;
  const titles = new Map<string, DraftTest[]>();
  for (const test of document.tests) {
    for (const title of titlesOf(test)) {
      const named = titles.get(title);
      if (named) named.push(test);
      else titles.set(title, [test]);
    }
  }
  walk.titles.set(document, titles);
  return titles;
}

function advise({ tests }: Document, { title }: Reference): string {
  const titles = tests.slice(0, mostCompared).flatMap((test) => titlesOf(test));
  const listed = tests.slice(0, 5).map((test) => `"${test.title}"`);
  const more = tests.length > listed.length ? ' and others' : '';
  return didYouMean(title, titles) || (listed.length > 0 ? ` It has ${listed.join(', ')}${more}.` : '');
}

/** `Title`, `Suite > Title` and so on. */
function titlesOf({ suites, title }: DraftTest): readonly string[] {
  return [...suites.keys(), suites.length]
    .map((first) => [...suites.slice(first), title].join(' > '))
    .toReversed();
}

function nameOf({ document, test }: Link): string {
  return `${document.source.file}#${test.title}`;
}

function placeIn(walk: Walk, { step, document }: { readonly step: Step; readonly document: Document }): Step {
  if (document === walk.root) return step;
  const { file } = document.source;
  return { ...step, file, expectations: expectationsIn(walk, { ...step, document }) };
}

function expectationsIn(
  walk: Walk,
  { expectations, document }: { readonly expectations: readonly Expectation[]; readonly document: Document },
): readonly Expectation[] {
  if (document === walk.root) return expectations;
  return expectations.map((each) => ({ ...each, file: document.source.file }));
}

/** What stands below a use is judged after the last of its steps. */
function withExpectations(
  walk: Walk,
  { steps, use }: { readonly steps: readonly Step[]; readonly use: Use },
): readonly Step[] {
  const added = expectationsIn(walk, use);
  const last = steps.at(-1);
  if (added.length === 0) return steps;
  if (last) return [...steps.slice(0, -1), { ...last, expectations: [...last.expectations, ...added] }];
  const looking = {
    text: '',
    position: use.document.source.position(use.offset),
    expectations: use.expectations,
  };
  return [placeIn(walk, { step: looking, document: use.document })];
}

function refuseSecretsOf(steps: readonly Step[], listed: readonly string[]): string | undefined {
  const texts = steps.flatMap(({ text, expectations }) => [text, ...expectations.map((each) => each.text)]);
  const unlisted = texts.flatMap((text) => secretsIn(text)).find((name) => !listed.includes(name));
  if (unlisted === undefined) return undefined;
  return `These steps need the secret "${unlisted}". Add it to "secrets" in the front matter.`;
}
