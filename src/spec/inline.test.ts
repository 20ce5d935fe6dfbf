import { expect, test } from '@playwright/test';
import { readInline } from './inline.js';

for (const [line, text, offset] of [
  ['Open Search > Replace…', 'Open Search > Replace…', 0],
  ['Click **Save** and *wait*', 'Click Save and wait', 0],
  ['**Click** it', 'Click it', 2],
  ['Press `Ctrl+S` now', 'Press Ctrl+S now', 0],
  ['`Ctrl+S` now', 'Ctrl+S now', 1],
  ['Type <name> here', 'Type <name> here', 0],
  ['Choose 1\\. at 2 \\* 3', 'Choose 1. at 2 * 3', 0],
  ['Tom &amp; Jerry', 'Tom & Jerry', 0],
  ['Open [the page](http://x.example)', 'Open the page', 0],
  ['Type "*bold*" and **"__init__.py"**', 'Type "*bold*" and "__init__.py"', 0],
  ['Type “`ls` &amp;” in', 'Type “`ls` &amp;” in', 0],
  ['Type "a\\_b \\"c\\" C:\\\\x C:\\temp"', 'Type "a_b \\"c\\" C:\\\\x C:\\temp"', 0],
  ['Run `echo "*a*"`', 'Run echo "*a*"', 0],
  ['A 5" screen and *this*', 'A 5" screen and this', 0],
  ['the icon \uE001 and "\uE000"', 'the icon \uE001 and "\uE000"', 0],
  ['> 3 items', '> 3 items', 0],
  ['# no heading', '# no heading', 0],
  ['  spaced   out ', 'spaced out', 2],
  ['', '', 0],
] as const) {
  test(`reads ${JSON.stringify(line)}`, () => expect(readInline(line)).toEqual({ text, offset }));
}

for (const [line, text, offset] of [
  ['`text: "a"`', 'text: "a"', 1],
  ['`` text: "`" ``', 'text: "`"', 3],
  ['` a `  ', 'a', 2],
  ['`a\\b \\" "*c*"`', 'a\\b \\" "*c*"', 1],
] as const) {
  test(`finds the code span of ${JSON.stringify(line)}`, () =>
    expect(readInline(line)).toEqual({ text, offset, code: { text, offset } }));
}
