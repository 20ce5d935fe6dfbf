import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestResult,
} from '@playwright/test/reporter';
import { projectRoot } from './config.js';
import { junitFile, scratchFile } from './reporters.js';
import { blockedBy, verdictOf } from './verdict.js';

/**
 * Stands behind Playwright's JUnit reporter and corrects what it wrote: `<error>` for blocked tests,
 * `<failure>` for failed ones, both counted. Prints it where no file was asked for.
 */
export default class JunitReporter implements Reporter {
  readonly #file: string;
  readonly #prints: boolean;
  #suite: Suite | undefined;

  constructor(options: Readonly<Record<string, unknown>>) {
    const scratch = scratchFile(projectRoot());
    this.#file = junitFile(options) ?? scratch;
    this.#prints = this.#file === scratch;
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(_result: FullResult): void {
    const written = readFileSync(this.#file, 'utf8');
    const report = relabel(written, this.#suite?.allTests() ?? []);
    if (!this.#prints) return writeFileSync(this.#file, report);
    rmSync(this.#file);
    // Attachments are named relative to the file; what is printed belongs to the directory above.
    process.stdout.write(`${report.replaceAll('[[ATTACHMENT|../', '[[ATTACHMENT|')}\n`);
  }

  printsToStdio(): boolean {
    return this.#prints;
  }
}

/** Texts of people, in which nothing is looked for, and tags; attributes hold no angle brackets. */
const tokens = /<!\[CDATA\[[^]*?\]\]>|<[^<>]*>/g;

/** Playwright's report on these tests, in its order, with the elements that our verdicts ask for. */
export function relabel(xml: string, tests: readonly TestCase[]): string {
  const cases = matching(xml, tests);
  if (cases === undefined) return xml;
  const suites: { failures: number; errors: number }[] = [];
  let inCase: { readonly test: TestCase; readonly retries: Retries } | undefined;
  let name = '';
  const relabelled = xml.replaceAll(tokens, (tag) => {
    const [, closing, element = ''] = /^<(\/?)(\w+)/.exec(tag) ?? [];
    if (closing === '/') return /^(?:rerun|flaky)?(?:failure|error)$/i.test(element) ? `</${name}>` : tag;
    if (element === 'testsuite') {
      suites.push({ failures: 0, errors: 0 });
      return named(tag, cases[0]);
    }
    if (element === 'testcase') {
      const test = cases.shift();
      inCase = test && { test, retries: retriesOf(test) };
      return named(tag, test);
    }
    if (inCase === undefined) return tag;
    const [, kind] = /^(rerun|flaky)(?:Failure|Error)$/.exec(element) ?? [];
    if (kind !== undefined) {
      const attempt = inCase.retries[kind as keyof Retries].shift();
      name = `${kind}${attempt !== undefined && blockedBy(attempt) !== undefined ? 'Error' : 'Failure'}`;
      return tag.replace(element, name);
    }
    if (element !== 'failure' && element !== 'error') return tag;
    name = verdictOf(inCase.test) === 'blocked' ? 'error' : 'failure';
    suites.at(-1)![`${name}s` as 'failures' | 'errors']++;
    const [code] = name === 'error' ? (blockedBy(inCase.test.results[0]!)?.split(':') ?? []) : [];
    const renamed = tag.replace(element, name);
    return code === undefined ? renamed : renamed.replace(/ type="[^"]*"/, ` type="${code}"`);
  });
  return recount(relabelled, suites);
}

/** The test of each `<testcase>`; undefined when the report is about other ones than we were told of. */
function matching(xml: string, tests: readonly TestCase[]): TestCase[] | undefined {
  const count = [...xml.matchAll(tokens)].filter(([tag]) => tag.startsWith('<testcase ')).length;
  // Its option `onlyFailures` leaves the others out.
  const bad = tests.filter((test) => ['unexpected', 'flaky'].includes(test.outcome()));
  return [[...tests], bad].find(({ length }) => length === count);
}

/** A tag of a Markdown spec has the name of the spec, and not of the file that was made of it. */
function named(tag: string, test: TestCase | undefined): string {
  const spec = test === undefined ? '' : relative(projectRoot(), test.location.file);
  if (!spec.endsWith('.spec.md')) return tag;
  const name = spec.replaceAll(/[&"'<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  return tag.replace(/ (name|classname)="\.codex-test\/[^"]*"/, (_, key: string) => ` ${key}="${name}"`);
}

interface Retries {
  /** The attempts behind the first one of a test that never passed. */
  readonly rerun: TestResult[];
  /** The attempts before the one that passed. */
  readonly flaky: TestResult[];
}

function retriesOf({ results }: TestCase): Retries {
  const bad = ({ status }: TestResult): boolean => status !== 'passed' && status !== 'skipped';
  return { rerun: results.slice(1).filter(bad), flaky: results.slice(0, -1).filter(bad) };
}

function recount(xml: string, suites: readonly { failures: number; errors: number }[]): string {
  const sum = (key: 'failures' | 'errors'): number => suites.reduce((total, suite) => total + suite[key], 0);
  const rest = [...suites];
  return xml.replaceAll(tokens, (tag) => {
    if (!/^<testsuites? /.test(tag)) return tag;
    const counts = tag.startsWith('<testsuites ')
      ? { failures: sum('failures'), errors: sum('errors') }
      : rest.shift()!;
    return tag
      .replace(/ failures="\d+"/, ` failures="${counts.failures}"`)
      .replace(/ errors="\d+"/, ` errors="${counts.errors}"`);
  });
}
