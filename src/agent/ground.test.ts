import { expect, test } from '@playwright/test';
import type { Element } from '../desktop/types.js';
import { AgentError } from './error.js';
import { findMask, ground, groundCheckable, groundField } from './ground.js';
import { readSentence } from './language/sentence.js';
import { parseTarget, type Target } from './language/target.js';
import { element } from './testing.js';

function target(phrase: string): Target {
  const sentence = readSentence(phrase);
  return parseTarget(sentence, sentence.words)!;
}

/** The id of what a phrase grounds to, or the code and message of the error. */
function grounded(phrase: string, elements: readonly Element[], find = ground): string {
  try {
    return find(target(phrase), elements).element.id;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

function at(x: number, y: number, width = 80, height = 20): Pick<Element, 'box'> {
  return { box: { x, y, width, height } };
}

const which = 'Say which one, for example "the second …", "… next to …" or "… in the dialog …".';

test.describe('names', () => {
  test('an exact name wins over one that differs in case, and that over a partial one', () => {
    const elements = ['Save all', 'SAVE…', 'Save'].map((name) => element('push button', name));
    const [part, same, exact] = elements;
    expect(ground({ name: 'Save' }, elements)).toEqual({ element: exact });
    expect(ground({ name: 'Save' }, [part!, same!])).toEqual({ element: same });
    expect(ground({ name: 'Save' }, [part!])).toEqual({ element: part, partOf: 'Save all' });
  });

  test('a partial name is whole words', () => {
    const elements = [element('push button', 'Unsaved'), element('push button', 'Saver')];
    expect(grounded('"Save"', elements)).toBe(
      'not-found: nothing on the screen is "Save". Nearest: "Saver" (push button); "Unsaved" (push button).',
    );
  });

  test('several names that hold the wanted one are ambiguous, whatever their roles', () => {
    const elements = [element('push button', 'Save all'), element('label', 'Save failed')];
    expect(grounded('"Save"', elements)).toBe(
      `ambiguous: nothing is just "Save", and 2 elements have it in their names: "Save all" (push button); "Save failed" (label). ${which}`,
    );
  });

  test('a label and what it labels are one, also in part', () => {
    const label = element('label', 'Search for:');
    const field = element('text', '', { id: 'field', labels: ['Search for:'] });
    expect([grounded('"Search for"', [label, field]), grounded('"Search"', [label, field])]).toEqual([
      'field',
      'field',
    ]);
  });

  test('the text of a field does not name it, that of a label does', () => {
    const field = element('text', '', { id: 'field', text: 'Save', states: ['enabled', 'editable'] });
    const label = element('label', '', { id: 'label', text: 'Save' });
    expect(grounded('"Save"', [field, label])).toBe('label');
    expect(grounded('"Save"', [field])).toBe(
      'not-found: nothing on the screen is "Save". The accessibility tree shows nothing.',
    );
  });
});

test.describe('preferences among equals', () => {
  const button = element('push button', 'OK');
  const label = element('label', 'OK');

  test('what can be used wins over a label', () => {
    expect(grounded('"OK"', [label, button])).toBe(button.id);
  });

  test('a kind that is said decides', () => {
    expect(grounded('the label "OK"', [label, button])).toBe(label.id);
    expect(grounded('the "OK" link', [label, button])).toBe(
      'not-found: nothing on the screen is "OK" link. Nearest: "OK" (push button); "OK" (label).',
    );
  });

  test('the active window wins over others', () => {
    const frame = element('frame', 'Main', { states: ['showing'] });
    const dialog = element('dialog', 'Find', { states: ['showing', 'active'] });
    const back = element('push button', 'OK', { id: 'back', parent: frame.id });
    const front = element('push button', 'OK', { id: 'front', parent: dialog.id });
    expect(grounded('"OK"', [frame, dialog, back, front])).toBe('front');
    expect(grounded('"OK" in the window "Main"', [frame, dialog, back, front])).toBe('back');
  });

  test('an element and what is inside it are one', () => {
    const inside = element('label', 'OK', { parent: button.id });
    expect(grounded('"OK"', [button, inside])).toBe(button.id);
  });

  test('what is still equal is ambiguous', () => {
    const other = element('push button', 'OK', { id: 'other' });
    expect(grounded('"OK"', [button, other])).toBe(
      `ambiguous: 2 elements are "OK": "OK" (push button); "OK" (push button). ${which}`,
    );
  });

  test('of many that are equal eight are listed', () => {
    const many = Array.from({ length: 9 }, (_, index) => element('push button', 'OK', { id: `${index}` }));
    expect(grounded('"OK"', many)).toBe(
      `ambiguous: 9 elements are "OK": ${Array.from({ length: 8 }, () => '"OK" (push button)').join('; ')}; …. ${which}`,
    );
  });
});

test.describe('ordinals', () => {
  // Drawn out of order, and not quite in line.
  const elements = [
    element('push button', 'OK', { id: 'lower', ...at(10, 50) }),
    element('push button', 'OK', { id: 'right', ...at(200, 9) }),
    element('push button', 'OK', { id: 'left', ...at(10, 12) }),
  ];

  test('count in reading order', () => {
    const phrases = ['the first "OK"', 'the second "OK"', 'the 3rd button', 'the last "OK"'];
    expect(phrases.map((phrase) => grounded(phrase, elements))).toEqual(['left', 'right', 'lower', 'lower']);
  });

  test('beyond the last find nothing', () => {
    expect(grounded('the fourth "OK"', elements)).toMatch(
      /^not-found: nothing on the screen is fourth "OK"\./,
    );
  });

  test('decide among partial names', () => {
    const names = ['Match case', 'Match whole word'].map((name, index) =>
      element('check box', name, { id: name, ...at(10, index * 30) }),
    );
    expect(grounded('the second "Match"', names)).toBe('Match whole word');
  });

  test('with a relation count from the nearest', () => {
    const label = element('label', 'List', at(10, 0, 80, 5));
    expect(grounded('the second button under "List"', [label, ...elements])).toBe('lower');
  });
});

test.describe('relations', () => {
  const name = element('label', 'Name', at(100, 100));
  const elements = [
    name,
    element('text', '', { id: 'left', ...at(15, 102) }),
    element('text', '', { id: 'right', ...at(190, 98) }),
    element('text', '', { id: 'far right', ...at(400, 100) }),
    element('text', '', { id: 'above', ...at(100, 60) }),
    element('text', '', { id: 'below', ...at(100, 119) }),
    element('text', '', { id: 'far below', ...at(100, 200) }),
    element('text', '', { id: 'elsewhere', ...at(500, 300) }),
  ];

  test('find the nearest in their direction', () => {
    const phrases = [
      'the field next to "Name"',
      'the field left of "Name"',
      'the field to the right of "Name"',
      'the field above "Name"',
      'the field under "Name"',
    ];
    expect(phrases.map((phrase) => grounded(phrase, elements))).toEqual([
      'left',
      'left',
      'right',
      'above',
      'below',
    ]);
  });

  test('"next to" prefers no side', () => {
    const close = element('text', '', { id: 'close', ...at(183, 100) });
    expect(grounded('the field next to "Name"', [...elements, close])).toBe('close');
  });

  test('find nothing where nothing lies in their direction', () => {
    expect(grounded('the button next to "Name"', elements)).toMatch(/^not-found: /);
    expect(grounded('the field under "Name"', [name, elements[4]!])).toMatch(/^not-found: /);
  });

  test('start from the label, and not from the field that it labels', () => {
    const label = element('label', 'Size', at(10, 10));
    const field = element('text', '', { id: 'field', labels: ['Size'], ...at(100, 10) });
    const other = element('text', '', { id: 'other', ...at(190, 10) });
    expect(grounded('the field next to "Size"', [label, field, other])).toBe('field');
    expect(grounded('the field right of "Size"', [field, other])).toBe('other');
  });

  test('do not count what surrounds the anchor', () => {
    const panel = element('table cell', '', { id: 'panel', ...at(0, 0, 600, 400) });
    const cell = element('table cell', '', { id: 'cell', ...at(190, 100) });
    expect(grounded('the cell next to "Name"', [panel, name, cell])).toBe('cell');
  });

  test('choose among names that are only equal without them', () => {
    const one = element('push button', 'Browse', { id: 'one', ...at(300, 100) });
    const two = element('push button', 'Browse', { id: 'two', ...at(300, 200) });
    expect(grounded('"Browse" next to "Name"', [name, one, two])).toBe('one');
    expect(grounded('"Browse"', [name, one, two])).toMatch(/^ambiguous: /);
  });

  test('"in" is a part of the tree or of the area', () => {
    const dialog = element('dialog', 'Find', at(0, 0, 300, 300));
    const child = element('push button', 'OK', { id: 'child', parent: dialog.id, ...at(900, 900) });
    const within = element('push button', 'Stop', { id: 'within', ...at(20, 20) });
    const outside = element('push button', 'OK', { id: 'outside', ...at(400, 20) });
    const all = [dialog, child, within, outside];
    expect([
      grounded('"OK" in the "Find" dialog', all),
      grounded('"Stop" in the dialog', all),
      grounded('"Quit" in the dialog', all).split(':')[0],
    ]).toEqual(['child', 'within', 'not-found']);
  });

  test('look for a partial name in their place when the exact one is elsewhere', () => {
    const dialog = element('dialog', 'Find', at(0, 0, 300, 300));
    const inside = element('push button', 'OK, go on', { ...at(20, 20) });
    const outside = element('push button', 'OK', { ...at(400, 20) });
    expect(ground(target('"OK" in the dialog "Find"'), [dialog, inside, outside])).toEqual({
      element: inside,
      partOf: 'OK, go on',
    });
  });

  test('fail when their anchor is not there or not the only one', () => {
    expect(grounded('the field next to "Size"', elements)).toMatch(
      /^not-found: nothing on the screen is "Size"\./,
    );
    const twin = element('label', 'Name', { id: 'twin', ...at(0, 400) });
    expect(grounded('the field next to "Name"', [...elements, twin])).toMatch(
      /^ambiguous: 2 elements are "Name": /,
    );
  });
});

test.describe('by purpose', () => {
  test('a field is the entry inside of the combo box that has the name', () => {
    const combo = element('combo box', 'Search for', { id: 'combo' });
    const entry = element('text', '', { id: 'entry', parent: 'combo', states: ['enabled', 'editable'] });
    expect(grounded('"Search for"', [combo, entry], groundField)).toBe('entry');
    expect(grounded('"Search for"', [combo], groundField)).toBe('combo');
  });

  test('text goes into a field and never into a button', () => {
    const button = element('push button', 'Name');
    expect(grounded('"Name"', [button], groundField)).toBe(
      'not-found: nothing on the screen is "Name" field. Nearest: "Name" (push button).',
    );
  });

  test('a check mark goes on a check box and never on a button', () => {
    const button = element('push button', 'Replace all');
    const box = element('check box', 'Replace all in:');
    expect(grounded('"Replace all"', [button, box], groundCheckable)).toBe(box.id);
    expect(grounded('"Replace all"', [button], groundCheckable)).toMatch(/^not-found: /);
  });

  test('a mask is a phrase, or else a name', () => {
    const bar = element('status bar', '');
    const clock = element('label', 'clock');
    expect([findMask('the status bar', [bar, clock]), findMask('the clock', [bar, clock])]).toEqual([
      bar,
      clock,
    ]);
  });
});

test('says what comes closest to a name that nothing has', () => {
  const elements = ['Find', 'Replace', 'Close', 'Replace all in:', 'Help', 'Direction'].map((name) =>
    element('push button', name),
  );
  expect(grounded('the "Replace Everything" button', elements)).toMatch(
    /^not-found: nothing on the screen is "Replace Everything" button\. Nearest: "Replace all in:" \(push button\); "Replace" \(push button\); /,
  );
});

test.describe('rows of cells', () => {
  const cell = (name: string, x: number, y: number) =>
    element('table cell', name, { id: name, parent: 'table', ...at(x, y) });
  const table = element('table', 'Files', { id: 'table', ...at(0, 0, 160, 60) });
  const cells = [cell('apple', 0, 0), cell('3', 80, 0), cell('pear', 0, 20), cell('5', 80, 20)];
  const button = element('push button', 'Buy', { id: 'buy', parent: '5', ...at(90, 22, 40, 16) });
  const elements = [table, ...cells, button];

  test('an ordinal counts rows, and not their cells', () => {
    expect(grounded('the second row', elements)).toBe('pear');
    expect(grounded('the last row', elements)).toBe('pear');
    expect(grounded('the second item in "Files"', elements)).toBe('pear');
    expect(grounded('the second cell', elements)).toBe('3');
  });

  test('all cells of a row are in the row that one of them names', () => {
    expect(grounded('"5" in the row "pear"', elements)).toBe('5');
    expect(grounded('the second cell in the row "pear"', elements)).toBe('5');
    expect(grounded('"Buy" in the "pear" row', elements)).toBe('buy');
    expect(grounded('"Buy" in the first row', elements)).toContain('not-found: ');
  });
});
