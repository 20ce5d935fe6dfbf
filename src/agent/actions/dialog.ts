import type { Element } from '../../desktop/types.js';
import { act, locate } from './act.js';
import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { ancestors, describeElement, type Found } from '../ground.js';
import type { Judgement } from '../judge.js';
import type { Answer } from '../language/instruction.js';
import { kinds } from '../language/kind.js';
import { normalise } from '../language/name.js';

/** Words of which one stands for the other in a question. */
const synonyms: readonly (readonly string[])[] = [
  ['overwrit', 'replac', 'exist'],
  ['save', 'change', 'unsaved'],
  ['delet', 'remov', 'trash'],
  ['quit', 'close', 'exit', 'leave'],
  ['update', 'upgrad'],
];

const agreeing =
  'yes|ok|okay|confirm|accept|agree|continue|proceed|allow|replace|overwrite|apply|save|delete|remove|open|close anyway|quit';
const refusing =
  "no|cancel|abort|keep|decline|reject|deny|close|go back|not now|later|skip|do ?n[o’']t .+|do not .+";
const discarding = "discard(?: .+)?|don['’]t save|do not save|close without saving|quit without saving|no";
const answers: Readonly<Record<Answer, RegExp>> = {
  accept: new RegExp(`^(?:${agreeing})$`, 'u'),
  refuse: new RegExp(`^(?:${refusing})$`, 'u'),
  discard: new RegExp(`^(?:${discarding})$`, 'u'),
};
const means: Readonly<Record<Answer, string>> = {
  accept: 'agrees',
  refuse: 'refuses',
  discard: 'goes on without saving',
};

/** Judges whether a dialog asks something, about the topic where one is said. */
export function judgeAsked(
  { topic, not }: { readonly topic?: string; readonly not: boolean },
  elements: readonly Element[],
): Judgement {
  const dialogs = dialogsOf(elements);
  const asking = dialogs.filter((dialog) => topic === undefined || speaksOf(dialog, topic, elements));
  return {
    held: asking.length > 0 !== not,
    expected: `${not ? 'no' : 'a'} dialog${topic === undefined ? '' : ` about "${topic}"`}`,
    found:
      dialogs.length === 0 ? 'no dialog is open' : `open dialogs: ${dialogs.map(describeElement).join(', ')}`,
  };
}

/** Clicks the button of the open dialog that agrees to what it asks, or the one that refuses. */
export async function answer(context: AgentContext, how: Answer, topic?: string): Promise<void> {
  const description = `the button of the dialog that ${means[how]}`;
  const find = (elements: readonly Element[]): Found => ({ element: findAnswer(elements, how, topic) });
  const grounded = await locate(context, { description, find });
  await act(context, {
    title: `Answer with ${describeElement(grounded.element)}`,
    actions: [{ type: 'click', ...grounded.point, button: 'left' }],
    grounded,
  });
}

function findAnswer(elements: readonly Element[], how: Answer, topic: string | undefined): Element {
  const dialog = dialogsOf(elements).at(-1);
  if (dialog === undefined) throw new AgentError('not-found', 'no dialog is open that asks anything');
  const buttons = elements.filter(
    (each) => /button/.test(each.role) && each.name !== '' && ancestors(each, elements).includes(dialog),
  );
  const named = buttons.filter(({ name }) => answers[how].test(normalise(name)));
  const onTopic =
    how === 'accept' && topic !== undefined ? buttons.filter(({ name }) => sharesStem(name, topic)) : [];
  const byDefault = named.filter(({ states }) => states.includes('is default') || states.includes('default'));
  for (const found of [onTopic, named, byDefault]) if (found.length === 1) return found[0]!;
  const list = buttons.map(describeElement).join('; ') || 'none';
  throw new AgentError(
    named.length === 0 ? 'not-found' : 'ambiguous',
    `${named.length === 0 ? 'no button' : 'more than one button'} of ${describeElement(dialog)} clearly ` +
      `${means[how]}. Its buttons: ${list}. Write which, for example: click "${buttons[0]?.name ?? 'OK'}"`,
  );
}

/** Dialogs, the active one last. */
function dialogsOf(elements: readonly Element[]): readonly Element[] {
  const roles: readonly string[] = kinds.dialog;
  const dialogs = elements.filter(({ role, states }) => roles.includes(role) || states.includes('modal'));
  return dialogs.toSorted(
    (a, b) => Number(a.states.includes('active')) - Number(b.states.includes('active')),
  );
}

function speaksOf(dialog: Element, topic: string, elements: readonly Element[]): boolean {
  const inside = elements.filter((each) => ancestors(each, elements).includes(dialog));
  return sharesStem([dialog, ...inside].map(({ name, text = '' }) => `${name} ${text}`).join(' '), topic);
}

function sharesStem(text: string, topic: string): boolean {
  const said = normalise(text);
  return stems(topic).some((stem) => said.includes(stem));
}

/** Beginnings of the words of a topic that say something, with those of their synonyms. */
function stems(topic: string): readonly string[] {
  const own = normalise(topic)
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 3 && !/^(?:this|that|existing|file|files|with|your|really)$/.test(word))
    .map((word) => word.slice(0, 6).replace(/e$/, ''));
  return own.flatMap(
    (stem) =>
      synonyms.find((group) => group.some((each) => each.startsWith(stem) || stem.startsWith(each))) ?? [
        stem,
      ],
  );
}
