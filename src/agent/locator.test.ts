import { expect, test } from '@playwright/test';
import type { Element } from '../desktop/types.js';
import { createLocators, type Locators } from './locator.js';
import {
  clickAt,
  contextOf,
  drawDesktop,
  element,
  failure,
  type Answer,
  type DrawnDesktop,
  type Kept,
} from './testing.js';

const save = element('push button', 'Save');
const box = { x: 100, y: 100, width: 40, height: 20 };
const done: Answer = () => ({ elements: [element('label', 'Done')] });

interface Drawn extends Locators {
  readonly screen: DrawnDesktop;
  readonly kept: readonly Kept[];
  readonly steps: readonly string[];
}

function draw(elements: readonly Element[], answer: Answer = () => ({}), timeout = 2_000): Drawn {
  const screen = drawDesktop({ elements }, answer);
  const context = contextOf(screen, { timeout });
  const steps: string[] = [];
  const locators = createLocators({
    ...context,
    step: (title, body) => {
      steps.push(title);
      return body();
    },
    located: (body) => body(),
  });
  return { ...locators, screen, kept: context.kept, steps };
}

test('a click is a step, goes to the middle, and its effect is kept', async () => {
  const desktop = draw([save], done);
  await desktop.getByRole('button', { name: 'Save' }).click();
  expect(desktop.screen.actions).toEqual([clickAt(50, 20)]);
  expect(desktop.steps).toEqual(["Click getByRole('button', { name: 'Save' })"]);
  expect(desktop.kept).toEqual([
    {
      title: 'Click "Save" (push button)',
      effect: 'effect',
      log: [
        'found "Save" (push button) of demo in the accessibility tree at 10,10 80×20',
        'acting at 50,20',
        'the screen changed',
      ],
    },
  ]);
});

test('a click may be double, with another button, or only a hover', async () => {
  const desktop = draw([save]);
  const button = desktop.getByText('Save');
  await button.click({ clickCount: 2 });
  await button.dblclick();
  await button.click({ button: 'right' });
  await button.hover();
  expect(desktop.screen.actions).toEqual([
    { type: 'double_click', x: 50, y: 20 },
    { type: 'double_click', x: 50, y: 20 },
    { ...clickAt(50, 20), button: 'right' },
    { type: 'move', x: 50, y: 20 },
  ]);
});

test('one element is dragged to another', async () => {
  const desktop = draw([save, element('icon', 'Trash', { box })]);
  await desktop.getByText('Save').dragTo(desktop.getByText('Trash'));
  expect(desktop.screen.actions).toEqual([
    {
      type: 'drag',
      path: [
        { x: 50, y: 20 },
        { x: 120, y: 110 },
      ],
    },
  ]);
  expect(desktop.steps).toEqual(["Drag getByText('Save') to getByText('Trash')"]);
});

test.describe('a field', () => {
  const states = ['enabled', 'showing', 'editable', 'focused', 'focusable'];
  const field = element('text', 'Notes', { text: 'old', states: [...states, 'multi line'] });
  const combo = element('combo box', '', { labels: ['Name'], id: 'combo' });
  const entry = element('text', '', { parent: 'combo', id: 'entry', text: '', states, box });
  const typing: Answer = (action, { elements }) =>
    action.type === 'type'
      ? { elements: elements.map((each) => (each.role === 'text' ? { ...each, text: action.text } : each)) }
      : {};

  test('is filled whole, also when it holds several lines', async () => {
    const desktop = draw([field], typing);
    await desktop.getByLabel('Notes').fill('new');
    expect(desktop.screen.actions).toEqual([
      clickAt(50, 20),
      { type: 'keypress', keys: ['CTRL', 'A'] },
      { type: 'type', text: 'new' },
    ]);
  });

  test('of a combo box is the entry inside', async () => {
    const desktop = draw([combo, entry], typing);
    await desktop.getByRole('combobox', { name: 'Name' }).fill('x');
    expect(desktop.screen.actions[0]).toEqual(clickAt(120, 110));
  });

  test('that does not take the text fails', async () => {
    const desktop = draw([field]);
    await expect(desktop.getByLabel('Notes').fill('new')).rejects.toMatchObject(
      failure('no-effect', `typed "new" into getByLabel('Notes'), which now has "old"`),
    );
  });

  test('gets keys without a click where it has the focus, else after one', async () => {
    const desktop = draw([field, element('text', 'Other', { box, states: ['enabled', 'editable'] })]);
    await desktop.getByLabel('Notes').press('Control+A');
    await desktop.getByLabel('Other').press('Enter');
    expect(desktop.screen.actions).toEqual([
      { type: 'keypress', keys: ['Control', 'A'] },
      clickAt(120, 110),
      { type: 'keypress', keys: ['Enter'] },
    ]);
    await expect(desktop.getByLabel('Notes').press('Control and A')).rejects.toMatchObject(
      failure('not-understood', '"Control and A" is no key or chord; they look like: Enter, Control+A.'),
    );
  });
});

test('a box is clicked only where it is not as wanted', async () => {
  const states = ['enabled', 'showing'];
  const toggle: Answer = (_, { elements: [first] }) => ({
    elements: [{ ...first!, states: first!.states.includes('checked') ? states : [...states, 'checked'] }],
  });
  const desktop = draw([element('check box', 'Match case')], toggle);
  const match = desktop.getByRole('checkbox');
  await match.uncheck();
  await match.check();
  await match.check();
  expect(desktop.screen.actions).toEqual([clickAt(50, 20)]);
  await match.uncheck();
  expect(desktop.screen.actions).toEqual([clickAt(50, 20), clickAt(50, 20)]);
});

test('an option is chosen in a combo box that opens, and in a list', async () => {
  const item = element('menu item', 'North', { box });
  const combo = element('combo box', 'South');
  const opening = draw([combo], ({ type }, { elements }) =>
    type === 'click' && elements.length === 1
      ? { elements: [combo, item] }
      : { elements: [{ ...combo, name: 'North' }] },
  );
  await opening.getByRole('combobox').selectOption('North');
  expect(opening.screen.actions).toEqual([clickAt(50, 20), clickAt(120, 110)]);

  const list = element('list', 'Directions');
  const north = element('list item', 'North', { parent: list.id, box });
  const shown = draw([list, north, element('list item', 'North', { id: 'elsewhere' })]);
  await shown.getByRole('list').selectOption('North');
  expect(shown.screen.actions).toEqual([clickAt(120, 110)]);
});

test.describe('an action fails, with what is on the screen, when', () => {
  const cancel = element('push button', 'Cancel', { id: 'other' });
  const cases = {
    'nothing matches': [
      (desktop: Drawn) => desktop.getByRole('button', { name: 'Safe' }),
      'not-found',
      `nothing on the screen is getByRole('button', { name: 'Safe' }). Nearest: "Save" (push button); "Cancel" (push button); "Options" (dialog). (waited 0.05 s)`,
    ],
    'the part before is missing': [
      (desktop: Drawn) => desktop.getByRole('dialog', { name: 'Option s' }).getByText('Save'),
      'not-found',
      `nothing on the screen is getByRole('dialog', { name: 'Option s' }). Nearest: "Options" (dialog); "Save" (push button); "Cancel" (push button). (waited 0.05 s)`,
    ],
    'several match': [
      (desktop: Drawn) => desktop.getByRole('button'),
      'ambiguous',
      `strict mode violation: getByRole('button') resolved to 2 elements:\n  1) "Save" (push button)\n  2) "Cancel" (push button) (waited 0.05 s)`,
    ],
    'it is disabled': [
      (desktop: Drawn) => desktop.getByText('Cancel'),
      'not-actionable',
      '"Cancel" (push button) is disabled (waited 0.05 s)',
    ],
  } as const;
  for (const [when, [locate, code, message]] of Object.entries(cases)) {
    test(when, async () => {
      const desktop = draw([save, { ...cancel, states: ['showing'] }, element('dialog', 'Options')]);
      await expect(locate(desktop).click({ timeout: 50 })).rejects.toMatchObject(failure(code, message));
      expect(desktop.screen.actions).toEqual([]);
    });
  }
});
