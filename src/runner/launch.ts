import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokerVariable, ordinaryUser, startBroker, type BrokerProcess } from '../sandbox/index.js';
import { outboxVariable } from './baselines.js';
import { collectBaselines } from './collect.js';
import { outputs } from './config.js';
import { readPlain } from './read.js';
import { readSecretFile, secretsVariable } from './secrets.js';
import { UsageError } from './usage.js';
import { exitCodes, verdictFile } from './verdictReporter.js';

/**
 * Runs a command as an ordinary user, with a broker beside it that ends with it. Gives the exit code: the
 * one that the verdicts of a test run ask for, where there was one.
 */
export async function runOrdinary(options: {
  readonly command: readonly string[];
  /** Directory of the project. */
  readonly root: string;
  /** Whether the command needs sandboxes. */
  readonly broker: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** The only baselines that may be written; all that specs name without them. */
  readonly baselines?: readonly string[];
}): Promise<number> {
  const { root } = options;
  const secrets = readSecretFile(root);
  const writes = [join(root, outputs.compiled), join(root, outputs.reports)];
  const ordinary = ordinaryUser({
    command: options.command,
    project: root,
    reads: [packageRoot(), dirname(dirname(process.execPath))],
    writes,
  });
  const { outbox } = ordinary;
  if (outbox !== undefined) refuseOutside(options.command, writes, () => ordinary.dispose());
  const verdict = verdictFile(root);
  let broker: BrokerProcess | undefined;
  // Without a listener, Ctrl-C would end us before what was made so far is removed.
  let interrupted = false;
  const interrupt = (): void => void (interrupted = true);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    rmSync(verdict, { force: true });
    // A run inside a run of the same user shares its broker.
    if (options.broker && process.env[brokerVariable] === undefined) {
      broker = await startBroker({ user: ordinary.uid });
    }
    if (interrupted) return exitCodes.interrupted;
    const code = await run(ordinary.command, {
      ...ordinary.environment,
      ...options.environment,
      ...(outbox === undefined ? {} : { [outboxVariable]: outbox }),
      [secretsVariable]: JSON.stringify(secrets),
      ...(broker === undefined ? {} : { [brokerVariable]: broker.socket }),
    });
    const only = options.baselines === undefined ? {} : { only: options.baselines };
    if (outbox !== undefined) collectBaselines({ project: root, outbox, ...only });
    return code === 0 || code === 1 ? (readVerdict(verdict) ?? code) : code;
  } catch (error) {
    if (interrupted) return exitCodes.interrupted;
    throw error;
  } finally {
    await broker?.stop();
    ordinary.dispose();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** What the account of a run that root has started cannot write would be an error of Playwright's, and late. */
function refuseOutside(command: readonly string[], writes: readonly string[], dispose: () => void): void {
  const at = command.findIndex((word) => /^--output(?:=|$)/.test(word));
  const given = at < 0 ? undefined : (command[at]!.split('=')[1] ?? command[at + 1]);
  if (given === undefined || writes.some((path) => `${resolve(given)}/`.startsWith(`${path}/`))) return;
  dispose();
  throw new UsageError(
    `--output ${given}: started by root, a run writes below ${writes.at(-1)} only; give a folder there, or run as the owner of ${given}`,
  );
}

/** The exit code that the reporter wrote, where it ran to its end. */
function readVerdict(path: string): number | undefined {
  try {
    const code = Number(readPlain(path, 8)?.toString());
    return Object.values<number>(exitCodes).includes(code) ? code : undefined;
  } catch {
    return undefined;
  } finally {
    rmSync(path, { force: true });
  }
}

function packageRoot(): string {
  return fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
}

/** Runs a command in the terminal's place; Ctrl-C reaches it by itself, and we stay until it has ended. */
export async function run(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  let interrupted = false;
  let hint: NodeJS.Timeout | undefined;
  const onInterrupt = (): void => {
    interrupted = true;
    // Playwright misses a Ctrl-C that comes while a test is only about to start (seen in 1.65).
    hint ??= setTimeout(() => {
      process.stderr.write('codex-test: still ending; press Ctrl-C once more to end at once\n');
    }, 5_000);
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
    clearTimeout(hint);
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}
