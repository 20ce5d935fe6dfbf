import { expect, test } from '@playwright/test';
import type { Element } from '../../desktop/types.js';
import { doStep } from '../local.js';
import { clickAt, contextOf, drawDesktop, element, failure } from '../testing.js';

const selectAll = { type: 'keypress', keys: ['CTRL', 'A'] } as const;
const save = element('push button', 'Save');

test.describe('typing', () => {
  const field = element('text', 'Name', { text: 'old', states: ['enabled', 'editable'] });

  test('replaces the content of a field', async () => {
    const desktop = drawDesktop({ elements: [field] }, (action) =>
      action.type === 'type' ? { elements: [{ ...field, text: action.text }] } : undefined,
    );
    await doStep(contextOf(desktop), 'Type "new" into "Name"');
    expect(desktop.actions).toEqual([clickAt(50, 20), selectAll, { type: 'type', text: 'new' }]);
  });

  test('begins when the field has the focus, which keys may reach before the click', async () => {
    const cold = { ...field, states: [...field.states, 'focusable'] };
    const warm = { ...cold, states: [...cold.states, 'focused'] };
    const desktop = drawDesktop(
      [cold, cold, cold, cold, cold, warm].map((each) => ({ elements: [each] })),
      (action, { elements }) =>
        action.type === 'type' && elements[0] === warm
          ? { elements: [{ ...warm, text: action.text }] }
          : undefined,
    );
    await doStep(contextOf(desktop), 'Type "new" into "Name"');
  });

  test('adds to a document', async () => {
    const document = { ...field, states: ['enabled', 'editable', 'multi line'] };
    const desktop = drawDesktop({ elements: [document] }, (action) =>
      action.type === 'type' ? { elements: [{ ...document, text: `old${action.text}` }] } : undefined,
    );
    await doStep(contextOf(desktop), 'Type "new" into the document');
    expect(desktop.actions).toEqual([clickAt(50, 20), { type: 'type', text: 'new' }]);
  });

  test('of nothing clears the field', async () => {
    const desktop = drawDesktop({ elements: [field] }, (action) =>
      action.type === 'keypress' && action.keys[0] === 'DELETE'
        ? { elements: [{ ...field, text: '' }] }
        : undefined,
    );
    const context = contextOf(desktop);
    await doStep(context, 'Clear "Name"');
    expect(desktop.actions).toEqual([clickAt(50, 20), selectAll, { type: 'keypress', keys: ['DELETE'] }]);
    expect(context.kept).toMatchObject([{ title: 'Clear "Name" (text)' }]);
  });

  test('is done again where a busy application has taken none of the keys', async () => {
    let rounds = 0;
    const desktop = drawDesktop({ elements: [field] }, (action) =>
      action.type === 'type' && ++rounds === 2 ? { elements: [{ ...field, text: action.text }] } : undefined,
    );
    const context = contextOf(desktop);
    await doStep(context, 'Type "new" into "Name"');
    const once = [clickAt(50, 20), selectAll, { type: 'type', text: 'new' }];
    expect(desktop.actions).toEqual([...once, ...once]);
    expect(context.kept.map(({ title }) => title)).toEqual([
      'Type "new" into "Name" (text)',
      'Type "new" into "Name" (text), again',
    ]);
  });

  test('fails when the field has another text then', async () => {
    const desktop = drawDesktop({ elements: [field] }, () => ({ elements: [{ ...field, text: 'ne' }] }));
    await expect(doStep(contextOf(desktop), 'Type "new" into "Name"')).rejects.toMatchObject(
      failure('no-effect', 'typed "new" into "Name", which now has "ne"'),
    );
  });

  test('into a document fails when nothing is added, though it had the text before', async () => {
    const document = { ...field, text: 'new', states: ['enabled', 'editable', 'multi line'] };
    await expect(
      doStep(contextOf(drawDesktop({ elements: [document] }, () => ({}))), 'Type "new" into "Name"'),
    ).rejects.toMatchObject(failure('no-effect', 'typed "new" into "Name", which now has "new"'));
  });

  for (const [why, after] of [
    ['hides its content', [{ ...field, text: '●●●' }]],
    ['is gone', []],
  ] satisfies readonly (readonly [string, readonly Element[]])[]) {
    test(`is not read back from a field that ${why}`, async () => {
      const desktop = drawDesktop({ elements: [field] }, () => ({ elements: after }));
      await doStep(contextOf(desktop), 'Type "new" into "Name"');
    });
  }

  test('waits for a field that appears late', async () => {
    const desktop = drawDesktop([{ elements: [save] }, { elements: [field] }], (action) =>
      action.type === 'type' ? { elements: [{ ...field, text: action.text }] } : undefined,
    );
    await doStep(contextOf(desktop), 'Type "new" into "Name"');
    expect(desktop.actions).toHaveLength(3);
  });
});
