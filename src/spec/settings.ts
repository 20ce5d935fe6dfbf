import type { SpecErrorCode } from './error.js';
import type { Settings } from './types.js';
import type { Reference } from './use.js';

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
  env: {},
  timezone: 'UTC',
  keyboard: 'us',
  theme: 'light',
  scale: 100,
  secrets: [],
  setup: { packages: [] },
  screenshots: { level: 'strict' },
  nested: 'browsers',
  limits: {},
};

/** Settings, and what every test of the file gets: tags, and steps of other specs before its own. */
export interface FrontMatter extends Settings {
  readonly tags: readonly string[];
  readonly use: readonly Reference[];
}

/** Why a value was refused. */
export interface Refusal {
  readonly code: SpecErrorCode;
  readonly message: string;
}

/** What a value says, or why it was refused. */
export type Reading = Partial<FrontMatter> | Refusal;

export function isRefusal(reading: Reading): reading is Refusal {
  return 'message' in reading;
}

/** Refuses a value of a key, with what to write instead. */
export function refuse(key: string, value: unknown, advice: string): Refusal {
  const shown =
    value === null
      ? 'An empty value'
      : value === undefined || value instanceof Map
        ? 'This value'
        : JSON.stringify(value);
  return { code: 'bad-value', message: `${shown} is no value for "${key}". ${advice}` };
}

/** The values of a list, or of one value that stands for a list. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value instanceof Map ? undefined : [value];
}
