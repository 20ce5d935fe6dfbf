import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireReadable } from '../../sandbox/index.js';
import { acceptVariable } from '../baselines.js';
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

/** Runs `playwright test` as an ordinary account, with a broker beside it; other commands pass through. */
export async function playwright(words: readonly string[]): Promise<number> {
  const cli = playwrightCli();
  if (others.includes(words[0] ?? '')) {
    const { args, environment } = commandReporters(words, process.cwd());
    return run([process.execPath, cli, ...args], environment);
  }
  return runTests(words[0] === 'test' ? words.slice(1) : words);
}

/** Runs `playwright test`; with `accept`, only to make one baseline anew. */
export async function runTests(
  args: readonly string[],
  accept?: { readonly name: string; readonly path: string },
): Promise<number> {
  const cli = playwrightCli();
  const { config, root, explicit } = findConfig(args);
  const reporters = commandReporters(args, root);
  const command = [
    ...[process.execPath, cli, 'test'],
    ...(explicit ? [] : ['--config', config]),
    ...selectSpecs(reporters.args),
  ];
  const needsBroker = !args.some((arg) => ['--list', '--help', '-h'].includes(arg));
  requireReadable(config);
  return runOrdinary({
    command,
    root,
    broker: needsBroker,
    environment: {
      ...reporters.environment,
      [rootVariable]: root,
      ...(accept === undefined ? {} : { [acceptVariable]: accept.name }),
    },
    ...(accept === undefined ? {} : { baseline: accept.path }),
  });
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
  return {
    config: config ?? fileURLToPath(new URL('../default.config.js', import.meta.url)),
    root,
    explicit: false,
  };
}
