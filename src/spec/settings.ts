import { longestDuration, parseDuration } from './duration.js';
import type { SpecErrorCode } from './error.js';
import type { Settings } from './types.js';

/** What a spec without front matter gets. */
export const defaultSettings: Settings = {
  kind: 'gui',
  app: 'none',
  network: 'offline',
  level: 'elevated',
  display: { width: 1280, height: 800 },
  files: [],
  locale: 'C.UTF-8',
  timeout: 60_000,
};

/** Settings and the tags for every test of the file. */
export interface FrontMatter extends Settings {
  readonly tags: readonly string[];
}

/** Why a value was refused. */
export interface Refusal {
  readonly code: SpecErrorCode;
  readonly message: string;
}

type Reading = Partial<FrontMatter> | Refusal;

const readers: { readonly [Key in keyof FrontMatter]: (value: unknown) => Reading } = {
  kind: readKind,
  app: (value) =>
    typeof value === 'string' && value.trim() !== ''
      ? { app: value.trim() }
      : refuse('app', value, 'Write a command line such as "mousepad notes.txt", or none.'),
  network: (value) =>
    value === 'offline' || value === 'online'
      ? { network: value }
      : refuse('network', value, 'Write offline or online.'),
  level: (value) =>
    value === 'elevated' || value === 'unelevated' || value === 'any'
      ? { level: value }
      : refuse('level', value, 'Write elevated, unelevated or any.'),
  display: readDisplay,
  files: readFiles,
  locale: (value) =>
    typeof value === 'string' &&
    /^[A-Za-z]{1,8}(?:[_-][A-Za-z0-9]+)*(?:\.[A-Za-z0-9-]+)?(?:@[a-z]+)?$/.test(value)
      ? { locale: value }
      : refuse('locale', value, 'Write a locale such as C.UTF-8 or de_DE.UTF-8.'),
  timeout: readTimeout,
  tags: readTags,
};

const futureKeys: readonly string[] = [
  ...['env', 'timezone', 'keyboard', 'theme', 'scale', 'privileges', 'secrets', 'setup', 'use', 'budget'],
  ...['evidence', 'attempts', 'want'],
];

/** Every key that the front matter may have one day. */
export const keyNames: readonly string[] = [...Object.keys(readers), ...futureKeys];

/** Reads one key; `value` is a scalar or a list of scalars, anything else is undefined. */
export function readKey(key: string, value: unknown): Reading | undefined {
  if (futureKeys.includes(key)) {
    return { code: 'unsupported', message: `"${key}" is not supported yet. Remove the line.` };
  }
  if (!Object.hasOwn(readers, key)) return undefined;
  return readers[key as keyof FrontMatter](value);
}

export function isRefusal(reading: Reading): reading is Refusal {
  return 'message' in reading;
}

function refuse(key: string, value: unknown, advice: string): Refusal {
  const shown =
    value === undefined ? 'This value' : value === null ? 'An empty value' : JSON.stringify(value);
  return { code: 'bad-value', message: `${shown} is no value for "${key}". ${advice}` };
}

function readKind(value: unknown): Reading {
  if (value === 'gui') return { kind: value };
  if (value === 'install' || value === 'bug') {
    return { code: 'unsupported', message: `The kind "${value}" is not supported yet. Only gui is.` };
  }
  return refuse('kind', value, 'Write gui.');
}

function readDisplay(value: unknown): Reading {
  const match = typeof value === 'string' ? /^(\d{1,5})x(\d{1,5})$/.exec(value) : null;
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  return width >= 320 && width <= 7680 && height >= 200 && height <= 4320
    ? { display: { width, height } }
    : refuse('display', value, 'Write width x height, for example 1280x800, from 320x200 to 7680x4320.');
}

function readFiles(value: unknown): Reading {
  const files = listOf(value);
  const allowed = files?.every(
    (file) =>
      typeof file === 'string' &&
      file.trim() !== '' &&
      !file.includes('\0') &&
      !/^(?:[/\\~]|[A-Za-z]:)/.test(file) &&
      !file.split(/[/\\]/).includes('..'),
  );
  return files && allowed
    ? { files: files.map(String) }
    : refuse('files', value, 'Write a list of paths below the folder of the spec, such as [data/notes.txt].');
}

function readTimeout(value: unknown): Reading {
  const milliseconds = typeof value === 'string' ? parseDuration(value) : value;
  return typeof milliseconds === 'number' &&
    Number.isInteger(milliseconds) &&
    milliseconds > 0 &&
    milliseconds <= longestDuration
    ? { timeout: milliseconds }
    : refuse('timeout', value, 'Write for example 30 s, 2 min or a number of milliseconds, at most a day.');
}

function readTags(value: unknown): Reading {
  const tags = listOf(value)?.map((tag) => String(tag).replace(/^@/, ''));
  return tags?.every((tag) => /^[\p{L}\p{N}_-]+$/u.test(tag))
    ? { tags: tags.map((tag) => `@${tag}`) }
    : refuse('tags', value, 'Write a list of words, such as [smoke, slow].');
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? undefined : [value];
}
