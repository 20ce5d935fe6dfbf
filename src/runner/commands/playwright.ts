import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireReadable } from '../../sandbox/index.js';
import { didYouMean } from '../../spec/index.js';
import { acceptVariable, alsoVariable } from '../baselines.js';
import { requireBrowser, traceAdvice, uiAdvice } from '../browsers.js';
import { rootVariable } from '../config.js';
import { run, runOrdinary } from '../launch.js';
import { commandReporters } from '../reporters.js';
import { selectSpecs } from '../select.js';
import { UsageError } from '../usage.js';

/** Commands of Playwright that run no test. */
const others = [
  'show-report',
  'merge-reports',
  'show-trace',
  'install',
  'install-deps',
  'uninstall',
  'clear-cache',
  'codegen',
  'open',
  'screenshot',
  'pdf',
  'trace',
];

const commands = ['test', 'accept', 'check', 'compare', 'doctor', 'init', 'inspect', 'help', ...others];

/** Runs `playwright test` as an ordinary account, with a broker beside it; other commands pass through. */
export async function playwright(words: readonly string[]): Promise<number> {
  const cli = playwrightCli();
  const [first = ''] = words;
  if (first === 'show-trace') requireBrowser('show-trace', words, traceAdvice);
  if (others.includes(first)) {
    const { args, environment } = commandReporters(words, process.cwd());
    return run([process.execPath, cli, ...args], environment);
  }
  refuseMistyped(first);
  return runTests(words[0] === 'test' ? words.slice(1) : words);
}

/** A mistyped command would be a filter that finds nothing, or runs what stands behind it. */
function refuseMistyped(word: string): void {
  const meant = /^[a-z-]{4,}$/.test(word) && !word.startsWith('-') ? didYouMean(word, commands) : '';
  if (meant === '' || word === 'test') return;
  // Specs that lie elsewhere could be meant.
  if (!existsSync('specs') || existsSync(word)) return;
  const isFilter = readdirSync('specs', { recursive: true }).join('\n').includes(word);
  if (!isFilter) throw new UsageError(`there is no command or spec "${word}".${meant}`);
}

/** Which baseline a run makes anew. */
export interface Accepting {
  readonly name: string;
  /** Where it may be written. */
  readonly paths: readonly string[];
  /** Whether in place of the nearest look, or as one more. */
  readonly as: 'the look' | 'another look';
}

/** Runs `playwright test`; with `accept`, only to make one baseline anew. */
export async function runTests(words: readonly string[], accept?: Accepting): Promise<number> {
  const cli = playwrightCli();
  // Playwright takes the word behind a bare `--debug` for its mode, and so the spec to debug.
  const args = words.map((word, index) =>
    word === '--debug' && !['inspector', 'cli'].includes(words[index + 1] ?? '') ? '--debug=inspector' : word,
  );
  if (args.includes('--ui')) requireBrowser('--ui', args, uiAdvice);
  const { config, root, explicit } = findConfig(args);
  const reporters = commandReporters(args, root);
  const needsBroker = !args.some((arg) => ['--list', '--help', '-h'].includes(arg));
  const command = [
    ...(needsBroker ? overseeing(args) : []),
    ...[process.execPath, cli, 'test'],
    ...(explicit ? [] : ['--config', config]),
    ...selectSpecs(reporters.args),
  ];
  requireReadable(config);
  return runOrdinary({
    command,
    root,
    broker: needsBroker,
    environment: {
      ...reporters.environment,
      [rootVariable]: root,
      ...(accept === undefined ? {} : { [acceptVariable]: accept.name }),
      ...(accept?.as === 'another look' ? { [alsoVariable]: '1' } : {}),
    },
    ...(accept === undefined ? {} : { baselines: accept.paths }),
  });
}

/** What Playwright is started by where a person wants to watch, or to be asked. */
function overseeing(args: readonly string[]): readonly string[] {
  const isDebug = args.includes('--debug=inspector');
  if (!isDebug && !args.includes('--headed')) return [];
  const main = fileURLToPath(new URL('../oversee.js', import.meta.url));
  // It holds the terminal and the page, and Playwright must not outlive it.
  return [process.execPath, main, isDebug ? 'debug' : 'headed', 'setpriv', '--pdeathsig=KILL', '--'];
}

function playwrightCli(): string {
  // Playwright refuses to be loaded twice, so it is the project's own copy, not one beside this package.
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve('@playwright/test/cli');
    } catch {
      // Look in the next place.
    }
  }
  throw new UsageError(
    '@playwright/test is not installed here; run: npm install --save-dev @playwright/test',
  );
}

function findConfig(args: readonly string[]): {
  readonly config: string;
  readonly root: string;
  readonly explicit: boolean;
} {
  const at = args.findIndex((arg) => /^(?:-c|--config)(?:=|$)/.test(arg));
  if (at >= 0) {
    const value = args[at]?.split('=')[1] ?? args[at + 1];
    const config = resolve(value ?? '');
    if (value === undefined || !existsSync(config))
      throw new UsageError(`there is no configuration ${value ?? '(--config without a file)'}`);
    return { config, root: dirname(config), explicit: true };
  }
  const root = process.cwd();
  const config = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs']
    .map((ending) => join(root, `playwright.config.${ending}`))
    .find((path) => existsSync(path));
  const isHelp = args.some((arg) => ['--help', '-h'].includes(arg));
  if (config === undefined && !isHelp && !existsSync(join(root, 'specs'))) {
    throw new UsageError(
      `there are no specs here: neither the folder specs nor a playwright.config in ${root}. A starter project: codex-test init`,
    );
  }
  return {
    config: config ?? fileURLToPath(new URL('../default.config.js', import.meta.url)),
    root,
    explicit: false,
  };
}
