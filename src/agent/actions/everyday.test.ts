import { expect, test } from '@playwright/test';
import { doStep } from '../local.js';
import { clickAt, contextOf, drawDesktop, element, failure, topLevel, type Answer } from '../testing.js';

const at = (x: number, y: number) => ({ box: { x, y, width: 80, height: 20 } });
const done = element('label', 'Done');
const answerDone: Answer = () => ({ elements: [done] });

test.describe('a question', () => {
  const dialog = element('dialog', 'Question', { box: { x: 0, y: 0, width: 400, height: 300 } });
  const inside = { parent: dialog.id };
  const asks = element('label', 'A file of this name exists. Replace it?', { ...inside, ...at(10, 10) });
  const button = (name: string, x: number) => element('push button', name, { ...inside, ...at(x, 100) });
  const [cancel, replace, yes] = [button('Cancel', 10), button('Replace', 100), button('Yes', 200)];

  test('is answered by the button that agrees', async () => {
    const desktop = drawDesktop({ elements: [dialog, asks, cancel, replace] }, answerDone);
    await doStep(contextOf(desktop), 'If asked to overwrite, confirm');
    expect(desktop.actions).toEqual([clickAt(140, 110)]);
  });

  test('is refused by the button that refuses', async () => {
    const desktop = drawDesktop({ elements: [dialog, asks, cancel, replace] }, answerDone);
    await doStep(contextOf(desktop), 'If asked to overwrite, cancel');
    expect(desktop.actions).toEqual([clickAt(50, 110)]);
  });

  test('about something else is not meant', async () => {
    const desktop = drawDesktop({ elements: [dialog, asks, cancel, replace] });
    await doStep(contextOf(desktop), 'If asked to restart, confirm');
    expect(desktop.actions).toEqual([]);
  });

  test('that several buttons agree to is not guessed', async () => {
    const desktop = drawDesktop({ elements: [dialog, asks, cancel, replace, yes] });
    await expect(doStep(contextOf(desktop, { timeout: 50 }), 'Confirm the dialog')).rejects.toMatchObject(
      failure(
        'ambiguous',
        /^more than one button of "Question" \(dialog\) clearly agrees\. Its buttons: "Cancel" \(push button\); "Replace" \(push button\); "Yes" \(push button\)\. Write which, for example: click "Cancel"/,
      ),
    );
    expect(desktop.actions).toEqual([]);
  });

  test('that is not asked cannot be answered', async () => {
    const context = contextOf(drawDesktop({ elements: [done] }), { timeout: 50 });
    await expect(doStep(context, 'Confirm the dialog')).rejects.toMatchObject(
      failure('not-found', /^no dialog is open that asks anything/),
    );
  });
});

test.describe('scrolling to a target', () => {
  const window = topLevel('Notes');
  const frame = element('frame', 'Notes', { box: { x: 0, y: 0, width: 400, height: 300 } });
  const chapter = element('label', 'Last chapter', { parent: frame.id, ...at(10, 100) });

  test('turns the wheel until it is in view', async () => {
    let turns = 0;
    const desktop = drawDesktop({ elements: [frame], windows: [window] }, () => {
      turns++;
      return { elements: turns < 3 ? [frame] : [frame, chapter] };
    });
    await doStep(contextOf(desktop), 'Scroll to "Last chapter"');
    const down = { type: 'scroll', x: 200, y: 150, scroll_x: 0, scroll_y: 5 };
    expect(desktop.actions).toEqual([down, down, down]);
  });

  test('does nothing where it is in view already', async () => {
    const desktop = drawDesktop({ elements: [frame, chapter], windows: [window] });
    await doStep(contextOf(desktop), 'Scroll to "Last chapter"');
    expect(desktop.actions).toEqual([]);
  });

  test('ends at both ends, and says what is there instead', async () => {
    const context = contextOf(drawDesktop({ elements: [frame], windows: [window] }));
    await expect(doStep(context, 'Scroll to "Last chapter"')).rejects.toMatchObject(
      failure('not-found', /^nothing on the screen is "Last chapter"\. Nearest: "Notes" \(frame\)/),
    );
  });
});

test.describe('a value', () => {
  test('of a slider is set by a click where it is, and keys', async () => {
    const slider = (current: number) =>
      element('slider', 'Volume', {
        value: { current, minimum: 0, maximum: 100 },
        box: { x: 0, y: 0, width: 101, height: 20 },
      });
    const desktop = drawDesktop({ elements: [slider(20)] }, (action) => ({
      elements: [slider(action.type === 'click' ? 48 : action.type === 'keypress' ? 50 : 20)],
    }));
    await doStep(contextOf(desktop), 'Set "Volume" to 50');
    expect(desktop.actions).toEqual([clickAt(50, 10), { type: 'keypress', keys: ['RIGHT'] }]);
  });

  test('that steps of the keys lead past from the click is reached from the end', async () => {
    const slider = (current: number) =>
      element('slider', 'Volume', { value: { current, minimum: 0, maximum: 100 } });
    let current = 20;
    const desktop = drawDesktop({ elements: [slider(current)] }, (action) => {
      if (action.type === 'click') current = 11;
      if (action.type === 'keypress')
        current = { HOME: 0, LEFT: current - 5 }[action.keys[0]!] ?? current + 5;
      return { elements: [slider(current)] };
    });
    await doStep(contextOf(desktop), 'Set "Volume" to 10');
    const keys = desktop.actions.flatMap((action) => (action.type === 'keypress' ? action.keys : []));
    expect(keys).toEqual(['LEFT', 'HOME', 'RIGHT', 'RIGHT']);
  });

  test('beyond the ends of a slider is refused', async () => {
    const slider = element('slider', 'Volume', { value: { current: 20, minimum: 0, maximum: 100 } });
    await expect(
      doStep(contextOf(drawDesktop({ elements: [slider] })), 'Set "Volume" to 150'),
    ).rejects.toMatchObject(
      failure('not-actionable', '"150" is not between 0 and 100, which "Volume" (slider) has'),
    );
  });

  test('that a list does not take is told', async () => {
    const box = element('combo box', 'North', { labels: ['Side'], id: 'side' });
    const entry = element('menu item', 'East', at(10, 60));
    const desktop = drawDesktop({ elements: [box, entry] }, () => ({}));
    await expect(doStep(contextOf(desktop), 'Select "East" from "Side"')).rejects.toMatchObject(
      failure('no-effect', '"East" was chosen in "North" (combo box), which still has "North"'),
    );
  });
});

test('an entry of a tree is unfolded by its key where a click does not', async () => {
  const folded = element('tree item', 'Documents', { states: ['enabled', 'showing', 'expandable'] });
  const unfolded = { ...folded, states: [...folded.states, 'expanded'] };
  const desktop = drawDesktop({ elements: [folded] }, (action) =>
    action.type === 'keypress' ? { elements: [unfolded] } : {},
  );
  await doStep(contextOf(desktop), 'Expand "Documents"');
  expect(desktop.actions).toEqual([clickAt(50, 20), { type: 'keypress', keys: ['RIGHT'] }]);
});

test.describe('a window', () => {
  const [one, two] = [topLevel('One', { id: 1, active: false }), topLevel('Two', { id: 2 })];

  test('is brought to the front', async () => {
    const desktop = drawDesktop({ windows: [one, two] }, () => ({
      windows: [
        { ...one, active: true },
        { ...two, active: false },
      ],
    }));
    await doStep(contextOf(desktop), 'Switch to the window "One"');
    expect(desktop.actions).toEqual([{ type: 'change', id: 1, to: 'activate' }]);
  });

  test('that is not there is told with those that are', async () => {
    const context = contextOf(drawDesktop({ windows: [one, two] }), { timeout: 50 });
    await expect(doStep(context, 'Maximise the window "Three"')).rejects.toMatchObject(
      failure('not-found', /^no windows are named "Three"\. Windows: "One", "Two"\./),
    );
  });
});

test.describe('what was remembered', () => {
  const size = (text: string) => element('text', '', { labels: ['Size'], text, id: 'size' });

  test('is compared later', async () => {
    const desktop = drawDesktop({ elements: [size('12')] });
    const context = contextOf(desktop, { timeout: 50 });
    await doStep(context, 'Remember the value of "Size" as Before');
    desktop.show({ elements: [size('14')] });
    await doStep(context, 'Verify that "Size" has another value than before');
    await expect(doStep(context, 'Verify that "Size" still has the value before')).rejects.toMatchObject(
      failure('not-held', 'expected: "Size" is still "12", remembered as before\nfound: it is "14"'),
    );
  });

  test('is waited for to change', async () => {
    const desktop = drawDesktop([
      { elements: [size('12')] },
      { elements: [size('12')] },
      { elements: [size('13')] },
    ]);
    await doStep(contextOf(desktop), 'Wait until "Size" changes');
  });
});

test('steps are repeated as often as is said', async () => {
  const desktop = drawDesktop({ elements: [element('push button', 'Next')] }, () => ({}));
  await doStep(contextOf(desktop), 'Click "Next" 3 times');
  expect(desktop.actions).toEqual([clickAt(50, 20), clickAt(50, 20), clickAt(50, 20)]);
});
