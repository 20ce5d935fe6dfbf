import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileSpec } from '../runner/compile.js';
import { spread } from './statistics.js';
import { mark, type Part, type StepTimes } from './stepTest.js';
import { row, type Row, type Table } from './table.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const moduleUrl = (path: string): string => pathToFileURL(join(root, 'dist', path)).href;

/** Runs our specs through the command line, one after the other, and sums up what their steps took of our own time. */
export async function benchStep(): Promise<readonly Table[]> {
  const project = await mkdtemp(join(tmpdir(), 'codex-test-steps-'));
  try {
    await layOut(project);
    return [report(await run(project))];
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** A project of our specs, whose test files import what measures. */
async function layOut(project: string): Promise<void> {
  await chmod(project, 0o755);
  await mkdir(join(project, 'tests'));
  const specs = (await readdir(join(root, 'specs'))).filter((name) => name.endsWith('.spec.md'));
  for (const name of specs) {
    const compiled = compileSpec(join(root, 'specs', name));
    const measured = compiled.replace(moduleUrl('runner/markdown.js'), moduleUrl('bench/stepTest.js'));
    await writeFile(join(project, 'tests', `${name}.js`), measured);
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(project, 'playwright.config.js'),
    `export default ${JSON.stringify({
      testDir: join(project, 'tests'),
      testMatch: '**/*.spec.md.js',
      outputDir: join(project, 'reports/artifacts'),
      workers: 1,
      reporter: 'dot',
    })};\n`,
  );
}

async function run(project: string): Promise<readonly StepTimes[]> {
  const child = spawn(process.execPath, [join(root, 'dist/runner/cli.js')], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const steps = output
    .split('\n')
    .filter((line) => line.startsWith(mark))
    .map((line) => JSON.parse(line.slice(mark.length)) as StepTimes);
  // What went wrong took its time as well, so that it is no measure.
  if (code !== 0 || steps.length === 0) throw new Error(`the specs failed:\n${output.slice(-4_000)}`);
  return steps;
}

/** Milliseconds of our own that a step may take. */
const ownAim = 100;

/** Time in which we wait for the application, or a command of the spec runs. */
const waiting: readonly Part[] = ['waitForChange', 'exec'];

function ownTime({ wall, parts }: StepTimes): number {
  return wall - waiting.reduce((sum, part) => sum + parts[part], 0);
}

function report(steps: readonly StepTimes[]): Table {
  // The start of an application is its own time, and a step without action has no effect to verify.
  const acting = steps.filter(({ title, actions }) => actions === 1 && !/^(?:Start|Launch) /.test(title));
  const line = (what: string, value: (step: StepTimes) => number, aim?: number): Row =>
    row(what, spread(acting.map(value)), { unit: 'ms', ...(aim === undefined ? {} : { aim }) });
  const known = (step: StepTimes): number => Object.values(step.parts).reduce((sum, ms) => sum + ms, 0);
  const short = acting.filter((step) => ownTime(step) <= ownAim).length;
  return {
    title: `A step of one action, over ${acting.length} steps of our specs (${steps.length} in all)`,
    rows: [
      line('own time', ownTime, ownAim),
      line('ground: tree and windows', ({ parts }) => parts.elements + parts.windows + parts.revision),
      line('act: input', ({ parts }) => parts.perform),
      line('pictures: capture, encode', ({ parts }) => parts.screenshot),
      line('evidence: mark, attach, trace', ({ parts }) => parts.evidence),
      line('all else', (step) => step.wall - known(step) + step.parts.readFile),
      line('waiting for the application', ({ parts }) => parts.waitForChange + parts.exec),
    ],
    notes: [`Own time of up to ${ownAim} ms in ${short} of ${acting.length} steps.`],
  };
}
