#!/usr/bin/env node
import { accept } from './commands/accept.js';
import { randomBytes } from 'node:crypto';
import { check } from './commands/check.js';
import { compare } from './commands/compare.js';
import { doctor } from './commands/doctor.js';
import { help } from './commands/help.js';
import { init } from './commands/init.js';
import { inspect } from './commands/inspect.js';
import { installDeps } from './commands/installDeps.js';
import { playwright } from './commands/playwright.js';
import { version } from './commands/version.js';
import { runVariable } from './config.js';
import { UsageError } from './usage.js';

/** Exit codes: 0 all as wanted, 1 an expectation failed, 2 usage, 3 the environment, 130 interrupted. */
async function main(): Promise<number> {
  const words = process.argv.slice(2);
  process.env[runVariable] = randomBytes(4).toString('hex');
  switch (words[0]) {
    case 'accept':
      return accept(words.slice(1));
    case 'check':
      return check(words.slice(1));
    case 'compare':
      return compare(words.slice(1));
    case 'doctor':
      return doctor(words.slice(1));
    case 'init':
      return init(words.slice(1));
    case 'inspect':
      return inspect(words.slice(1));
    case 'install-deps':
      return installDeps(words.slice(1));
    case 'help':
    case '--help':
    case '-h':
      return help();
    case '--version':
    case '-V':
      return version();
    default:
      return playwright(words);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`codex-test: ${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 3;
}
