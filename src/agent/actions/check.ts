import type { Element } from '../../desktop/types.js';
import { act, locate } from './act.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { describeElement, groundCheckable } from '../ground.js';
import { note } from './note.js';
import type { Sought } from '../sought.js';
import { waitFor } from '../wait.js';

/** How long a box may take to show that it was checked, in milliseconds. */
const checkTimeout = 2_000;

/** Checks or unchecks a box, with a click only where it is not yet as wanted. */
export async function check(
  context: AgentContext,
  { target, checked }: { readonly target: Sought; readonly checked: boolean },
): Promise<void> {
  const { desktop } = context;
  const grounded = await locate(context, target, groundCheckable);
  const { element, point } = grounded;
  const title = `${checked ? 'Check' : 'Uncheck'} ${describeElement(element)}`;
  if (isChecked(element) === checked)
    return note(context, {
      title,
      log: [`nothing to do: it is ${checked ? 'checked' : 'unchecked'}`],
      target: element.box,
    });
  await act(context, { title, actions: [{ type: 'click', ...point, button: 'left' }], grounded });
  const deadline = performance.now() + checkTimeout;
  const done = await waitFor(desktop, { deadline, interval: 20 }, async () => {
    const now = (await desktop.elements()).find(({ id }) => id === element.id);
    // A menu is gone with its item once that was clicked.
    return now === undefined || isChecked(now) === checked || undefined;
  });
  if (done === undefined) {
    const state = checked ? 'not checked' : 'still checked';
    throw new AgentError('no-effect', `${describeElement(element)} was clicked and is ${state}`);
  }
}

function isChecked({ states }: Element): boolean {
  return states.includes('checked') || states.includes('pressed');
}
