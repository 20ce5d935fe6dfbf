import { expect, test } from '@playwright/test';
import { doStep } from './local.js';
import { clickAt, contextOf, drawDesktop, element, failure, type Answer } from './testing.js';

const done = element('label', 'Done');
const answerDone: Answer = () => ({ elements: [done] });

const save = element('push button', 'Save');

test.describe('a click', () => {
  test('goes to the middle of the target, and its effect is kept', async () => {
    const desktop = drawDesktop({ elements: [save] }, answerDone);
    const context = contextOf(desktop);
    await doStep(context, 'Click "Save"');
    expect(desktop.actions).toEqual([clickAt(50, 20)]);
    expect(context.kept).toEqual([
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

  test('without effect is kept as such', async () => {
    const context = contextOf(drawDesktop({ elements: [save] }));
    await doStep(context, 'Click "Save"');
    expect(context.kept).toMatchObject([{ effect: 'no effect' }]);
  });

  test('may be double, right or middle, or only a hover', async () => {
    const steps = ['Double-click "Save"', 'Right-click "Save"', 'Middle-click "Save"', 'Hover over "Save"'];
    const desktop = drawDesktop({ elements: [save] }, () => ({}));
    for (const step of steps) await doStep(contextOf(desktop), step);
    expect(desktop.actions).toEqual([
      { type: 'double_click', x: 50, y: 20 },
      { ...clickAt(50, 20), button: 'right' },
      { ...clickAt(50, 20), button: 'middle' },
      { type: 'move', x: 50, y: 20 },
    ]);
  });

  test('waits for a target that appears late', async () => {
    const desktop = drawDesktop([{ elements: [] }, { elements: [done] }, { elements: [save] }], answerDone);
    await doStep(contextOf(desktop), 'Click "Save"');
    expect(desktop.actions).toEqual([clickAt(50, 20)]);
  });

  test('waits until a moving target is still', async () => {
    const positions = [0, 30, 60, 90].map((x) => ({
      elements: [{ ...save, box: { ...save.box, x } }],
    }));
    const desktop = drawDesktop(positions, answerDone);
    await doStep(contextOf(desktop), 'Click "Save"');
    expect(desktop.actions).toEqual([clickAt(130, 20)]);
  });

  test('does not go to a target that keeps moving', async () => {
    const positions = Array.from({ length: 10_000 }, (_, x) => ({
      elements: [{ ...save, box: { ...save.box, x } }],
    }));
    const desktop = drawDesktop(positions);
    await expect(doStep(contextOf(desktop, { timeout: 50 }), 'Click "Save"')).rejects.toMatchObject(
      failure('not-actionable', '"Save" (push button) keeps moving (waited 0.05 s)'),
    );
    expect(desktop.actions).toEqual([]);
  });

  test('waits until the target is enabled', async () => {
    const disabled = { ...save, states: ['showing'] };
    const desktop = drawDesktop([{ elements: [disabled] }, { elements: [save] }], answerDone);
    await doStep(contextOf(desktop), 'Click "Save"');
    expect(desktop.actions).toEqual([clickAt(50, 20)]);
  });

  test('does not go to a target that stays disabled', async () => {
    const desktop = drawDesktop({ elements: [{ ...save, states: ['showing'] }] });
    await expect(doStep(contextOf(desktop, { timeout: 50 }), 'Click "Save"')).rejects.toMatchObject(
      failure('not-actionable', '"Save" (push button) is disabled (waited 0.05 s)'),
    );
    expect(desktop.actions).toEqual([]);
  });

  test('says what is near when nothing has the name', async () => {
    const desktop = drawDesktop({ elements: [save] });
    await expect(doStep(contextOf(desktop, { timeout: 50 }), 'Click "Safe"')).rejects.toMatchObject(
      failure('not-found', 'nothing on the screen is "Safe". Nearest: "Save" (push button). (waited 0.05 s)'),
    );
  });

  test('at a partial name waits for the exact one first, and says so', async () => {
    const part = element('push button', 'Save all');
    const late = drawDesktop(
      [{ elements: [part] }, { elements: [part, { ...save, box: { x: 0, y: 100, width: 10, height: 10 } }] }],
      answerDone,
    );
    await doStep(contextOf(late), 'Click "Save"');
    expect(late.actions).toEqual([clickAt(5, 105)]);

    const context = contextOf(drawDesktop({ elements: [part] }, answerDone));
    await doStep(context, 'Click "Save"');
    expect(context.kept[0]?.log[0]).toBe('nothing is just "Save", so it is taken for a part of "Save all"');
  });
});

test('several instructions are followed in order', async () => {
  const desktop = drawDesktop({ elements: [save] }, () => ({}));
  await doStep(contextOf(desktop), 'Click "Save", press Tab twice and type "x"');
  expect(desktop.actions).toEqual([
    clickAt(50, 20),
    { type: 'keypress', keys: ['Tab'] },
    { type: 'keypress', keys: ['Tab'] },
    { type: 'type', text: 'x' },
  ]);
});

test('a step that is not understood does nothing', async () => {
  const desktop = drawDesktop({ elements: [save] });
  await expect(doStep(contextOf(desktop), 'Click "Save" and make it nice')).rejects.toMatchObject(
    failure(
      'not-understood',
      /^the step "Click "Save" and make it nice" is not understood\. Steps look like: Click "Save"; /,
    ),
  );
  expect(desktop.actions).toEqual([]);
});

test.describe('menus', () => {
  const file = element('menu', 'File');
  const item = element('menu item', 'Save As…', { box: { x: 10, y: 40, width: 80, height: 20 } });

  test('open one after the other', async () => {
    const desktop = drawDesktop({ elements: [file] }, ({ type }, { elements }) =>
      type === 'click' && elements.length === 1 ? { elements: [file, item] } : { elements: [file] },
    );
    await doStep(contextOf(desktop), 'Open File > Save As');
    expect(desktop.actions).toEqual([clickAt(50, 20), clickAt(50, 50)]);
  });

  test('have no item that is a button elsewhere', async () => {
    const desktop = drawDesktop({ elements: [file, save] }, () => ({}));
    await expect(doStep(contextOf(desktop, { timeout: 50 }), 'Open File > Save')).rejects.toMatchObject(
      failure('not-found', /^nothing on the screen is "Save" menu item\. /),
    );
    expect(desktop.actions).toEqual([clickAt(50, 20)]);
  });
});

test.describe('waiting', () => {
  test('goes on when what is waited for is there', async () => {
    const desktop = drawDesktop([{ elements: [] }, { elements: [save] }, { elements: [done] }]);
    await doStep(contextOf(desktop), 'Wait until "Done" is shown');
  });

  test('fails with what is there instead', async () => {
    const desktop = drawDesktop({ elements: [element('label', 'Not done')] });
    await expect(
      doStep(contextOf(desktop), 'Wait until "All done" is shown within 50 ms'),
    ).rejects.toMatchObject(
      failure('no-effect', 'waited, and no text on the screen shows "All done"; nearest: "Not done"'),
    );
  });
});
