import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { newMemory, type AgentContext, type Evidence } from '../../agent/index.js';
import { startDesktopProcess, startTextReader, withSecrets } from '../../desktop/index.js';
import { brokerVariable, connectBroker, withSecretCommands } from '../../sandbox/index.js';
import {
  createSecrets,
  decodeSpec,
  defaultSettings,
  parseSpec,
  SpecError,
  type Expectation,
  type Settings,
} from '../../spec/index.js';
import { readText } from '../read.js';
import { stepTimeout } from '../fixtures.js';
import { secretValues } from '../secrets.js';
import { provisionFor, type Origin } from '../setup.js';
import { UsageError } from '../usage.js';

/** What is started, and what is done to it before the person is asked. */
export interface Scenario {
  readonly settings: Settings;
  /** The spec that the settings come from. */
  readonly origin?: Origin;
  /** Copied into the home, besides those that the settings name. */
  readonly files: readonly string[];
  readonly steps: readonly { readonly text: string; readonly expectations: readonly Expectation[] }[];
}

/** Reads `x.spec.md:LINE`, or a command line whose words may be files that the application is to open. */
export function readScenario(words: readonly string[]): Scenario {
  const [, file, line] = /^(.+\.spec\.md):(\d+)(?::\d+)?$/.exec(words[0] ?? '') ?? [];
  if (file !== undefined && words.length === 1) return scenarioOfSpec(file, Number(line));
  if (words[0]?.endsWith('.spec.md') === true) {
    throw new UsageError(`inspect needs a line of the spec, for example ${words[0]}:12`);
  }
  const [program = '', ...args] = words;
  const files = args.filter((arg) => existsSync(arg) && statSync(arg).isFile());
  const inside = args.map((arg) => shellWord(files.includes(arg) ? basename(arg) : arg));
  // One word alone is a command line as in the front matter of a spec.
  const app = args.length === 0 ? program : [shellWord(program), ...inside].join(' ');
  return { settings: { ...defaultSettings, app }, files: files.map((path) => resolve(path)), steps: [] };
}

function shellWord(word: string): string {
  return /^[\w./~+=:@%,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The steps of the test up to the line; those that come from other specs stand before. */
function scenarioOfSpec(file: string, wanted: number): Scenario {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  const path = resolve(file);
  const source = decodeSpec(readFileSync(path), path);
  if (source instanceof SpecError) throw new UsageError(`${file}: ${source.message}`);
  const { spec, problems } = parseSpec({ file: path, source, read: readText });
  const [problem] = problems;
  if (problem !== undefined) {
    throw new UsageError(`${file}:${problem.position.line}:${problem.position.column}: ${problem.message}`);
  }
  const test = spec.tests.find(({ position, endLine, section }) => {
    const at = section ?? { position, endLine };
    return wanted >= at.position.line && wanted <= at.endLine;
  });
  if (test === undefined) throw new UsageError(`line ${wanted} of ${file} belongs to no test`);
  const last = test.steps.findLastIndex((step) => step.file === undefined && step.position.line <= wanted);
  const start = { line: 1, column: 1 };
  const origin = { file: path, places: { files: start, setup: start, network: start } };
  return { settings: spec.settings, origin, files: [], steps: test.steps.slice(0, last + 1) };
}

export interface Session {
  readonly context: AgentContext;
  /** Removes the sandbox with all that is in it. */
  close(): Promise<void>;
}

/** No test runs, and nobody is told how the setup went. */
const nobody = { annotations: [], attach: async () => {}, file: '', timeout: 0, setTimeout: () => {} };

/** Provisions a sandbox with its desktop and files, as a test would get it. */
export async function startSession(scenario: Scenario, evidence: Evidence): Promise<Session> {
  const { files, settings, origin } = scenario;
  const secrets = createSecrets(secretValues(settings.secrets));
  const desktopProcess = startDesktopProcess();
  const reader = startTextReader();
  const broker = await connectBroker(process.env[brokerVariable] ?? '');
  const close = async (): Promise<void> => {
    await Promise.all([desktopProcess.close(), reader.close()]);
    await broker.close();
  };
  try {
    const sandbox = await provisionFor({
      ...{ settings, origin, broker, testInfo: nobody },
      // What the configuration allows is known to Playwright alone.
      ...{ network: {}, redactor: secrets.redactor },
    });
    for (const path of files) await sandbox.writeFile(`~/${basename(path)}`, await readFile(path));
    const bare = await desktopProcess.connect(await sandbox.start());
    const desktop = withSecrets(bare, { secrets, reader });
    const guarded = withSecretCommands(sandbox, secrets);
    return { context: { desktop, sandbox: guarded, evidence, timeout: stepTimeout, ...newMemory() }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
