import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokerVariable, ordinaryUser, requireReadable, startBroker } from '../../sandbox/index.js';
import { collectBaselines, outboxVariable } from '../baselines.js';
import { outputs, rootVariable } from '../config.js';
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
  if (others.includes(words[0] ?? '')) return run([process.execPath, cli, ...words], {});
  const args = words[0] === 'test' ? words.slice(1) : words;
  const { config, root, explicit } = findConfig(args);
  const command = [
    ...[process.execPath, cli, 'test'],
    ...(explicit ? [] : ['--config', config]),
    ...selectSpecs(args),
  ];
  const needsBroker = !args.some((arg) => ['--list', '--help', '-h'].includes(arg));
  requireReadable(config);
  const ordinary = ordinaryUser({
    command,
    project: root,
    reads: [packageRoot(), dirname(dirname(process.execPath))],
    writes: [join(root, outputs.compiled), join(root, outputs.reports)],
  });
  const { outbox } = ordinary;
  const environment: Record<string, string> = {
    ...ordinary.environment,
    [rootVariable]: root,
    ...(outbox === undefined ? {} : { [outboxVariable]: outbox }),
  };
  // A run inside a run of the same user shares its broker.
  const broker =
    needsBroker && process.env[brokerVariable] === undefined
      ? await startBroker({ user: ordinary.uid })
      : undefined;
  try {
    const code = await run(
      ordinary.command,
      broker === undefined ? environment : { ...environment, [brokerVariable]: broker.socket },
    );
    if (outbox !== undefined) collectBaselines({ project: root, outbox });
    return code;
  } finally {
    await broker?.stop();
    ordinary.dispose();
  }
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

function packageRoot(): string {
  return fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
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

/** Runs a command in the terminal's place; Ctrl-C reaches it by itself, and we stay until it has ended. */
async function run(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  let interrupted = false;
  const onInterrupt = (): void => {
    interrupted = true;
  };
  const onTerminate = (): void => {
    interrupted = true;
    child.kill('SIGINT'); // Playwright writes its reports on SIGINT only.
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    return await new Promise<number>((done, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (interrupted || signal === 'SIGINT') return done(130);
        if (code !== null && code <= 130) return done(code);
        const how = signal ?? `signal ${(code ?? 128) - 128}`;
        process.stderr.write(`codex-test: Playwright was ended by ${how}; its results are incomplete\n`);
        return done(3);
      });
    });
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}
