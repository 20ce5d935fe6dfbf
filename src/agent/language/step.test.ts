import { expect, test } from '@playwright/test';
import { forms, type Instruction } from './instruction.js';
import { parseStep } from './step.js';
import type { Claim } from './claim.js';
import type { Target } from './target.js';

const click = (target: Target): Instruction => ({ do: 'click', target, button: 'left', count: 1 });
const type = (text: string, target?: Target): Instruction => ({
  do: 'type',
  text,
  ...(target && { target }),
});
const press = (...chords: readonly string[][]): Instruction => ({ do: 'press', chords });
const menu = (...path: readonly string[]): Instruction => ({ do: 'menu', path });
const check = (target: Target): Instruction => ({ do: 'check', target, checked: true });
const launch = (command: string): Instruction => ({ do: 'launch', command });
const wait = (text: string, more: { readonly not?: true; readonly within?: number } = {}): Instruction => ({
  do: 'wait',
  claim: { about: 'screen', not: false, match: { op: 'shows', text }, ...more },
});

const shown = (text: string): Claim => ({ about: 'screen', not: false, match: { op: 'shows', text } });

const steps: readonly (readonly [step: string, ...instructions: Instruction[]])[] = [
  // Compound
  [
    'Click "Next" until "Finish" is shown',
    {
      do: 'repeat',
      steps: [click({ name: 'Next' })],
      until: { about: 'screen', not: false, match: { op: 'shows', text: 'Finish' } },
    },
  ],
  [
    'If "Overwrite" is shown, click "Replace"',
    {
      do: 'conditional',
      claim: { about: 'screen', not: false, match: { op: 'shows', text: 'Overwrite' } },
      steps: [click({ name: 'Replace' })],
    },
  ],
  // Gestures
  ['Append "!" to "Name"', { do: 'type', text: '!', target: { name: 'Name' }, append: true }],
  ['Select "North" from "Tab position"', { do: 'select', option: 'North', target: { name: 'Tab position' } }],
  ['Scroll down', { do: 'scroll', direction: 'down', notches: 1 }],
  ['Scroll up 3 times in "Notes"', { do: 'scroll', direction: 'up', notches: 3, target: { name: 'Notes' } }],
  ['Drag "a.txt" to "Trash"', { do: 'drag', from: { name: 'a.txt' }, to: { name: 'Trash' } }],
  ['Run the command "touch x"', { do: 'run', command: 'touch x' }],
  // Clicks
  ['Click "Save"', click({ name: 'Save' })],
  ['click on “Save”.', click({ name: 'Save' })],
  ['CLICK THE "Save" BUTTON', click({ name: 'Save', kind: 'button' })],
  ['Please click Save', click({ name: 'Save' })],
  ['Click Find and Replace', click({ name: 'Find and Replace' })],
  ['Click "Press Enter and close"', click({ name: 'Press Enter and close' })],
  ['Press "OK"', click({ name: 'OK' })],
  ['Press the OK button', click({ name: 'OK', kind: 'button' })],
  ['Hit the second "OK"', click({ name: 'OK', ordinal: 2 })],
  ['Select the "General" tab', click({ name: 'General', kind: 'tab' })],
  ['Choose the radio button "Up"', click({ name: 'Up', kind: 'radio button' })],
  [
    'Click the field next to "Name"',
    click({ kind: 'field', relation: { kind: 'next to', anchor: { name: 'Name' } } }),
  ],
  ['Open the "File" menu', click({ name: 'File', kind: 'menu' })],
  ['Open the Search menu', click({ name: 'Search', kind: 'menu' })],
  ['Double-click "notes.txt"', { do: 'click', target: { name: 'notes.txt' }, button: 'left', count: 2 }],
  ['Double click on notes.txt', { do: 'click', target: { name: 'notes.txt' }, button: 'left', count: 2 }],
  [
    'Right-click the "Downloads" item',
    { do: 'click', target: { name: 'Downloads', kind: 'item' }, button: 'right', count: 1 },
  ],
  [
    'Open the context menu of "Downloads"',
    { do: 'click', target: { name: 'Downloads' }, button: 'right', count: 1 },
  ],
  ['Middle-click "Tab"', { do: 'click', target: { name: 'Tab' }, button: 'middle', count: 1 }],
  ['Hover over "Help"', { do: 'hover', target: { name: 'Help' } }],
  ['Put the pointer over the "Size" combo box', { do: 'hover', target: { name: 'Size', kind: 'combo box' } }],
  // Check boxes
  ['Check "Match case"', check({ name: 'Match case' })],
  ['Tick the match case check box', check({ name: 'match case', kind: 'check box' })],
  ['Uncheck "Match case"', { do: 'check', target: { name: 'Match case' }, checked: false }],
  // Text
  ['Type "hello"', type('hello')],
  ['Type "a \\"b\\"" into "Name"', type('a "b"', { name: 'Name' })],
  ['Type “hello” into „Name“', type('hello', { name: 'Name' })],
  ['Enter "x" in the "Name" field', type('x', { name: 'Name', kind: 'field' })],
  ['Write "x" into Name', type('x', { name: 'Name' })],
  ['Input "x" into the second field', type('x', { kind: 'field', ordinal: 2 })],
  [
    'Type "color" into the field next to "Replace with:"',
    type('color', { kind: 'field', relation: { kind: 'next to', anchor: { name: 'Replace with:' } } }),
  ],
  ['Fill "Name" with "x"', type('x', { name: 'Name' })],
  ['Fill in the "Name" field with "x"', type('x', { name: 'Name', kind: 'field' })],
  ['Type "" into "Name"', type('', { name: 'Name' })],
  ['Clear the "Name" field', type('', { name: 'Name', kind: 'field' })],
  // Keys
  ['Press Ctrl+S', press(['Ctrl', 'S'])],
  ['Press Ctrl-S', press(['Ctrl', 'S'])],
  ['Press Ctrl + Shift + S', press(['Ctrl', 'Shift', 'S'])],
  ['Use the Ctrl+S keys', press(['Ctrl', 'S'])],
  ['Press enter', press(['enter'])],
  ['Press the Enter key', press(['Enter'])],
  ['Press Alt', press(['Alt'])],
  ['Press a', press(['a'])],
  ['Press Ctrl++', press(['Ctrl', '+'])],
  ['Press Ctrl+-', press(['Ctrl', '-'])],
  ['Press Ctrl+.', press(['Ctrl', '.'])],
  ['Press F10.', press(['F10'])],
  ['Press Tab twice', press(['Tab'], ['Tab'])],
  ['Press Down 3 times', press(['Down'], ['Down'], ['Down'])],
  ['Press Down two times', press(['Down'], ['Down'])],
  ['Press Ctrl+A, then Delete', press(['Ctrl', 'A'], ['Delete'])],
  ['Press Home and Shift+End', press(['Home'], ['Shift', 'End'])],
  // Menus
  ['Open File > Save As…', menu('File', 'Save As…')],
  ['Choose File>Save.', menu('File', 'Save')],
  ['Select "Edit" → "Preferences..."', menu('Edit', 'Preferences...')],
  ['Open the File menu > Save As...', menu('File', 'Save As...')],
  ['Open Search > Find and Replace…', menu('Search', 'Find and Replace…')],
  ['Go to View > Zoom > Zoom In', menu('View', 'Zoom', 'Zoom In')],
  ['Click File | Save', menu('File', 'Save')],
  // Waiting
  ['Wait until "Done" is shown', wait('Done')],
  ['Wait for "Done"', wait('Done')],
  ['Wait for "Done" to appear', wait('Done')],
  ['Wait for "Busy" to disappear', wait('Busy', { not: true })],
  ['Wait until "Done" is visible within 5 s', wait('Done', { within: 5_000 })],
  [
    'Wait until the window "Find" is open',
    { do: 'wait', claim: { about: 'windows', not: false, match: { op: 'is', text: 'Find' } } },
  ],
  [
    'Wait for the dialog "Find" to close',
    { do: 'wait', claim: { about: 'windows', not: true, match: { op: 'is', text: 'Find' } } },
  ],
  ['Wait 2 s', { do: 'pause', milliseconds: 2_000 }],
  ['Wait for 250 ms', { do: 'pause', milliseconds: 250 }],
  ['Wait 1 minute', { do: 'pause', milliseconds: 60_000 }],
  // Windows and applications
  ['Close the dialog', { do: 'close', what: 'dialog' }],
  ['Close the window.', { do: 'close', what: 'window' }],
  ['Close it', { do: 'close', what: 'window' }],
  ['Close the active window', { do: 'close', what: 'window' }],
  ['Close "Preferences"', { do: 'close', what: 'window', title: 'Preferences' }],
  ['Dismiss the Preferences dialog', { do: 'close', what: 'dialog', title: 'Preferences' }],
  ['Close the window "Find and Replace"', { do: 'close', what: 'window', title: 'Find and Replace' }],
  ['Quit mousepad', { do: 'close', what: 'window', title: 'mousepad' }],
  ['Start mousepad', launch('mousepad')],
  ['Start mousepad notes.txt', launch('mousepad notes.txt')],
  ['Run ./install.sh --prefix=/usr -v', launch('./install.sh --prefix=/usr -v')],
  ['Launch the application "xfce4-terminal -e top"', launch('xfce4-terminal -e top')],
  // Several at once
  ['Press Ctrl+S and close the dialog', press(['Ctrl', 'S']), { do: 'close', what: 'dialog' }],
  ['Close the dialog and press Ctrl+S', { do: 'close', what: 'dialog' }, press(['Ctrl', 'S'])],
  ['Type "x" into "Name" and press Enter', type('x', { name: 'Name' }), press(['Enter'])],
  ['Type "x" into Name, then click OK', type('x', { name: 'Name' }), click({ name: 'OK' })],
  ['Press Ctrl+End, then type "bread"', press(['Ctrl', 'End']), type('bread')],
  ['Click Save and then press Enter', click({ name: 'Save' }), press(['Enter'])],
  ['Click Cut and Paste and press Enter', click({ name: 'Cut and Paste' }), press(['Enter'])],
  ['Open Search > Find and Replace… and type "x"', menu('Search', 'Find and Replace…'), type('x')],
  ['Click "A". Then click "B".', click({ name: 'A' }), click({ name: 'B' })],
  [
    'Start mousepad; click "A", wait for "B" and close it',
    launch('mousepad'),
    click({ name: 'A' }),
    wait('B'),
    { do: 'close', what: 'window' },
  ],
  // Windows
  ['Maximise the window', { do: 'window', change: 'maximise' }],
  ['Maximize the "Notes" window', { do: 'window', change: 'maximise', title: 'Notes' }],
  ['Switch to the window "Notes"', { do: 'window', change: 'activate', title: 'Notes' }],
  ['Activate the "Find" dialog', { do: 'window', change: 'activate', title: 'Find' }],
  ['Minimise it', { do: 'window', change: 'minimise' }],
  ['Restore the "Notes" window', { do: 'window', change: 'restore', title: 'Notes' }],
  ['Close the application', { do: 'close', what: 'window' }],
  // Keys and the clipboard
  ['Press Enter in "Name"', { do: 'press', chords: [['Enter']], target: { name: 'Name' } }],
  ['Select all', press(['Ctrl', 'A'])],
  ['Copy the selection and paste it', press(['Ctrl', 'C']), press(['Ctrl', 'V'])],
  ['Copy "x" to the clipboard', { do: 'copy', text: 'x' }],
  // Several times, several targets
  ['Click "Save" twice', { do: 'times', steps: [click({ name: 'Save' })], count: 2 }],
  ['Click Save 3 times', { do: 'times', steps: [click({ name: 'Save' })], count: 3 }],
  ['Click "A" and "B"', click({ name: 'A' }), click({ name: 'B' })],
  ['Check "A", "B" and "C"', check({ name: 'A' }), check({ name: 'B' }), check({ name: 'C' })],
  // Where
  [
    'In the "Find" dialog, click "Replace"',
    click({ name: 'Replace', relation: { kind: 'in', anchor: { name: 'Find', kind: 'dialog' } } }),
  ],
  ['In "Name", type "x"', type('x', { name: 'Name' })],
  ['From the File menu, choose "Save"', menu('File', 'Save')],
  ['Choose "Save" from the "File" menu', menu('File', 'Save')],
  // Choices and values
  [
    'Select "Large" in the "Size" list',
    { do: 'select', option: 'Large', target: { name: 'Size', kind: 'list' } },
  ],
  ['Set "Volume" to 50', { do: 'set', target: { name: 'Volume' }, value: '50' }],
  [
    'Change the "Size" combo box to "Large"',
    { do: 'set', target: { name: 'Size', kind: 'combo box' }, value: 'Large' },
  ],
  ['Type 42 into "Width"', type('42', { name: 'Width' })],
  ['Expand "Documents"', { do: 'expand', target: { name: 'Documents' }, expanded: true }],
  ['Switch to the "Advanced" tab', click({ name: 'Advanced', kind: 'tab' })],
  ['Turn off "Wrap"', { do: 'check', target: { name: 'Wrap' }, checked: false }],
  // Scrolling
  ['Scroll to "Last chapter"', { do: 'reveal', target: { name: 'Last chapter' } }],
  ['Scroll "Last chapter" into view', { do: 'reveal', target: { name: 'Last chapter' } }],
  ['Scroll to the bottom of "Notes"', { do: 'scrollToEnd', direction: 'down', target: { name: 'Notes' } }],
  ['Scroll to the top', { do: 'scrollToEnd', direction: 'up' }],
  [
    'Scroll down until "End" is in view',
    { do: 'repeat', steps: [{ do: 'scroll', direction: 'down', notches: 1 }], until: shown('End') },
  ],
  // Files
  ['Choose the file "~/a.txt"', { do: 'chooseFile', path: '~/a.txt', how: 'open' }],
  ['Open the file notes.txt', { do: 'chooseFile', path: '~/notes.txt', how: 'open' }],
  ['Save the file as "~/b c.txt"', { do: 'chooseFile', path: '~/b c.txt', how: 'save' }],
  ['Save as copy.txt', { do: 'chooseFile', path: '~/copy.txt', how: 'save' }],
  ['Open "~/my notes.txt" with mousepad', launch("mousepad ~/'my notes.txt'")],
  ['Open mousepad', { do: 'open', what: 'mousepad' }],
  // Questions
  [
    'If asked to overwrite, confirm',
    {
      do: 'conditional',
      claim: { about: 'asked', not: false, topic: 'overwrite' },
      steps: [{ do: 'answer', how: 'accept' }],
    },
  ],
  [
    'If you are asked, cancel',
    { do: 'conditional', claim: { about: 'asked', not: false }, steps: [{ do: 'answer', how: 'refuse' }] },
  ],
  [
    'When a dialog appears, close it',
    {
      do: 'conditional',
      claim: { about: 'element', not: false, target: { kind: 'dialog' } },
      steps: [{ do: 'close', what: 'window' }],
    },
  ],
  ['Answer "Discard"', click({ name: 'Discard', kind: 'button' })],
  ['Confirm the dialog', { do: 'answer', how: 'accept' }],
  // Looking
  ['Check that "Saved" is shown', { do: 'expect', claim: shown('Saved') }],
  ['Make sure "Saved" is shown', { do: 'expect', claim: shown('Saved') }],
  [
    'Note the value of "Tab position" as before',
    { do: 'remember', reading: { of: 'value', target: { name: 'Tab position' } }, as: 'before' },
  ],
  [
    'Remember the number of rows in "Files" as "Row count"',
    {
      do: 'remember',
      reading: { of: 'count', target: { kind: 'row', relation: { kind: 'in', anchor: { name: 'Files' } } } },
      as: 'row count',
    },
  ],
  ['Remember the title as t', { do: 'remember', reading: { of: 'title' }, as: 't' }],
  ['Take a screenshot', { do: 'look' }],
  // Waiting for a change
  [
    'Wait until "Status" changes',
    { do: 'wait', claim: { about: 'same', not: true, reading: { of: 'value', target: { name: 'Status' } } } },
  ],
  ['Wait until the screen stops changing', { do: 'wait', claim: { about: 'still', not: false } }],
  [
    'Wait for the "Save" button to be enabled',
    {
      do: 'wait',
      claim: { about: 'state', not: false, state: 'enabled', target: { name: 'Save', kind: 'button' } },
    },
  ],
  [
    'Wait until the file ~/x.txt exists',
    { do: 'wait', claim: { about: 'file', not: false, path: '~/x.txt' } },
  ],
];

for (const [step, ...instructions] of steps) {
  test(`reads the step: ${step}`, () => expect(parseStep(step)).toEqual(instructions));
}

const unread: readonly (readonly [why: string, ...steps: string[]])[] = [
  [
    'says nothing that can be done',
    '',
    'Click',
    'Click on',
    'Press',
    'Type',
    'Wait',
    'Open',
    'Close',
    'Start',
    'Check',
  ],
  ['begins with no word for an action', 'Make everything nice', 'I click "Save"', '"Save"'],
  [
    'has a text to type without quotes',
    'Type hello into "Name"',
    'Type hello',
    'Fill "Name" with hello',
    'Type ""',
  ],
  ['has a quote that stays open', 'Click "Save', 'Type "x into "Name"', 'Close "Find'],
  [
    'has an unknown key',
    'Press Blorp',
    'Press Ctrl+Blorp',
    'Press F25',
    'Press A+B',
    'Press Tab 0 times',
    'Press Enter, Blorp',
  ],
  ['leaves the key open', 'Press a key', 'Press any key', 'Press Ctrl and S', 'Press the'],
  ['says more than the form holds', 'Click Save carefully and look'],
  [
    'goes on with something unknown',
    'Click Save and verify the file',
    'Press Ctrl+S and have a look',
    'Open File > Save and verify it',
    'Start mousepad and do something',
    'Type "x" into Name and verify',
    'Close Find and see',
    'Wait for "A" and B',
  ],
  ['could be two actions or one name', 'Click Save and Close', 'Click Find and Open'],
  [
    'does not say which',
    'Click everything',
    'Click it',
    'Click every "OK"',
    'Select a file',
    'Select the file',
    'Pick a colour',
    'Click any button',
    'Close all windows',
    'Click the second',
  ],
  ['wants something looked at, not clicked', 'Check the result', 'Check everything'],
  ['clicks the middle of a window', 'Click the window'],
  [
    'closes what is no window',
    'Close the tab',
    'Close the file',
    'Close the "File" menu',
    'Close the second window',
  ],
  ['names a menu in half', 'Open File >', 'Open > Save', 'Open File > "" > Save'],
  [
    'could be prose or a command line',
    'Open the context menu',
    'Open the preferences',
    'Open Search',
    'Open "notes.txt"',
    'Start the installer',
    'Start mousepad with notes.txt',
    'Start "Acme" from the applications menu',
    'Run it',
    'Start over',
  ],
  ['waits for nothing that can be seen', 'Wait a moment', 'Wait until it is ready', 'Wait 2'],
];

for (const [why, ...texts] of unread) {
  for (const text of texts) {
    test(`does not guess a step that ${why}: ${text}`, () => expect(parseStep(text)).toBeUndefined());
  }
}

test('reads each form that it advises', () => {
  expect(forms.filter((form) => parseStep(form) === undefined)).toEqual([]);
});

test('gives up on long prose at once', () => {
  const started = performance.now();
  expect(parseStep(`Click "A", ${'then click "B", and press Enter, '.repeat(500)}or so`)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(2_000);
});
