import type { Element } from '../desktop/types.js';
import { readClipboard } from './actions/clipboard.js';
import type { AgentContext } from './context.js';
import { AgentError } from './error.js';
import { ancestors, ground, groundField, type Found } from './ground.js';
import { kinds } from './language/kind.js';
import type { Reading } from './language/reading.js';
import { countOf } from './count.js';
import { rowOf } from './row.js';
import type { Target } from './language/target.js';

/** Reads what a sentence names as a text; fails with `not-found` where there is nothing to read. */
export async function read(context: AgentContext, reading: Reading): Promise<string> {
  const { desktop, sandbox } = context;
  switch (reading.of) {
    case 'value': {
      const elements = await desktop.elements();
      const { element } = groundValue(reading.target, elements);
      const parts = reading.target.kind === 'row' ? rowOf(element, elements) : [element];
      return parts.map((part) => valueOf(part, elements)).join('\n');
    }
    case 'count':
      return String(countOf(reading.target, await desktop.elements()));
    case 'title':
      return (await activeTitle(context)) ?? '';
    case 'screen':
      return String(await desktop.revision());
    case 'clipboard':
      return readClipboard(context);
    case 'file': {
      const content = await sandbox.readFile(reading.path);
      if (content === undefined) throw new AgentError('not-found', `${reading.path} does not exist`);
      return content.toString('utf8');
    }
  }
}

/** The title of the active window; undefined when no window is open. */
export async function activeTitle({ desktop }: AgentContext): Promise<string | undefined> {
  const windows = await desktop.windows();
  return (windows.find(({ active }) => active) ?? windows.at(-1))?.title;
}

/** The element with a value that a target means: a field rather than the label of the same name. */
export function groundValue(target: Target, elements: readonly Element[]): Found {
  if (target.kind !== undefined) return ground(target, elements);
  try {
    return groundField(target, elements);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'not-found') return ground(target, elements);
    throw error;
  }
}

/** What has other things to say than the one field inside. */
const areas: ReadonlySet<string> = new Set([
  ...[...kinds.window, ...kinds.dialog, ...kinds.list, ...kinds.tree, ...kinds.table],
  ...['document web', 'form', 'scroll pane'],
]);

/** People read percents from a progress bar, whatever the program counts in. */
function numberOf({ role }: Element, { current, minimum, maximum }: NonNullable<Element['value']>): string {
  const isBar = (kinds['progress bar'] as readonly string[]).includes(role) && maximum > minimum;
  return String(isBar ? Math.round((100 * (current - minimum)) / (maximum - minimum)) : current);
}

/** What an element holds or says: its text, its choice, its number, or the texts of what is inside. */
export function valueOf(element: Element, elements: readonly Element[]): string {
  if (element.text !== undefined) return element.text;
  const inside = elements.filter((each) => ancestors(each, elements).includes(element));
  const entry = areas.has(element.role)
    ? undefined
    : inside.find(({ states, text }) => states.includes('editable') && text !== undefined);
  if (entry?.text !== undefined) return entry.text;
  if (element.value !== undefined) return numberOf(element, element.value);
  // A label names it, so its own name is what it has chosen, as in GTK 3.
  if (element.labels.length > 0 && element.name !== '' && !element.labels.includes(element.name))
    return element.name;
  const said = inside.map(({ name, text }) => text ?? name).filter((text) => text !== '');
  return said.length > 0 ? said.join('\n') : element.name;
}
