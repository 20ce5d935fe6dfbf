import { type Cursor, ScanError, atEnd, atString, peekWord, takeRegex, takeString } from './scan.js';
import { takeWithin, upcoming } from './scan.js';
import { didYouMean } from './suggest.js';
import { type Check, type Mask, type ScreenshotLevel } from './types.js';

/** How strictly a screen is compared, from what forgives nothing to what forgives most. */
export const screenshotLevels: readonly ScreenshotLevel[] = ['pixels', 'strict', 'layout', 'text'];

const options = ['level', 'mask', 'of'] as const;

/** The largest coordinate of a region, which no screen reaches. */
const farthest = 100_000;

interface Given {
  readonly masks: readonly Mask[];
  readonly level?: ScreenshotLevel;
  readonly of?: string;
}

/** Reads `NAME [level=LEVEL] [of="WHAT"] [mask=…]… [within 2 s]`. */
export function readScreenshot(cursor: Cursor): Check {
  const baseline = takeName(cursor);
  let given: Given = { masks: [] };
  while (!atEnd(cursor) && peekWord(cursor) !== 'within' && peekWord(cursor) !== 'at') {
    const start = cursor.index;
    const option = takeOption(cursor);
    if (option !== 'mask' && option in given) {
      throw new ScanError(`"${option}=" stands here twice. Remove one.`, { index: start });
    }
    given = { ...given, ...readOption[option](cursor, given) };
  }
  const within = takeWithin(cursor);
  return {
    name: 'screenshot',
    not: false,
    baseline,
    ...given,
    ...(within === undefined ? {} : { within }),
  };
}

function takeName(cursor: Cursor): string {
  const found = atEnd(cursor) ? '' : (/^\S+/.exec(cursor.text.slice(cursor.index))?.[0] ?? '');
  if (!/^[A-Za-z0-9_-]+$/.test(found)) {
    const message = `${upcoming(cursor)} is not a name for a screenshot. Use letters, digits, "_" and "-".`;
    throw new ScanError(message, cursor);
  }
  if (found === 'not') throw new ScanError('A screenshot check cannot be negated. Remove "not".', cursor);
  cursor.index += found.length;
  return found;
}

function takeOption(cursor: Cursor): (typeof options)[number] {
  const [, word = ''] = /^([A-Za-z]+)=/.exec(cursor.text.slice(cursor.index)) ?? [];
  const option = options.find((each) => each === word);
  if (option === undefined) {
    const [found = ''] = /^[^\s=]+/.exec(cursor.text.slice(cursor.index)) ?? [];
    const hint = didYouMean(found, [...options, 'within']);
    throw new ScanError(`Unexpected ${upcoming(cursor)} after the check.${hint || ' Remove it.'}`, cursor);
  }
  cursor.index += word.length + 1;
  if (/^\s|^$/.test(cursor.text.slice(cursor.index))) {
    throw new ScanError(`Write ${wanted[option]} right after "${option}=".`, { index: cursor.index });
  }
  return option;
}

const wanted = { level: 'the level', mask: 'what to mask', of: 'the quoted name' } as const;

const readOption = {
  level: readLevel,
  mask: (cursor: Cursor, { masks }: Given): Pick<Given, 'masks'> => ({ masks: [...masks, readMask(cursor)] }),
  of: (cursor: Cursor): Pick<Given, 'of'> => ({
    of: takePhrase(cursor, 'what to compare', 'Nothing is named. Name what is compared.'),
  }),
} as const;

function readLevel(cursor: Cursor): { readonly level: ScreenshotLevel } {
  const [found = ''] = /^\S+/.exec(cursor.text.slice(cursor.index)) ?? [];
  const level = screenshotLevels.find((each) => each === found);
  if (level === undefined) {
    const advice = didYouMean(found.replaceAll(/["“”]/g, ''), screenshotLevels) || ` Use ${levelList}.`;
    throw new ScanError(`Unknown level ${found}.${advice}`, cursor);
  }
  cursor.index += found.length;
  return { level };
}

/** The levels in words. */
export const levelList = `${screenshotLevels.slice(0, -1).join(', ')} or ${screenshotLevels.at(-1)}`;

function readMask(cursor: Cursor): Mask {
  const { index, text } = cursor;
  if (text[index] === '/') return { by: 'text', match: { op: 'matches', ...takeRegex(cursor) } };
  if (/^\d/.test(text.slice(index))) return { by: 'region', box: takeRegion(cursor) };
  if (!atString(cursor)) {
    const message = `Expected what to mask in double quotes, as /pattern/ or as a region x,y,WIDTHxHEIGHT, but found ${upcoming(cursor)}.`;
    throw new ScanError(message, cursor);
  }
  return maskOf(takePhrase(cursor, 'what to mask', 'The mask is empty. Name what it covers.'));
}

/** What a phrase masks: an element, or with `the text "12:31"` whatever is written so. */
export function maskOf(phrase: string): Mask {
  const shown = /^(?:the )?text (?:"([^"]+)"|“([^”]+)”)$/i.exec(phrase.trim());
  const said = shown?.[1] ?? shown?.[2];
  return said === undefined
    ? { by: 'element', phrase }
    : { by: 'text', match: { op: 'contains', text: said } };
}

function takePhrase(cursor: Cursor, what: string, empty: string): string {
  const { index } = cursor;
  const phrase = takeString(cursor, what);
  if (phrase.trim() === '') throw new ScanError(empty, { index });
  return phrase;
}

function takeRegion(cursor: Cursor): Extract<Mask, { by: 'region' }>['box'] {
  const [found = ''] = /^\S+/.exec(cursor.text.slice(cursor.index)) ?? [];
  const numbers = /^(\d+),(\d+),(\d+)x(\d+)$/.exec(found)?.slice(1).map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = numbers ?? [];
  if (numbers === undefined || width === 0 || height === 0 || Math.max(...numbers) > farthest) {
    const advice = 'Write x,y,WIDTHxHEIGHT in pixels, for example mask=10,20,300x40.';
    throw new ScanError(`"${found}" is not a region. ${advice}`, cursor);
  }
  cursor.index += found.length;
  return { x, y, width, height };
}
