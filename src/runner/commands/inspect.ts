import { doStep, type Evidence } from '../../agent/index.js';
import { brokerVariable } from '../../sandbox/index.js';
import { asExpectation, judgeLine, seeing, talk, type Done } from '../inspect/loop.js';
import { readScreen, screenToJson } from '../inspect/screen.js';
import { readScenario, startSession, type Scenario } from '../inspect/start.js';
import { runOrdinary } from '../launch.js';
import { UsageError } from '../usage.js';

/**
 * Starts an application, or the steps of a spec up to a line, in a sandbox and says with which sentences
 * each element is hit; then tries what the person types.
 */
export async function inspect(args: readonly string[]): Promise<number> {
  const isJson = args[0] === '--json' || args.at(-1) === '--json';
  const words = args.filter(
    (arg, index) => !(arg === '--json' && (index === 0 || index === args.length - 1)),
  );
  const unknown = words[0]?.startsWith('-') === true ? words[0] : undefined;
  if (unknown !== undefined) throw new UsageError(`inspect does not know ${unknown}; it takes --json`);
  if (words.length === 0) {
    throw new UsageError(
      'inspect needs an application or a line of a spec: codex-test inspect mousepad, codex-test inspect specs/editor.spec.md:12',
    );
  }
  const scenario = readScenario(words);
  // As root it starts itself once more, as the ordinary account that tests run as.
  if (process.env[brokerVariable] !== undefined) return run(scenario, isJson ? 'json' : 'text');
  const command = [process.execPath, process.argv[1] ?? '', 'inspect', ...args];
  return runOrdinary({ command, root: process.cwd(), broker: true, environment: {} });
}

async function run(scenario: Scenario, as: 'json' | 'text'): Promise<number> {
  const say = (line: string): void => void (as === 'text' && process.stdout.write(`${line}\n`));
  const evidence: Evidence = {
    action: async ({ title, log }) => say([title, ...log.slice(-1)].join(': ')),
  };
  const session = await startSession(scenario, evidence);
  const { context } = session;
  try {
    const done = await prepare(scenario, context, say);
    if (as === 'json') process.stdout.write(`${screenToJson(await readScreen(context.desktop))}\n`);
    else await talk({ context, scenario, done });
    return 0;
  } finally {
    await session.close();
  }
}

/** Starts the application and does the steps; what does not work there is told, and the screen is still shown. */
async function prepare(
  { settings: { app }, steps, origin }: Scenario,
  context: Parameters<typeof doStep>[0],
  say: (line: string) => void,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  try {
    if (app !== 'none') await doStep(context, `Start "${app.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
    for (const { text, expectations } of steps) {
      if (text !== '') await doStep(seeing(context, text, origin?.file), text);
      const held: string[] = [];
      done.push({ step: text, held });
      for (const { text: expected } of expectations) {
        const judged = /^(?:screenshot|image):/.test(expected)
          ? undefined
          : await judgeLine(context, expected);
        if (judged?.held === true) held.push(asExpectation(expected));
        if (judged?.held === false) say(`not held: ${expected}: ${judged.found}`);
      }
    }
  } catch (error) {
    if (steps.length === 0) throw error;
    say(error instanceof Error ? error.message : String(error));
  }
  return done;
}
