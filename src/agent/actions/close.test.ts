import { expect, test } from '@playwright/test';
import type { Window } from '../../desktop/types.js';
import type { AgentErrorCode } from '../error.js';
import { doStep } from '../local.js';
import { contextOf, drawDesktop, element, failure, topLevel, type Answer } from '../testing.js';

const main = topLevel('notes.txt - Mousepad');

test.describe('closing', () => {
  const find = topLevel('Find and Replace', { id: 2 });
  const behind = { ...main, active: false };
  const obey: Answer = (action, { windows }) =>
    action.type === 'close' ? { windows: windows.filter(({ id }) => id !== action.id) } : undefined;

  for (const [step, windows, id] of [
    ['Close the dialog', [behind, find], 2],
    ['Close the window', [main], 1],
    ['Close "Find and Replace"', [behind, find], 2],
    ['Close the "find and replace" dialog', [behind, find], 2],
    ['Close "notes.txt"', [behind, find], 1],
  ] satisfies readonly (readonly [string, readonly Window[], number])[]) {
    test(`finds its window: ${step}`, async () => {
      const desktop = drawDesktop({ windows }, obey);
      await doStep(contextOf(desktop), step);
      expect(desktop.actions).toEqual([{ type: 'close', id }]);
    });
  }

  test('leaves what the application asks first to the next step', async () => {
    const ask = topLevel('Save Changes', { id: 3 });
    const desktop = drawDesktop({ windows: [main] }, () => ({ windows: [behind, ask] }));
    const context = contextOf(desktop);
    await doStep(context, 'Close the window');
    expect(context.kept).toEqual([
      {
        title: 'Close the window "notes.txt - Mousepad"',
        effect: 'effect',
        log: ['the window is still there, and "Save Changes" opened'],
      },
    ]);
  });

  test('waits for a window that appears late', async () => {
    const desktop = drawDesktop([{ windows: [main] }, { windows: [behind, find] }], obey);
    await doStep(contextOf(desktop), 'Close "Find and Replace"');
    expect(desktop.actions).toEqual([{ type: 'close', id: 2 }]);
  });

  for (const [step, windows, code, message] of [
    [
      'Close "Find"',
      [main],
      'not-found',
      'no windows are named "Find". Windows: "notes.txt - Mousepad". (waited 0.05 s)',
    ],
    [
      'Close "note"',
      [main],
      'not-found',
      'no windows are named "note". Windows: "notes.txt - Mousepad". (waited 0.05 s)',
    ],
    ['Close the window', [], 'not-found', 'no window is active. Windows: none. (waited 0.05 s)'],
    [
      'Close "Notes"',
      [topLevel('Notes 1'), topLevel('Notes 2')],
      'ambiguous',
      '2 windows are named "Notes". Windows: "Notes 1", "Notes 2". (waited 0.05 s)',
    ],
    [
      'Close the dialog',
      [main],
      'not-found',
      'no dialog is open; "Close the window" would close the last one. Windows: "notes.txt - Mousepad". (waited 0.05 s)',
    ],
  ] satisfies readonly (readonly [string, readonly Window[], AgentErrorCode, string])[]) {
    test(`closes nothing when "${step}" fits ${windows.length} windows`, async () => {
      const desktop = drawDesktop({ windows, elements: [element('frame', main.title)] }, obey);
      await expect(doStep(contextOf(desktop, { timeout: 50 }), step)).rejects.toMatchObject(
        failure(code, message),
      );
      expect(desktop.actions).toEqual([]);
    });
  }

  test('fails when the window stays', async () => {
    const context = contextOf(drawDesktop({ windows: [main] }), { timeout: 50 });
    await expect(doStep(context, 'Close the window')).rejects.toMatchObject(
      failure(
        'no-effect',
        'the window "notes.txt - Mousepad" is still open 0.05 s after it was asked to close',
      ),
    );
    expect(context.kept).toMatchObject([{ effect: 'no effect', log: ['the window is still there'] }]);
  });
});
