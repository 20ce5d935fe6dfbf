import type { Element } from '../../desktop/types.js';
import { act } from './act.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { ancestors, type Found } from '../ground.js';
import { kinds } from '../language/kind.js';
import { launch } from './launch.js';
import { normalise } from '../language/name.js';
import { pathForShell } from '../../spec/index.js';
import { type } from './typing.js';
import { waitFor } from '../wait.js';

/** How long a file chooser may take to open after the step that opens it, in milliseconds. */
const openTimeout = 2_000;
/** How long a file chooser may take to accept what was typed, in milliseconds. */
const acceptTimeout = 2_000;
/** Names of the button that accepts. */
const accepting = /^(?:open|save|select|choose|ok|export|import)$/;
/** How long a file chooser may take to close, or to ask something, in milliseconds. */
const closeTimeout = 3_000;

/** Gives a path to the file chooser that is open; where none is, opens the file with its application. */
export async function chooseFile(
  context: AgentContext,
  { path, how }: { readonly path: string; readonly how: 'open' | 'save' },
): Promise<void> {
  const { desktop } = context;
  const deadline = performance.now() + openTimeout;
  const chooser = await waitFor(desktop, { deadline, interval: 50 }, async () =>
    findChooser(await desktop.elements()),
  );
  if (chooser === undefined) {
    if (how === 'open') return launch(context, `xdg-open ${pathForShell(path)}`);
    const advice = 'Open it first, for example with: Choose File > Save As…';
    throw new AgentError('not-found', `no file chooser is open to save "${path}" with. ${advice}`);
  }
  const absolute = path.startsWith('~/') ? `${context.sandbox.home}/${path.slice(2)}` : path;
  const title = `${how === 'open' ? 'Choose' : 'Save as'} ${path}`;
  const before = new Set(dialogsOf(await desktop.elements()).map(({ id }) => id));
  await enter(context, { chooser, absolute, title });
  const done = await waitFor(
    desktop,
    { deadline: performance.now() + closeTimeout, interval: 50 },
    async () => {
      const elements = await desktop.elements();
      const open = elements.some(({ id }) => id === chooser.id);
      const answer = dialogsOf(elements).find(({ id }) => !before.has(id));
      if (answer !== undefined) refuseMessage(answer, elements);
      // It may ask whether to overwrite a file before it closes.
      return !open || answer !== undefined || undefined;
    },
  );
  if (done === undefined)
    throw new AgentError(
      'no-effect',
      `the file chooser is still open after "${path}" was entered; is there such a ${how === 'open' ? 'file' : 'folder'}?`,
    );
}

/** What has but one button asks nothing, and says why it did not work. */
function refuseMessage(dialog: Element, elements: readonly Element[]): void {
  const inside = elements.filter((each) => ancestors(each, elements).includes(dialog));
  if (inside.filter(({ role }) => role.endsWith('button')).length > 1) return;
  const said = inside.flatMap(({ role, name }) => (role === 'label' && name !== '' ? [name] : [])).join(' ');
  throw new AgentError('no-effect', `the file chooser says: ${said || dialog.name}`);
}

async function enter(
  context: AgentContext,
  {
    chooser,
    absolute,
    title,
  }: { readonly chooser: Element; readonly absolute: string; readonly title: string },
): Promise<void> {
  const field = findNameField(await context.desktop.elements(), chooser);
  if (field === undefined) {
    // GTK's chooser for opening shows its field for the location on Ctrl+L.
    await act(context, {
      title: `${title}: the field for the location`,
      actions: [{ type: 'keypress', keys: ['CTRL', 'L'] }],
    });
  }
  const find = (elements: readonly Element[]): Found => {
    const element = findNameField(elements, chooser);
    if (element === undefined) throw new AgentError('not-found', 'the file chooser has no field for a name');
    return { element };
  };
  await type(context, {
    text: absolute,
    target: { description: 'the field for the name of the file', find },
  });
  await acceptable(context, chooser);
  await act(context, { title: `${title}: ENTER`, actions: [{ type: 'keypress', keys: ['ENTER'] }] });
}

/** GTK looks at the folder first; until then its button is disabled, and so is Enter. */
async function acceptable({ desktop }: AgentContext, chooser: Element): Promise<void> {
  await waitFor(desktop, { deadline: performance.now() + acceptTimeout, interval: 20 }, async () => {
    const elements = await desktop.elements();
    const buttons = elements.filter(
      (each) =>
        each.role.endsWith('button') &&
        accepting.test(normalise(each.name)) &&
        ancestors(each, elements).some(({ id }) => id === chooser.id),
    );
    return (
      buttons.length === 0 ||
      buttons.some(({ states }) => states.includes('enabled') || states.includes('sensitive')) ||
      undefined
    );
  });
}

function dialogsOf(elements: readonly Element[]): readonly Element[] {
  const roles: readonly string[] = kinds.dialog;
  return elements.filter(({ role }) => roles.includes(role));
}

/** A file chooser by its role, or a dialog with a field for the name of a file. */
function findChooser(elements: readonly Element[]): Element | undefined {
  const dialogs = dialogsOf(elements);
  return (
    dialogs.findLast(({ role }) => role === 'file chooser') ??
    dialogs.findLast(
      (dialog) =>
        /\b(?:open|save|export|import|choose|select)\b.*|\bfile\b/i.test(dialog.name) &&
        elements.some(
          (each) =>
            ancestors(each, elements).includes(dialog) && /^(?:table|tree|list|tree table)$/.test(each.role),
        ),
    )
  );
}

const fieldNames = /^(?:name|file name|filename|location|path|file)$/;

function findNameField(elements: readonly Element[], chooser: Element): Element | undefined {
  const now = elements.find(({ id }) => id === chooser.id) ?? findChooser(elements);
  if (now === undefined) return undefined;
  const fields = elements.filter(
    (each) =>
      each.states.includes('editable') &&
      /^(?:text|entry|editbar)$/.test(each.role) &&
      ancestors(each, elements).includes(now),
  );
  const named = fields.filter((each) =>
    [each.name, ...each.labels].some((name) => fieldNames.test(normalise(name))),
  );
  return named[0] ?? (fields.length === 1 ? fields[0] : undefined);
}
