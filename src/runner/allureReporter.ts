import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestCase, TestResult } from '@playwright/test/reporter';
import { outputs, projectRoot } from './config.js';
import { UsageError } from './usage.js';
import { blockedBy } from './verdict.js';

const { AllureReporter: Base } = loadAllure();

/** The reporter of the package allure-playwright, in which blocked tests are `broken`. */
export default class AllureReporter extends Base {
  readonly #writing: Promise<void>[] = [];

  constructor(options: ConstructorParameters<typeof Base>[0]) {
    // Where plain root runs the tests as another account, that may not write beside the configuration.
    super({ resultsDir: join(projectRoot(), outputs.reports, 'allure-results'), ...options });
  }

  override onTestEnd(test: TestCase, result: TestResult): Promise<void> {
    const attachments = result.attachments.map((attachment) => {
      // A picture of a comparison without a file ends the whole run (seen in 3.12), but for its ending.
      const comparison =
        attachment.path === undefined && /-(?:expected|actual|diff)\.png$/.test(attachment.name);
      return comparison ? { ...attachment, name: attachment.name.replace(/\.png$/, '') } : attachment;
    });
    const told: TestResult = Object.create(result, {
      attachments: { value: attachments },
      // Of a failed and of a timed-out test Allure makes `failed` and `broken`.
      ...(blockedBy(result) === undefined ? {} : { status: { value: 'timedOut' } }),
    });
    const written = super.onTestEnd(test, told);
    this.#writing.push(written);
    return written;
  }

  /** Waits for the results of all tests, which Playwright does not (seen missing on a busy machine). */
  override async onEnd(): Promise<void> {
    await Promise.all(this.#writing);
    await super.onEnd();
  }
}

function loadAllure(): typeof import('allure-playwright') {
  for (const from of [join(projectRoot(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)('allure-playwright') as typeof import('allure-playwright');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new UsageError(
    'allure-playwright is not installed here; run: npm install --save-dev allure-playwright',
  );
}
