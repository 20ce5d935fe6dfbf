import type { Action, Element } from '../../desktop/types.js';
import { act, locate, type Grounded } from './act.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { describeElement, groundField } from '../ground.js';
import { describeSought, type Sought } from '../sought.js';
import { waitFor } from '../wait.js';

/** How long a click may take to bring the focus, in milliseconds; some applications never tell of theirs. */
const focusTimeout = 1_000;

/** How long typed text may take to arrive in its field, in milliseconds. */
const arrivalTimeout = 5_000;

/** After this long without any of it, in milliseconds, an application was too busy to take the keys. */
const swallowedTimeout = 1_500;

/**
 * Types into the focused element, or into a field, whose content it replaces when it holds one line; an
 * empty text clears any field. Fails with `no-effect` where the field can be read and has another text then.
 */
export async function type(
  context: AgentContext,
  options: {
    readonly text: string;
    readonly target?: Sought;
    readonly append?: true;
    /** Replaces the content of a field with several lines as well. */
    readonly replace?: true;
  },
): Promise<void> {
  const { text, target, append, replace } = options;
  if (target === undefined) {
    await act(context, { title: `Type "${text}"`, actions: [{ type: 'type', text }] });
    return;
  }
  const grounded = await locate(context, target, groundField);
  const { element, point } = grounded;
  const clears = text === '';
  // The entry inside a combo box has no name of its own.
  const named = element.name !== '' || element.labels.length > 0;
  const field = named ? describeElement(element) : describeSought(target);
  // In a cell of a sheet typing replaces, and Ctrl+A would select all of the sheet.
  const isCell = element.role === 'table cell';
  const multiLine = element.states.includes('multi line');
  const replaces = !isCell && (replace === true || (append !== true && (clears || !multiLine)));
  const select: Action = { type: 'keypress', keys: ['CTRL', 'A'] };
  const end: Action = { type: 'keypress', keys: isCell ? ['F2'] : multiLine ? ['CTRL', 'END'] : ['END'] };
  const title = clears ? `Clear ${field}` : `Type "${text}" into ${field}`;
  const input: {
    readonly actions: readonly Action[];
    readonly grounded: Grounded;
    readonly afterFirst: () => Promise<void>;
  } = {
    actions: [
      { type: 'click', ...point, button: 'left' },
      ...(replaces ? [select] : []),
      ...(append === true ? [end] : []),
      clears ? { type: 'keypress', keys: ['DELETE'] } : { type: 'type', text },
    ],
    grounded,
    afterFirst: () => focused(context, element),
  };
  await act(context, { title, ...input });
  // A cell has what was typed only when it is left.
  if (element.text === undefined || element.role === 'password text' || isCell) return;
  const isText = (found: string) =>
    replaces ? found === text : found.includes(text) && found !== element.text;
  // A field for numbers may show them with a unit, or more digits.
  const has = (found: string, value?: number) =>
    isText(found) || (replaces && text !== '' && value === Number(text));
  let found = await missing(context, element, { has, timeout: swallowedTimeout });
  // What replaces can be typed twice; a form that is disabled while something is saved takes no keys.
  if (replaces && found === element.text) await act(context, { title: `${title}, again`, ...input });
  if (found !== undefined) found = await missing(context, element, { has, timeout: arrivalTimeout });
  if (found === undefined) return;
  const where = describeSought(target);
  throw new AgentError('no-effect', `typed "${text}" into ${where}, which now has "${found}"`);
}

/**
 * Keys may overtake a click: a window manager holds the click back to look at it, and the keys then go to
 * the field that had the focus before.
 */
export async function focused({ desktop }: AgentContext, field: Element): Promise<void> {
  if (!field.states.includes('focusable')) return;
  const deadline = performance.now() + focusTimeout;
  await waitFor(desktop, { deadline, interval: 10 }, async () => {
    const now = (await desktop.elements()).find(({ id }) => id === field.id);
    return now === undefined || now.states.includes('focused') || undefined;
  });
}

/** The text of a field after `timeout` milliseconds; undefined once it has what it should, or cannot be read. */
async function missing(
  { desktop }: AgentContext,
  field: Element,
  options: {
    readonly has: (text: string, value?: number) => boolean;
    readonly timeout: number;
  },
): Promise<string | undefined> {
  const deadline = performance.now() + options.timeout;
  let found: string | undefined;
  const arrived = await waitFor(desktop, { deadline, interval: 20 }, async () => {
    const now = (await desktop.elements()).find(({ id }) => id === field.id);
    found = now?.text;
    // A field that is gone or hides its content cannot be read back.
    return (
      found === undefined || /^[●•]+$/u.test(found) || options.has(found, now?.value?.current) || undefined
    );
  });
  return arrived === undefined ? found : undefined;
}
