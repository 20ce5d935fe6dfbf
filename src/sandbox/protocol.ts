import type { DesktopAddress } from '../desktop/types.js';
import { SandboxError, type SandboxErrorCode } from './error.js';
import { parseEntry } from './proxy/rules.js';
import type { Limits, Preparation, Prepared, SandboxOptions, Timings } from './types.js';

/** One message is one line of JSON; binary data is base64. */
export const maxMessageBytes = 16 * 1024 * 1024;
export const maxOutputBytes = 1024 * 1024;

export type Request =
  | { readonly id: number; readonly verb: 'provision'; readonly options: SandboxOptions }
  | { readonly id: number; readonly verb: 'start'; readonly sandbox: string }
  | {
      readonly id: number;
      readonly verb: 'exec';
      readonly sandbox: string;
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly stdin?: string;
      readonly timeout?: number;
    }
  | ({ readonly id: number; readonly verb: 'prepare'; readonly sandbox: string } & Preparation)
  | { readonly id: number; readonly verb: 'stop'; readonly sandbox: string }
  | { readonly id: number; readonly verb: 'deprovision'; readonly sandbox: string };

export interface Provisioned {
  readonly sandbox: string;
  readonly account: string;
  readonly uid: number;
  readonly home: string;
  readonly timings: Timings;
  readonly packages?: Prepared;
  readonly lacks: readonly string[];
}

export interface Started {
  readonly desktop: DesktopAddress;
  readonly timings: Timings;
}

export interface Executed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
}

export type Response =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: SandboxErrorCode; readonly message: string } };

type Fields = Readonly<Record<string, unknown>>;

/** Turns one line into a request, or throws a SandboxError `bad-message` that names the field. */
export function parseRequest(line: string): Request {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw bad(`it is not JSON`, error);
  }
  const message = fields(value, 'message');
  const id = integer(message, 'id', { min: 0, max: Number.MAX_SAFE_INTEGER });
  switch (message['verb']) {
    case 'provision':
      only(message, ['id', 'verb', 'options']);
      return { id, verb: 'provision', options: parseOptions(message['options']) };
    case 'start':
    case 'stop':
    case 'deprovision':
      only(message, ['id', 'verb', 'sandbox']);
      return { id, verb: message['verb'], sandbox: text(message, 'sandbox', 64) };
    case 'prepare':
      only(message, ['id', 'verb', 'sandbox', 'command', 'inputs', 'timeout']);
      return {
        id,
        verb: 'prepare',
        sandbox: text(message, 'sandbox', 64),
        command: noNul(text(message, 'command', 131_072), 'command'),
        inputs: pattern(message, 'inputs', /^[0-9a-f]{64}$/),
        timeout: integer(message, 'timeout', { min: 1, max: 86_400_000 }),
      };
    case 'exec':
      only(message, ['id', 'verb', 'sandbox', 'argv', 'env', 'stdin', 'timeout']);
      return {
        id,
        verb: 'exec',
        sandbox: text(message, 'sandbox', 64),
        argv: parseArgv(message['argv']),
        env: parseEnv(message['env']),
        ...(message['stdin'] === undefined ? {} : { stdin: anyText(message, 'stdin', maxMessageBytes) }),
        ...(message['timeout'] === undefined
          ? {}
          : { timeout: integer(message, 'timeout', { min: 1, max: 86_400_000 }) }),
      };
    default:
      throw bad(`its verb is ${show(message['verb'])}`);
  }
}

/** The id of a line that is not a valid request, as far as it can be told; 0 otherwise. */
export function requestId(line: string): number {
  try {
    const id = (JSON.parse(line) as { id?: unknown } | null)?.id;
    return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : 0;
  } catch {
    return 0;
  }
}

function parseOptions(value: unknown): SandboxOptions {
  const options = fields(value, 'options');
  only(options, [
    ...['level', 'network', 'display', 'locale', 'env', 'timezone', 'keyboard', 'theme', 'scale'],
    ...['nested', 'limits', 'packages', 'allow', 'deny', 'localhost'],
  ]);
  const display = fields(options['display'], 'display');
  only(display, ['width', 'height']);
  const locale = text(options, 'locale', 64);
  if (!/^[A-Za-z0-9_.@-]+$/.test(locale)) throw bad(`its locale is ${show(locale)}`);
  return {
    level: word(options, 'level', ['elevated', 'unelevated']),
    network: word(options, 'network', ['offline', 'online']),
    ...(options['allow'] === undefined ? {} : { allow: parseEntries(options, 'allow') }),
    ...(options['deny'] === undefined ? {} : { deny: parseEntries(options, 'deny') }),
    ...(options['localhost'] === undefined ? {} : { localhost: parsePorts(options['localhost']) }),
    display: {
      width: integer(display, 'width', { min: 320, max: 7680 }),
      height: integer(display, 'height', { min: 200, max: 4320 }),
    },
    locale,
    ...(options['env'] === undefined ? {} : { env: parseEnv(options['env']) }),
    ...(options['timezone'] === undefined
      ? {}
      : { timezone: pattern(options, 'timezone', /^[A-Za-z0-9_+/-]+$/) }),
    ...(options['keyboard'] === undefined
      ? {}
      : { keyboard: pattern(options, 'keyboard', /^[a-z]{2,8}(?:\([a-zA-Z0-9_-]{1,32}\))?$/) }),
    ...(options['theme'] === undefined ? {} : { theme: word(options, 'theme', ['light', 'dark']) }),
    ...(options['scale'] === undefined ? {} : { scale: integer(options, 'scale', { min: 100, max: 200 }) }),
    ...(options['nested'] === undefined ? {} : { nested: word(options, 'nested', [true, false]) }),
    ...(options['limits'] === undefined ? {} : { limits: parseLimits(options['limits']) }),
    ...(options['packages'] === undefined ? {} : { packages: parsePackages(options['packages']) }),
  };
}

function parseEntries(options: Fields, name: string): string[] {
  const value = options[name];
  if (!Array.isArray(value) || value.length > 256) throw bad(`its ${name} is no list of at most 256`);
  return value.map((entry: unknown) => {
    if (typeof entry !== 'string' || entry.length > 300 || parseEntry(entry) === undefined)
      throw bad(`its ${name} has ${show(entry)}`);
    return entry;
  });
}

function parsePorts(value: unknown): number[] {
  if (!Array.isArray(value) || value.length > 32) throw bad('its localhost is no list of at most 32');
  const ports = value.map((port: unknown) =>
    integer({ localhost: port }, 'localhost', { min: 1, max: 65_535 }),
  );
  return [...new Set(ports)];
}

function parseLimits(value: unknown): Limits {
  const limits = fields(value, 'limits');
  only(limits, ['memory', 'processes']);
  return {
    ...(limits['memory'] === undefined
      ? {}
      : { memory: integer(limits, 'memory', { min: 64 * 1024 ** 2, max: 2 ** 50 }) }),
    ...(limits['processes'] === undefined
      ? {}
      : { processes: integer(limits, 'processes', { min: 50, max: 1_000_000 }) }),
  };
}

/** Names as in Debian's policy, 5.6.1; nothing else of what apt takes, such as options, files and versions. */
function parsePackages(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > 64) throw bad('its packages are no list of at most 64');
  return value.map((name: unknown) => {
    if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9+.-]{1,99}$/.test(name))
      throw bad(`its packages have ${show(name)}`);
    return name;
  });
}

function pattern(message: Fields, name: string, allowed: RegExp): string {
  const value = text(message, name, 64);
  if (!allowed.test(value)) throw bad(`its ${name} is ${show(value)}`);
  return value;
}

function parseArgv(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 1024)
    throw bad('its argv is no list of 1 to 1024');
  return value.map((item: unknown) => noNul(item, 'argv'));
}

function parseEnv(value: unknown): Record<string, string> {
  const entries = Object.entries(fields(value, 'env'));
  if (entries.length > 256) throw bad('its env has more than 256 entries');
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw bad(`its env has the name ${show(name)}`);
      return [name, noNul(item, name)];
    }),
  );
}

function noNul(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.length > 131_072 || value.includes('\0')) {
    throw bad(`its ${where} has ${show(value)}, which is no string of at most 128 KiB without NUL`);
  }
  return value;
}

function fields(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(`its ${where} is ${show(value)}`);
  return value as Fields;
}

function only(message: Fields, names: readonly string[]): void {
  const unknown = Object.keys(message).find((name) => !names.includes(name));
  if (unknown !== undefined) throw bad(`it has the field ${show(unknown)}`);
}

function text(message: Fields, name: string, max: number): string {
  const value = anyText(message, name, max);
  if (value === '') throw bad(`its ${name} is ""`);
  return value;
}

function anyText(message: Fields, name: string, max: number): string {
  const value = message[name];
  if (typeof value !== 'string' || value.length > max) throw bad(`its ${name} is ${show(value)}`);
  return value;
}

function integer(message: Fields, name: string, range: { min: number; max: number }): number {
  const value = message[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < range.min || value > range.max) {
    throw bad(`its ${name} is ${show(value)}, not a whole number from ${range.min} to ${range.max}`);
  }
  return value;
}

function word<Word extends string | boolean>(message: Fields, name: string, words: readonly Word[]): Word {
  const found = words.find((candidate) => candidate === message[name]);
  if (found === undefined) throw bad(`its ${name} is ${show(message[name])}, not one of ${words.join(', ')}`);
  return found;
}

function show(value: unknown): string {
  // Not the whole value: it may be nested deeper than JSON.stringify goes.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

function bad(why: string, cause?: unknown): SandboxError {
  return new SandboxError('bad-message', `the broker refused a message: ${why}`, { cause });
}
