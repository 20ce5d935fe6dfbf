import { SpecError, type SpecErrorCode } from './error.js';
import { contains, readMatcher } from './matcher.js';
import { type Cursor, ScanError, atEnd, atString, peekWord, takeString, takeWithin } from './scan.js';
import { takeWord, upcoming } from './scan.js';
import { readScreenshot } from './screenshot.js';
import { didYouMean } from './suggest.js';
import type { Check, Matcher, Position } from './types.js';

const readers = {
  ...{ text: readText, window: readWindow, file: readFile, screenshot: readScreenshot },
  ...{ value: readValue, process: readProcess, exit: readExit, clipboard: readClipboard },
  command: readCommand,
  image: readImage,
} as const;

const futureChecks: readonly string[] = [
  ...['inventory', 'residue', 'desktop-entry', 'shortcut', 'registry', 'service', 'path', 'package'],
  ...['unit', 'user', 'port', 'association'],
];

/** The names of the machine checks that can be judged. */
export const checkNames: readonly string[] = Object.keys(readers);

/**
 * Reads a machine check such as `file: ~/notes.txt contains "color" within 30 s`.
 *
 * `at` is the place of the text in its file. A check that cannot be read comes back as an error with the code
 * `bad-check`, `unknown-check` or `unsupported` at the exact column.
 */
export function parseCheck(
  text: string,
  at: { readonly file: string; readonly position: Position },
): Check | SpecError {
  try {
    return readCheck(text);
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    const position = { line: at.position.line, column: at.position.column + error.index };
    return new SpecError({ code: error.code, file: at.file, position, message: error.message });
  }
}

function readCheck(text: string): Check {
  const head = /^(\s*)([^\s:"]+)\s*(:?)/.exec(text);
  const name = head?.[2] ?? '';
  const index = head?.[1]?.length ?? 0;
  const fail = (code: SpecErrorCode, message: string) => new ScanError(message, { code, index });
  if (futureChecks.includes(name)) {
    throw fail('unsupported', `The check "${name}" is not supported yet. Use ${checkNames.join(', ')}.`);
  }
  if (!isCheckName(name)) {
    if (head?.[3] !== ':') {
      throw fail(
        'bad-check',
        `"${text}" is not a check. Write \`name: arguments\`, or a sentence without code.`,
      );
    }
    const hint = didYouMean(name, [...checkNames, ...futureChecks]);
    throw fail('unknown-check', `Unknown check "${name}".${hint || ` Use ${checkNames.join(', ')}.`}`);
  }
  const cursor = { text, index: head?.[0].length ?? 0 };
  if (head?.[3] !== ':') {
    throw new ScanError(`Write a colon after "${name}": \`${name}: arguments\`.`, cursor);
  }
  return readers[name](cursor);
}

function isCheckName(name: string): name is keyof typeof readers {
  return Object.hasOwn(readers, name);
}

function readText(cursor: Cursor): Check {
  const not = takeWord(cursor, 'not');
  const match = atString(cursor)
    ? contains(cursor)
    : readMatcher(cursor, { wanted: 'a quoted text', words: ['contains', 'matches'] });
  return { name: 'text', not, match, ...within(cursor) };
}

function readWindow(cursor: Cursor): Check {
  const not = takeWord(cursor, 'not');
  const wanted = 'a quoted window title';
  const match = atString(cursor)
    ? title(takeString(cursor, wanted))
    : readMatcher(cursor, { wanted, words: ['is', 'contains', 'matches'] });
  return { name: 'window', not, match, ...within(cursor) };
}

function title(text: string): Matcher {
  return { op: text.includes('*') ? 'like' : 'is', text };
}

const fileWords: readonly string[] = ['not', 'exists', 'is', 'contains', 'matches', 'within'];

function readFile(cursor: Cursor): Check {
  const path = readPath(cursor);
  const not = takeWord(cursor, 'not');
  const judged = !atEnd(cursor) && peekWord(cursor) !== 'within' && peekWord(cursor) !== 'at';
  if (takeWord(cursor, 'exists') || (!judged && !not)) return { name: 'file', path, not, ...within(cursor) };
  const words = ['exists', 'is', 'contains', 'matches'];
  const match = readMatcher(cursor, { wanted: words.slice(0, 3).join(', '), words });
  return { name: 'file', path, not, match, ...within(cursor) };
}

function readPath(cursor: Cursor): string {
  const quoted = atString(cursor);
  const start = cursor.index;
  const path = quoted ? takeString(cursor, 'a path') : (/^\S+/.exec(cursor.text.slice(start))?.[0] ?? '');
  if (!quoted) cursor.index += path.length;
  if (path === '' || (!quoted && fileWords.includes(path))) {
    throw new ScanError('The path is missing. Write for example file: ~/notes.txt exists.', { index: start });
  }
  if (/[\0\n]/.test(path)) throw new ScanError('A path is one line of text.', { index: start });
  return path;
}

function readValue(cursor: Cursor): Check {
  const start = atEnd(cursor) ? cursor.text.length : cursor.index;
  const field = takeString(cursor, 'the name of a field');
  if (field.trim() === '') throw new ScanError('The name of the field is empty.', { index: start });
  const not = takeWord(cursor, 'not');
  const match = readMatcher(cursor, { wanted: 'is, contains', words: compared });
  return { name: 'value', field, not, match, ...within(cursor) };
}

const compared: readonly string[] = ['is', 'contains', 'matches'];

function readProcess(cursor: Cursor): Check {
  const not = takeWord(cursor, 'not');
  const start = atEnd(cursor) ? cursor.text.length : cursor.index;
  const quoted = atString(cursor);
  const found = quoted ? takeString(cursor, 'a program') : (/^\S+/.exec(cursor.text.slice(start))?.[0] ?? '');
  if (!quoted) cursor.index += found.length;
  if (found.trim() === '' || (!quoted && found === 'within')) {
    throw new ScanError('The program is missing. Write for example process: mousepad.', { index: start });
  }
  if (/[/\0\n]/.test(found)) {
    throw new ScanError('Write the name of the program, without folders.', { index: start });
  }
  return { name: 'process', program: found, not, ...within(cursor) };
}

function readExit(cursor: Cursor): Check {
  const not = takeWord(cursor, 'not');
  const code = takeExitCode(cursor);
  return { name: 'exit', code, not, ...within(cursor) };
}

// Exit codes have 8 bits on Linux and 32 on Windows.
function takeExitCode(cursor: Cursor): number {
  const found = atEnd(cursor) ? '' : (/^\d+(?=\s|$)/.exec(cursor.text.slice(cursor.index))?.[0] ?? '');
  const code = Number(found);
  if (found === '' || code > 0xffff_ffff) {
    throw new ScanError(`Expected an exit code such as 0, but found ${upcoming(cursor)}.`, cursor);
  }
  cursor.index += found.length;
  return code;
}

function readClipboard(cursor: Cursor): Check {
  const not = takeWord(cursor, 'not');
  const match = atString(cursor)
    ? contains(cursor)
    : readMatcher(cursor, { wanted: 'a quoted text, is, contains', words: compared });
  return { name: 'clipboard', not, match, ...within(cursor) };
}

function readCommand(cursor: Cursor): Check {
  const start = atEnd(cursor) ? cursor.text.length : cursor.index;
  const command = takeString(cursor, 'a command line');
  if (command.trim() === '') throw new ScanError('The command is empty.', { index: start });
  const exits = takeWord(cursor, 'exits') ? takeExitCode(cursor) : 0;
  const not = takeWord(cursor, 'not');
  if (!not && (atEnd(cursor) || ['within', 'at'].includes(peekWord(cursor) ?? ''))) {
    return { name: 'command', command, exits, not, ...within(cursor) };
  }
  const wanted = not ? 'is, contains' : 'exits, is, contains';
  const words = not ? compared : ['exits', ...compared];
  const match = readMatcher(cursor, { wanted, words });
  return { name: 'command', command, exits, not, match, ...within(cursor) };
}

function readImage(cursor: Cursor): Check {
  const not = takeWord(cursor, 'not');
  const start = atEnd(cursor) ? cursor.text.length : cursor.index;
  const quoted = atString(cursor);
  const path = quoted ? takeString(cursor, 'a picture') : (/^\S+/.exec(cursor.text.slice(start))?.[0] ?? '');
  if (!quoted) cursor.index += path.length;
  if (!/[^/\\]\.png$/i.test(path)) {
    const found = path === '' ? '' : `"${path}" is no PNG. `;
    throw new ScanError(`${found}Write a file beside the spec, for example image: logo.png.`, {
      index: start,
    });
  }
  if (/^[/\\~]|^[A-Za-z]:|[\0\n]/.test(path) || path.split(/[/\\]/).includes('..')) {
    throw new ScanError('A picture lies below the folder of the spec. Write its path from there.', {
      index: start,
    });
  }
  return { name: 'image', path, not, ...within(cursor) };
}

function within(cursor: Cursor): { readonly within?: number } {
  const milliseconds = takeWithin(cursor);
  return milliseconds === undefined ? {} : { within: milliseconds };
}
