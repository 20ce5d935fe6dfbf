import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretValues } from '../spec/index.js';

/** The file in the directory of the configuration that has values as lines `NAME=value`. */
export const secretFile = '.secrets';

/** Environment variable with the values of that file as JSON, set by the command line, which may be the only one to read it. */
export const secretsVariable = 'CODEX_TEST_SECRETS';

/** Shorter values are in every text. */
const shortest = 4;

/**
 * Why a test does not get its secrets.
 *
 * - `no-value`: neither the environment nor the file has a value
 * - `too-short`: a value of less than four characters, or of white space alone, which cannot be told from other text
 * - `same-value`: two secrets of a test have one value, so that nobody knows which one is meant
 * - `unsafe-file`: others may read the file, or it is none
 * - `bad-file`: the file has a line that is no `NAME=value`
 */
export type SecretErrorCode = 'no-value' | 'too-short' | 'same-value' | 'unsafe-file' | 'bad-file';

/** Secrets that cannot be used; says nothing about the application. */
export class SecretError extends Error {
  readonly code: SecretErrorCode;

  constructor(code: SecretErrorCode, message: string) {
    super(message);
    this.code = code;
    this.name = `SecretError [${code}]`;
  }
}

/** Where the value of a secret comes from; the environment comes first. */
export type SecretSource = 'environment' | 'file';

/** Where each secret would come from, undefined for one without a value. Never tells values. */
export function secretSources(
  names: readonly string[],
  file: Readonly<Record<string, string>>,
): ReadonlyMap<string, SecretSource | undefined> {
  return new Map(
    names.map((name) => {
      if (process.env[name] !== undefined && process.env[name] !== '') return [name, 'environment'];
      return [name, Object.hasOwn(file, name) ? 'file' : undefined];
    }),
  );
}

/** The values of the secrets that a test lists, from the environment of the worker; throws a {@link SecretError}. */
export function secretValues(names: readonly string[]): SecretValues {
  const file = JSON.parse(process.env[secretsVariable] ?? '{}') as Record<string, string>;
  const sources = secretSources(names, file);
  const missing = names.filter((name) => sources.get(name) === undefined);
  if (missing.length > 0) {
    const [first] = missing;
    const what = missing.length === 1 ? `the secret ${first} has` : `the secrets ${missing.join(', ')} have`;
    const message = `${what} no value. Set the variable ${first}, or write ${first}=… into the file ${secretFile}`;
    throw new SecretError('no-value', message);
  }
  const values = new Map<string, string>();
  for (const [name, source] of sources) {
    const value = (source === 'file' ? file[name] : process.env[name])!;
    if (value.trim().length < shortest) {
      const message = `the value of the secret ${name} has less than ${shortest} characters, so it cannot be kept out of reports`;
      throw new SecretError('too-short', message);
    }
    const other = [...values].find(([, known]) => known === value)?.[0];
    if (other !== undefined) {
      throw new SecretError(
        'same-value',
        `the secrets ${other} and ${name} have the same value; list one of them`,
      );
    }
    values.set(name, value);
  }
  return values;
}

/**
 * Reads the file of secrets of a project, whose values are nowhere else; none gives no secrets. Follows no link, and
 * throws a {@link SecretError} where others may read it, as after a checkout of a file that git tracks.
 */
export function readSecretFile(root: string): Readonly<Record<string, string>> {
  const path = join(root, secretFile);
  const text = readPrivate(path);
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line, index) => {
      if (/^\s*(?:#|$)/.test(line)) return [];
      const [, name, given = ''] = /^(?:export )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim()) ?? [];
      if (name === undefined) {
        // The line is not repeated, as messages end up in logs.
        throw new SecretError('bad-file', `line ${index + 1} of ${path} is no NAME=value`);
      }
      const value = /^(["'])(.*)\1$/.exec(given)?.[2] ?? given;
      return value === '' ? [] : [[name, value]];
    }),
  );
}

function readPrivate(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new SecretError('unsafe-file', code === 'ELOOP' ? `${path} is a link` : message);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new SecretError('unsafe-file', `${path} is no regular file`);
    if ((stat.mode & 0o077) !== 0) {
      throw new SecretError('unsafe-file', `${path} can be read by others. To close it: chmod 600 ${path}`);
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}
