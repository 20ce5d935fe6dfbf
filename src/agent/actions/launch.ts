import type { Window } from '../../desktop/types.js';
import type { AgentContext, Launched } from '../context.js';
import { describeCode, leftBehind } from './ended.js';
import { AgentError } from '../error.js';
import { waitFor } from '../wait.js';

/** How long an application may take to open its first window, in milliseconds. */
const windowTimeout = 30_000;

/**
 * How long a command that ended well may leave nothing, in milliseconds: one that hands over to a process that
 * it started, or to one that was there, has its window after it has ended.
 */
const handOver = 3_000;

/** Starts a command line and waits for a window that was not there before. */
export async function launch(context: AgentContext, command: string): Promise<void> {
  const { desktop } = context;
  const before = await desktop.screenshot();
  const known = new Set((await desktop.windows()).map(({ id }) => id));
  const started = performance.now();
  const opened = await openedWindow(context, { command, known, started });
  await accessible(context, opened);
  const after = await desktop.screenshot();
  await context.evidence.action({
    title: `Start ${command}`,
    before,
    after,
    effect: true,
    log: [`the window "${opened.title}" opened`],
    started,
    acted: started,
    sent: started,
    ended: performance.now(),
  });
}

async function openedWindow(
  { desktop, sandbox, timeout, launched }: AgentContext,
  options: { readonly command: string; readonly known: ReadonlySet<number>; readonly started: number },
): Promise<Window> {
  const { command, known, started } = options;
  const application: Launched = { command };
  launched.push(application);
  let ended: { readonly code: number; readonly failure?: AgentError } | undefined;
  let nextLook = Infinity;
  // `exec` in the shell, so that what ends is the application itself. It may outlive the step; when the
  // sandbox goes, so does this answer.
  sandbox.exec(['/bin/sh', '-c', `exec ${command}`]).then(
    ({ code, stdout, stderr }) => {
      const output = `${stderr.toString()}${stdout.toString()}`.trim().slice(-500);
      application.code = code;
      nextLook = performance.now() + handOver;
      ended = { code, ...(code === 0 ? {} : { failure: notStarted(command, { code, output }) }) };
    },
    (cause: unknown) => {
      const message = `"${command}" could not be started: ${cause instanceof Error ? cause.message : String(cause)}`;
      ended = { code: -1, failure: new AgentError('application', message, { cause }) };
    },
  );
  const deadline = started + Math.max(timeout, windowTimeout);
  const opened = await waitFor(desktop, { deadline, interval: 20 }, async () => {
    const window = (await desktop.windows()).find(({ id, title }) => !known.has(id) && title !== '');
    if (window !== undefined) return window;
    if (ended?.failure !== undefined) throw ended.failure;
    if (performance.now() >= nextLook) {
      nextLook += 1_000;
      const others = launched.some((each) => each !== application && each.code === undefined);
      if (!others && (await leftBehind(sandbox)).length === 0) throw openedNothing(command);
    }
    return undefined;
  });
  if (opened !== undefined) return opened;
  const state = ended === undefined ? 'it is running' : `it ended (${describeCode(ended.code)})`;
  const waited = Math.round((performance.now() - started) / 1000);
  throw new AgentError('application', `"${command}" opened no window within ${waited} s; ${state}`);
}

function openedNothing(command: string): AgentError {
  return new AgentError(
    'application',
    `"${command}" ended with code 0, opened no window and left no process behind. ` +
      `A command without a window is a step: Run the command "${command}"`,
  );
}

function notStarted(
  command: string,
  { code, output }: { readonly code: number; readonly output: string },
): AgentError {
  const message =
    code === 127
      ? `"${command.split(' ')[0]}" is not installed in the sandbox: ${output}`
      : `"${command}" ended (${describeCode(code)}) before it opened a window: ${output || '(no output)'}`;
  return new AgentError(code === 127 ? 'not-installed' : 'application', message);
}

/** Waits a moment for the application's accessibility tree; some applications have none. */
async function accessible({ desktop }: AgentContext, window: Window): Promise<void> {
  await waitFor(desktop, { deadline: performance.now() + 2_000, interval: 20 }, async () => {
    const elements = await desktop.elements();
    return elements.some(({ name }) => name === window.title) || undefined;
  });
}
