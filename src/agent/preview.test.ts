import { expect, test } from '@playwright/test';
import { describePlace, preview } from './preview.js';
import { element } from './testing.js';

const screen = [
  element('frame', 'Main', { states: ['enabled', 'active'] }),
  element('push button', 'Save', { id: 'save' }),
  element('push button', 'Save As…', { id: 'as' }),
  element('label', 'Save', { id: 'label' }),
  element('push button', 'Quit', { id: 'quit' }),
];

/** A preview with its elements by their ids. */
function seen(step: string): unknown {
  const { target, candidates, ...rest } = preview(step, screen);
  return { ...rest, target: target?.id, candidates: candidates.map(({ id }) => id) };
}

test('tells what a step is read as, its target and what else it may mean', () => {
  expect(seen('Click "Save"')).toEqual({
    reads: ['click "Save"'],
    target: 'save',
    candidates: ['label', 'as'],
  });
  expect(seen('Right-click the "Save" button, then wait until "Done" is shown and press Ctrl+S')).toEqual({
    reads: ['click "Save" button with the right button', 'wait screen shows "Done"', 'press Ctrl+S'],
    target: 'save',
    candidates: ['as', 'label'],
  });
});

test('tells why there is no target, and what is there', () => {
  expect(seen('Click "Savee"')).toEqual({
    reads: ['click "Savee"'],
    problem: expect.stringMatching(/^nothing on the screen is "Savee"\. Nearest: "Save" \(push button\)/),
    target: undefined,
    candidates: ['save', 'label', 'as'],
  });
});

test('a step without a target has no candidates, and one that is not understood no reading', () => {
  expect(seen('Press Enter')).toEqual({ reads: ['press Enter'], target: undefined, candidates: [] });
  expect(seen('Do as you like')).toEqual({ reads: [], target: undefined, candidates: [] });
});

test('an element is described in one line', () => {
  const note = element('text', '', { text: 'one\ntwo', box: { x: 1, y: 2, width: 3, height: 4 } });
  expect(describePlace(note)).toBe('"one two" (text) at 1,2 3×4 of demo');
});
