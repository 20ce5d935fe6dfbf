import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Element } from '../desktop/types.js';
import { doStep } from './local.js';
import { phrases } from './phrase.js';
import { centre } from './place.js';
import { contextOf, drawDesktop, element } from './testing.js';

/** Accessibility trees as real applications gave them. */
const directory = join(import.meta.dirname, '../../fixtures/trees');
const trees = readdirSync(directory).map((name) => ({
  name: name.replace('.json', ''),
  elements: JSON.parse(readFileSync(join(directory, name), 'utf8')) as readonly Element[],
}));

/** Where the first click of a step goes, on a screen that answers to nothing. */
async function firstClick(step: string, elements: readonly Element[]): Promise<unknown> {
  const desktop = drawDesktop({ elements });
  // Nothing comes of the click, and some steps say so.
  const other = step.replace('"…"', '"something"');
  await doStep(contextOf(desktop, { timeout: 50 }), other).catch(() => {});
  const [first] = desktop.actions;
  return first?.type === 'click' ? { x: first.x, y: first.y } : first;
}

for (const { name, elements } of trees) {
  test(`every step for ${name} clicks into the middle of its element`, async () => {
    const steps = phrases(elements).filter(({ type }) => type === 'step');
    expect(steps.length).toBeGreaterThan(4);
    const clicks = await Promise.all(steps.map(({ sentence }) => firstClick(sentence, elements)));
    expect(clicks.map((click, index) => [steps[index]!.sentence, click])).toEqual(
      steps.map(({ sentence, element: each }) => [sentence, centre(each.box)]),
    );
  });
}

test('the sentences are those that a person would write', () => {
  const { elements } = trees.find(({ name }) => name === 'mousepad')!;
  const said = phrases(elements).filter(({ window }) => window.name === 'Find and Replace');
  expect(said.map(({ sentence }) => sentence)).toEqual([
    'Select "…" from "Search for"',
    'Type "…" into "Search for"',
    'Select "…" from "Replace with"',
    'Type "…" into "Replace with"',
    'Select "…" from "Search direction"',
    'Uncheck "Wrap around"',
    'Check "Match case"',
    'Check "Match whole word"',
    'Check "Regular expression"',
    'Check "Replace all in"',
    // Find and Replace are disabled, and so is the box beside the last one.
    'Click "Close"',
  ]);
});

test('what several elements are called is told apart', () => {
  const frame = element('frame', 'Main', { states: ['enabled'], box: box(0, 0, 400, 400) });
  const dialog = element('dialog', 'Sure?', { states: ['enabled'], box: box(400, 0, 200, 400) });
  const elements = [
    frame,
    element('push button', 'OK', { id: 'a', parent: frame.id, box: box(10, 10) }),
    element('label', 'OK', { id: 'b', parent: frame.id, box: box(10, 50) }),
    element('push button', 'OK', { id: 'c', parent: dialog.id, box: box(410, 10) }),
    dialog,
    element('push button', 'Say "hi"', { id: 'd', parent: dialog.id, box: box(410, 50) }),
    element('text', '', { id: 'e', parent: frame.id, box: box(10, 100), states: ['enabled', 'editable'] }),
    element('text', '', { id: 'f', parent: frame.id, box: box(10, 150), states: ['enabled', 'editable'] }),
    element('push button', 'Off', { id: 'g', parent: frame.id, states: [] }),
    element('push button', 'Beyond', { id: 'h', parent: frame.id, box: box(390, 390) }),
  ];
  expect(phrases(elements).map((phrase) => [phrase.element.id, phrase.window.name, phrase.sentence])).toEqual(
    [
      ['a', 'Main', 'Click the "OK" button in the window "Main"'],
      ['b', 'Main', '"OK" is shown'],
      ['c', 'Sure?', 'Click the "OK" button in the dialog "Sure?"'],
      ['d', 'Sure?', String.raw`Click "Say \"hi\""`],
      ['e', 'Main', 'Type "…" into the field under "OK"'],
      ['f', 'Main', 'Type "…" into the second field'],
    ],
  );
});

function box(x: number, y: number, width = 80, height = 20): Element['box'] {
  return { x, y, width, height };
}
