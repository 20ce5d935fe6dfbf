import { expect, test } from '@playwright/test';
import type { Element } from '../desktop/types.js';
import { createLocators, type Locator, type Locators } from './locator.js';
import { contextOf, drawDesktop, element, failure } from './testing.js';

const frame = element('frame', 'notes - Editor');
const dialog = element('dialog', 'Find and Replace');
const within = (parent: Element, ...children: readonly Element[]) =>
  children.map((child) => ({ ...child, parent: parent.id }));

const combo = element('combo box', '', { labels: ['Search for:'], id: 'combo' });
const entry = element('text', '', {
  id: 'entry',
  text: 'colour',
  states: ['enabled', 'showing', 'editable', 'focused'],
});
const replaceAll = element('push button', 'Replace All…');
const screen: readonly Element[] = [
  frame,
  ...within(frame, element('menu', 'File'), element('push button', 'Close', { id: 'close 1' })),
  dialog,
  ...within(
    dialog,
    element('label', 'Search for:'),
    combo,
    element('check box', 'Match case', { states: ['enabled', 'checked'] }),
    element('check box', 'Whole word', { states: [] }),
    element('push button', 'Replace'),
    replaceAll,
    element('push button', 'Close', { id: 'close 2' }),
  ),
  ...within(combo, entry),
  ...within(replaceAll, element('label', 'Replace All…')),
];

function locators(elements: readonly Element[] = screen): Locators {
  const context = contextOf(drawDesktop({ elements }), { timeout: 20 });
  return createLocators({ ...context, step: (_, body) => body(), located: (body) => body() });
}

const idsOf = async (locator: Locator) => (await locator.elements()).map(({ id }) => id);

test.describe('a locator means', () => {
  const desktop = locators();
  const cases: readonly (readonly [Locator, ...string[]])[] = [
    [desktop.getByRole('checkbox'), 'check box Match case', 'check box Whole word'],
    [desktop.getByRole('button', { name: 'replace' }), 'push button Replace', 'push button Replace All…'],
    [desktop.getByRole('button', { name: 'Replace', exact: true }), 'push button Replace'],
    [desktop.getByRole('button', { name: 'Replace All' }), 'push button Replace All…'],
    [desktop.getByRole('button', { name: 'Replace All', exact: true })],
    [desktop.getByRole('button', { name: /^Repl\w+$/ }), 'push button Replace'],
    [desktop.getByRole('button', { name: /close/gi }), 'close 1', 'close 2'],
    [desktop.getByRole('combobox', { name: 'Search for' }), 'combo'],
    [desktop.getByRole('menuitem', { name: 'File' }), 'menu File'],
    [desktop.getByRole('checkbox', { checked: true }), 'check box Match case'],
    [desktop.getByRole('checkbox', { checked: false }), 'check box Whole word'],
    [desktop.getByRole('checkbox', { disabled: true }), 'check box Whole word'],
    [desktop.getByRole('textbox', { focused: true }), 'entry'],
    [desktop.getByLabel('Search for'), 'combo'],
    [desktop.getByLabel('Search for', { exact: true })],
    [desktop.getByLabel('Match case'), 'check box Match case'],
    [desktop.getByText('Search'), 'label Search for:'],
    [desktop.getByText('Replace All'), 'label Replace All…'],
    [desktop.getByText('Find and Replace')],
    [desktop.getByText('colour')],
    [desktop.getByRole('dialog').getByRole('button', { name: 'Close' }), 'close 2'],
    [desktop.getByRole('combobox').getByRole('textbox'), 'entry'],
    [desktop.getByRole('dialog').getByRole('dialog')],
    [desktop.getByRole('button').nth(1), 'push button Replace'],
    [desktop.getByRole('button').first(), 'close 1'],
    [desktop.getByRole('button').last(), 'close 2'],
    [desktop.getByRole('button').nth(9)],
    [desktop.getByRole('button').filter({ hasText: 'replace' }).last(), 'push button Replace All…'],
    [desktop.getByRole('button').filter({ hasNotText: /Replace/ }), 'close 1', 'close 2'],
    [desktop.getByRole('window').filter({ hasText: 'Search for' })],
    [desktop.getByRole('dialog').filter({ hasText: 'Search for' }), 'dialog Find and Replace'],
    [desktop.getByRole('button').filter({ has: desktop.getByText('Replace') }), 'push button Replace All…'],
    [desktop.getByRole('dialog').filter({ hasNot: desktop.getByRole('checkbox') })],
  ];
  for (const [locator, ...ids] of cases) {
    test(String(locator), async () => {
      expect(await idsOf(locator)).toEqual(ids);
    });
  }
});

test('a locator says how it is written', () => {
  const desktop = locators();
  const locator = desktop
    .getByRole('dialog', { name: "it's", exact: true })
    .filter({ hasText: /a\/b/i, has: desktop.getByLabel('x').first() })
    .getByText('y', { exact: true })
    .nth(2)
    .last();
  expect(String(locator)).toBe(
    String.raw`getByRole('dialog', { name: 'it\'s', exact: true })` +
      String.raw`.filter({ hasText: /a\/b/i, has: getByLabel('x').first() }).getByText('y', { exact: true }).nth(2).last()`,
  );
});

test('a word that is no role is told at once', () => {
  const word = 'buton' as 'button';
  expect(() => locators().getByRole(word)).toThrow(
    '"buton" is no role. Nearest: button, spinbutton, option.',
  );
});

test.describe('reading', () => {
  test('gives what a field, a box and a text have', async () => {
    const desktop = locators();
    const dialogs = desktop.getByRole('dialog');
    expect({
      value: await desktop.getByLabel('Search for').inputValue(),
      checked: await desktop.getByLabel('Match case').isChecked(),
      enabled: await desktop.getByLabel('Whole word').isEnabled(),
      text: await desktop.getByText('Replace All').textContent(),
      inside: await desktop.getByRole('button', { name: 'Replace', exact: true }).textContent(),
      window: await dialogs.textContent(),
      count: await desktop.getByRole('button').count(),
      all: (await desktop.getByRole('checkbox').all()).map(String),
    }).toEqual({
      value: 'colour',
      checked: true,
      enabled: false,
      text: 'Replace All…',
      inside: 'Replace',
      window: 'Search for: Match case Whole word Replace Replace All… Close colour Replace All…',
      count: 4,
      all: ["getByRole('checkbox').first()", "getByRole('checkbox').nth(1)"],
    });
  });

  test('does not wait to say whether something is visible', async () => {
    const desktop = locators();
    expect(await desktop.getByText('Saved').isVisible()).toBe(false);
    expect(await desktop.getByLabel('Match case').isVisible()).toBe(true);
    await expect(desktop.getByRole('checkbox').isVisible()).rejects.toMatchObject(
      failure('ambiguous', /^strict mode violation: getByRole\('checkbox'\) resolved to 2 elements:/),
    );
  });

  test('waits for what appears late', async () => {
    const later = drawDesktop([{ elements: [] }, { elements: screen }]);
    const desktop = createLocators({
      ...contextOf(later),
      step: (_, body) => body(),
      located: (body) => body(),
    });
    expect(await desktop.getByLabel('Search for').inputValue()).toBe('colour');
  });
});
