import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import type { Check } from '../spec/index.js';
import { parseExpectation } from './language/claim.js';
import { judgeCheck, judgeClaim, type Judgement } from './judge.js';
import { contextOf, drawDesktop, element, topLevel, type Scene } from './testing.js';

/** Judges a sentence on a screen, with no time for it to become true. */
function judged(sentence: string, scene: Scene): Promise<Judgement> {
  return judgeClaim(contextOf(drawDesktop(scene), { timeout: 0 }), parseExpectation(sentence)!);
}

const screen = (...texts: readonly string[]): Scene => ({
  elements: texts.map((text) => element('label', text)),
});

test.describe('text on the screen', () => {
  const cases: readonly (readonly [sentence: string, text: string, held: 'held' | 'not held'])[] = [
    ['"Saved" is shown', 'Saved', 'held'],
    ['"saved" is shown', 'File SAVED.', 'held'],
    ['"2 occurrences" is shown', '2 occurrences', 'held'],
    ['"occurrence" is shown', '2 occurrences', 'held'],
    // A part of another word or number is not what was meant.
    ['"2 occurrences" is shown', '12 occurrences', 'not held'],
    ['"occurrences: 2" is shown', 'occurrences: 21', 'not held'],
    ['"Total 1" is shown', 'Total 1.5', 'not held'],
    ['"5 items" is shown', '1.5 items', 'not held'],
    ['"saved" is shown', 'unsaved changes', 'not held'],
    ['"*" is shown', '*notes.txt', 'held'],
    ['"codex-test" is shown', 'Hello from codex-test', 'held'],
    ['"Error" is not shown', 'Saved', 'held'],
    ['"Error" is not shown', 'Errors', 'not held'],
    ['"Error" is gone', 'IOError', 'not held'],
  ];
  for (const [sentence, text, held] of cases) {
    test(`${sentence}, where "${text}" is: ${held}`, async () => {
      expect((await judged(sentence, screen(text))).held).toBe(held === 'held');
    });
  }

  test('is said with what was expected and what was found', async () => {
    expect(await judged('"Saved" is shown', screen('File', 'Saved'))).toEqual({
      held: true,
      expected: 'a text on the screen that shows "Saved"',
      found: 'the screen shows "Saved"',
    });
    expect(await judged('"Error" is not shown', screen('Error 5'))).toEqual({
      held: false,
      expected: 'no text on the screen that contains "Error"',
      found: 'the screen shows "Error 5"',
    });
  });

  test('that is not there is said with the three nearest texts', async () => {
    const texts = [
      'Quit',
      '3 occurrences',
      '3 occurrences',
      'no occurrences',
      'occurrences?',
      'occurrences of it',
    ];
    expect(await judged('"2 occurrences" is shown', screen(...texts))).toEqual({
      held: false,
      expected: 'a text on the screen that shows "2 occurrences"',
      found:
        'no text on the screen shows "2 occurrences"; nearest: "3 occurrences", "no occurrences", "occurrences of it"',
    });
  });

  test('is also that of a field and of a label', async () => {
    const field = element('text', '', { text: 'typed', labels: ['Name'], states: ['editable'] });
    for (const sentence of ['"typed" is shown', '"Name" is shown'])
      expect(await judged(sentence, { elements: [field] })).toMatchObject({ held: true });
  });

  test('that is long is cut in what is said', async () => {
    const { found } = await judged('"a" is shown', screen('a '.repeat(200)));
    expect(found).toBe(`the screen shows "${'a '.repeat(100)}…"`);
  });
});

test.describe('titles and windows', () => {
  const windows = [
    topLevel('*notes.txt - Mousepad', { id: 1, active: false }),
    topLevel('Find and Replace', { id: 2 }),
  ];

  const cases: readonly (readonly [sentence: string, held: 'held' | 'not held'])[] = [
    ['the title is "Find and Replace"', 'held'],
    ['the title starts with "Find"', 'held'],
    ['the title ends with "Replace"', 'held'],
    ['the title contains "and"', 'held'],
    ['the title contains "notes"', 'not held'],
    ['the title no longer starts with "*"', 'held'],
    ['the title does not contain "and"', 'not held'],
    ['the window "find and replace" is open', 'held'],
    ['the window "Find" is open', 'not held'],
    ['the window "*Mousepad" is open', 'held'],
    ['the window "Preferences" is gone', 'held'],
    ['the "Find and Replace" dialog is closed', 'not held'],
  ];
  for (const [sentence, held] of cases) {
    test(`${sentence}: ${held}`, async () => {
      expect((await judged(sentence, { windows })).held).toBe(held === 'held');
    });
  }

  test('are said with what was expected and what was found', async () => {
    expect([
      await judged('the title no longer starts with "Find"', { windows }),
      await judged('the window "Find" is open', { windows }),
      await judged('the title is "x"', {}),
      await judged('the window "x" is open', {}),
    ]).toEqual([
      {
        held: false,
        expected: 'a title that does not start with "Find"',
        found: 'the title is "Find and Replace"',
      },
      {
        held: false,
        expected: 'a window with a title that is "Find"',
        found: 'open windows: "*notes.txt - Mousepad", "Find and Replace"',
      },
      { held: false, expected: 'a title that is "x"', found: 'no window is open' },
      { held: false, expected: 'a window with a title that is "x"', found: 'no window is open' },
    ]);
  });

  test('no title is none that has or lacks something', async () => {
    expect(await judged('the title does not contain "x"', {})).toMatchObject({ held: false });
  });
});

test.describe('time', () => {
  test('an expectation may become true late', async () => {
    const desktop = drawDesktop([screen('Saving'), screen('Saving…'), screen('Saved')]);
    expect(await judgeClaim(contextOf(desktop), parseExpectation('"Saved" is shown')!)).toMatchObject({
      held: true,
    });
  });

  test('its own time goes before that of the context', async () => {
    const started = performance.now();
    const context = contextOf(drawDesktop({}), { timeout: 60_000 });
    expect(await judgeClaim(context, parseExpectation('"Saved" is shown within 50 ms')!)).toMatchObject({
      held: false,
    });
    expect(performance.now() - started).toBeGreaterThan(49);
  });
});

test.describe('machine checks', () => {
  const notes = { '~/notes.txt': 'The color\nof the sky' };
  const scene: Scene = { ...screen('2 occurrences'), windows: [topLevel('Notes')] };
  const text = (match: Extract<Check, { name: 'text' }>['match'], not: 'not' | 'is' = 'is'): Checked => ({
    name: 'text',
    not: not === 'not',
    match,
  });
  type Checked = Exclude<Check, { name: 'screenshot' | 'image' }>;
  const file = { name: 'file', path: '~/notes.txt', not: false } as const;

  const cases: readonly (readonly [check: Checked, judgement: Judgement])[] = [
    [
      text({ op: 'contains', text: 'occurrence' }),
      {
        held: true,
        expected: 'a text on the screen that contains "occurrence"',
        found: 'the screen shows "2 occurrences"',
      },
    ],
    [
      text({ op: 'like', text: '* occurrences' }, 'not'),
      {
        held: false,
        expected: 'no text on the screen that is like "* occurrences"',
        found: 'the screen shows "2 occurrences"',
      },
    ],
    [
      text({ op: 'matches', pattern: String.raw`^\d+ occ`, flags: '' }),
      {
        held: true,
        expected: String.raw`a text on the screen that matches /^\d+ occ/`,
        found: 'the screen shows "2 occurrences"',
      },
    ],
    [
      text({ op: 'is', text: '2' }),
      {
        held: false,
        expected: 'a text on the screen that is "2"',
        found: 'no text on the screen is "2"',
      },
    ],
    [
      { name: 'window', not: false, match: { op: 'is', text: 'notes' } },
      { held: false, expected: 'a window with a title that is "notes"', found: 'open windows: "Notes"' },
    ],
    [file, { held: true, expected: '~/notes.txt exists', found: '~/notes.txt exists' }],
    [
      { ...file, not: true },
      { held: false, expected: '~/notes.txt does not exist', found: '~/notes.txt exists' },
    ],
    [
      { ...file, path: '~/none', not: true },
      { held: true, expected: '~/none does not exist', found: '~/none does not exist' },
    ],
    [
      { ...file, match: { op: 'contains', text: 'color' } },
      {
        held: true,
        expected: '~/notes.txt contains "color"',
        found: String.raw`~/notes.txt has "The color\nof the sky"`,
      },
    ],
    [
      { ...file, not: true, match: { op: 'contains', text: 'color' } },
      {
        held: false,
        expected: '~/notes.txt does not contain "color"',
        found: String.raw`~/notes.txt has "The color\nof the sky"`,
      },
    ],
    [
      { ...file, path: '~/none', not: true, match: { op: 'contains', text: 'color' } },
      { held: false, expected: '~/none does not contain "color"', found: '~/none does not exist' },
    ],
  ];
  for (const [check, judgement] of cases) {
    const name = [judgement.expected, judgement.held ? 'held' : 'not held', judgement.found].join(': ');
    test(`${check.name}: ${name}`, async () => {
      const context = contextOf(drawDesktop(scene), { timeout: 0, files: notes });
      expect(await judgeCheck(context, check)).toEqual(judgement);
    });
  }
});

test.describe('text that an application paints', () => {
  const canvas = element('canvas', '', { box: { x: 0, y: 0, width: 400, height: 300 } });
  const painted = [element('text on the screen', 'Saved')];
  const saved = parseExpectation('"Saved" is shown')!;

  test('is read from the picture, though that takes longer than there is time', async () => {
    const desktop = { ...drawDesktop({ elements: [canvas] }), texts: () => delay(150, painted) };
    expect(await judgeClaim(contextOf(desktop, { timeout: 10 }), saved)).toMatchObject({ held: true });
  });

  test('does not keep what the tree says waiting', async () => {
    const drawn = drawDesktop({ elements: [canvas] });
    const desktop = {
      ...drawn,
      texts: () => {
        drawn.show({ elements: [canvas, element('label', 'Saved')] });
        return new Promise<never>(() => {});
      },
    };
    const judgement = judgeClaim(contextOf(desktop), saved);
    expect(await judgement).toMatchObject({ held: true });
  });
});

test('the last look is at the screen that came while the one before took its time', async () => {
  const desktop = drawDesktop({ windows: [topLevel('Notes')] });
  const slow = {
    ...desktop,
    windows: async () => {
      const windows = await desktop.windows();
      if (windows[0]?.title === 'Notes') desktop.show({ windows: [topLevel('Saved')] });
      return windows;
    },
  };
  const claim = parseExpectation('the title is "Saved"')!;
  expect(await judgeClaim(contextOf(slow, { timeout: 0 }), claim)).toMatchObject({ held: true });
});
