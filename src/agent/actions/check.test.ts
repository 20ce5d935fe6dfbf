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
