import { expect, test } from '@playwright/test';
import { keysymsOfChord, keysymsOfText } from './keys.js';

test('names of keys are taken in any case and spelling', () => {
  expect(keysymsOfChord(['Control', 'page_down'])).toEqual(keysymsOfChord(['CTRL', 'PageDown']));
  expect(keysymsOfChord(['Esc', 'enter', 'arrow left', 'Meta'])).toEqual(
    keysymsOfChord(['ESCAPE', 'Return', 'LEFT', 'win']),
  );
  expect(keysymsOfChord(['F1', 'f12', 'F24'])).toEqual([0xffbe, 0xffc9, 0xffd5]);
});

test('a letter of a chord stands for its key', () => {
  expect(keysymsOfChord(['CTRL', 'S'])).toEqual([0xffe3, 0x73]);
  expect(keysymsOfChord(['S'])).toEqual([0x53]);
});

for (const key of ['F25', 'F0', 'Hyper', 'ctrl+s', '', 'constructor']) {
  test(`names the unknown key ${JSON.stringify(key)}`, () => {
    expect(() => keysymsOfChord(['CTRL', key])).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(JSON.stringify(key)) }),
    );
  });
}

test('every line end is one Return, and characters beyond Latin-1 are Unicode keysyms', () => {
  expect(keysymsOfText('a\r\nb\rc\n\té€😀')).toEqual([
    0x61, 0xff0d, 0x62, 0xff0d, 0x63, 0xff0d, 0xff09, 0xe9, 0x10020ac, 0x101f600,
  ]);
});

test('control characters and lone surrogates are refused', () => {
  for (const text of ['\u0007', '\u0085', '\ud800']) {
    expect(() => keysymsOfText(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
});
