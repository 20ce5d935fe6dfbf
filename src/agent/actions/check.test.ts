import { expect, test } from '@playwright/test';
import { doStep } from '../local.js';
import { clickAt, contextOf, drawDesktop, element, failure } from '../testing.js';

test.describe('a check box', () => {
  const box = element('check box', 'Match case');
  const checked = { ...box, states: [...box.states, 'checked'] };

  test('is clicked when it is not yet as wanted', async () => {
    const desktop = drawDesktop({ elements: [box] }, (_, { elements }) => ({
      elements: elements[0] === box ? [checked] : [box],
    }));
    await doStep(contextOf(desktop), 'Check "Match case", then uncheck "Match case"');
    expect(desktop.actions).toEqual([clickAt(50, 20), clickAt(50, 20)]);
  });

  test('is left alone when it is', async () => {
    const desktop = drawDesktop({ elements: [checked] });
    const context = contextOf(desktop);
    await doStep(context, 'Check "Match case"');
    expect([desktop.actions, context.kept]).toEqual([
      [],
      [
        {
          title: 'Check "Match case" (check box)',
          effect: 'no effect',
          log: ['nothing to do: it is checked'],
        },
      ],
    ]);
  });

  test('that does not take the click fails', async () => {
    const desktop = drawDesktop({ elements: [box] }, () => ({}));
    await expect(doStep(contextOf(desktop), 'Check "Match case"')).rejects.toMatchObject(
      failure('no-effect', '"Match case" (check box) was clicked and is not checked'),
    );
  });
});

test.describe('a list with boxes', () => {
  const cell = (name: string, [x, y]: readonly [number, number], states: readonly string[] = []) =>
    element('table cell', name, {
      id: `${name} ${x} ${y}`,
      parent: 'list',
      box: { x, y, width: 20, height: 20 },
      states: ['enabled', 'showing', ...states],
    });
  const names = [cell('apple', [30, 0]), cell('pear', [30, 20])];
  const pear = cell('', [0, 20], ['checked']);
  const elements = [cell('', [0, 0]), pear, ...names];

  test('has the box of a row checked by the name beside it', async () => {
    const desktop = drawDesktop({ elements }, () => ({
      elements: [cell('', [0, 0], ['checked']), pear, ...names],
    }));
    await doStep(contextOf(desktop), 'Tick "apple", then tick "pear"');
    expect(desktop.actions).toEqual([clickAt(10, 10)]);
  });

  test('has the box clicked that is said to be one', async () => {
    const desktop = drawDesktop({ elements }, () => ({}));
    await doStep(contextOf(desktop), 'Choose the radio button "apple"');
    expect(desktop.actions).toEqual([clickAt(10, 10)]);
  });

  test('of no boxes has nothing to uncheck', async () => {
    const desktop = drawDesktop({ elements: names });
    await expect(doStep(contextOf(desktop, { timeout: 50 }), 'Untick "pear"')).rejects.toMatchObject(
      failure('not-found', /^"pear" \(table cell\) stands in no row with one box to check/),
    );
  });
});
