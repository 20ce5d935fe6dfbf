import { phrases, type Phrase } from '../../agent/index.js';
import type { Desktop, Element, Window } from '../../desktop/index.js';

/** What a screen has to say: the sentences about its elements, by window. */
export interface Screen {
  readonly windows: readonly Window[];
  readonly phrases: readonly Phrase[];
  /** How many elements that could be used have no sentence, since they are disabled. */
  readonly disabled: number;
}

/** How long a window may take to show its elements, in milliseconds. */
const patience = 2_500;

/** Reads the screen, once its windows have shown what is in them. */
export async function readScreen(desktop: Desktop): Promise<Screen> {
  const deadline = performance.now() + patience;
  for (;;) {
    const revision = await desktop.revision();
    const [elements, windows] = [await desktop.elements(), await desktop.windows()];
    const isComplete = windows.every((window) => elements.some((element) => isIn(element, window)));
    if (isComplete || performance.now() > deadline) {
      return { windows, phrases: phrases(elements), disabled: elements.filter(isDisabledControl).length };
    }
    await desktop.waitForChange({ since: revision, timeout: 100 });
  }
}

function isIn({ box }: Element, window: Window): boolean {
  const [x, y] = [box.x + box.width / 2 - window.box.x, box.y + box.height / 2 - window.box.y];
  return x >= 0 && y >= 0 && x < window.box.width && y < window.box.height;
}

function isDisabledControl({ role, states }: Element): boolean {
  const isControl = /button$|^(?:check box|combo box|menu item|menu|entry|spin button|page tab)$/.test(role);
  return isControl && !states.includes('enabled') && !states.includes('sensitive');
}

/** The screen as lines: each window with its sentences. */
export function describeScreen({ windows, phrases: said, disabled }: Screen): readonly string[] {
  if (windows.length === 0 && said.length === 0) return ['No window is open.'];
  const groups = new Map<string, string[]>();
  for (const { title } of windows) groups.set(title.trim(), []);
  for (const { window, sentence } of said) {
    const title = titleOf(window, windows);
    groups.set(title, [...(groups.get(title) ?? []), sentence]);
  }
  const active = windows.find((window) => window.active)?.title.trim();
  return [
    ...[...groups].flatMap(([title, sentences]) => [
      `${title === '' ? 'Without a window' : `Window "${title}"`}${title === active ? ' (active)' : ''}`,
      ...(sentences.length === 0 ? ['  (nothing that a sentence could hit)'] : []),
      ...[...new Set(sentences)].map((sentence) => `  ${sentence}`),
    ]),
    ...(disabled === 0 ? [] : [`${disabled} disabled element${disabled === 1 ? ' is' : 's are'} left out.`]),
  ];
}

/** Title of the window of the window manager that an element of the tree is, or lies in. */
function titleOf(element: Element, windows: readonly Window[]): string {
  const named = windows.find(({ title }) => title.trim() === element.name);
  return (named ?? windows.findLast((window) => isIn(element, window)))?.title.trim() ?? element.name;
}

/** What came and what went between two screens. */
export function describeChange(before: Screen, after: Screen): readonly string[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const changes = [
    ...old.filter((line) => !fresh.includes(line)).map((line) => `- ${line}`),
    ...fresh.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
  return changes.length === 0 ? ['No sentence about the screen came or went.'] : changes;
}

function linesOf({ windows, phrases: said }: Screen): readonly string[] {
  const active = windows.find((window) => window.active);
  return [
    ...windows.map(({ title }) => `Window "${title.trim()}"`),
    ...(active === undefined ? [] : [`"${active.title.trim()}" is the active window`]),
    ...new Set(said.map(({ sentence }) => sentence)),
  ];
}

/** The screen for programs. */
export function screenToJson({ windows, phrases: said }: Screen): string {
  const elements = said.map(({ element: { role, name, box, app }, window, sentence, type }) => ({
    sentence,
    type,
    role,
    name,
    window: titleOf(window, windows),
    app,
    box,
  }));
  return JSON.stringify(
    { windows: windows.map(({ title, active, box }) => ({ title, active, box })), elements },
    undefined,
    2,
  );
}
