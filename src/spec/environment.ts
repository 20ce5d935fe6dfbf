import { secretName } from './secret.js';
import { type Reading, listOf, refuse } from './settings.js';
import { didYouMean } from './suggest.js';
import type { Setup } from './types.js';

/** What a variable may be called. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a layout of the keyboard looks like. */
export const layoutName = /^[a-z]{2,8}(?:\([A-Za-z0-9_-]+\))?$/;

/** What a time zone looks like; whether it exists is known to `Intl` alone. */
export const zoneName = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** What a package of the system may be called (Debian Policy 5.6.1). */
export const packageName = /^[a-z0-9][a-z0-9+.-]+$/;

// Set by the sandbox; a test with other values would lose its desktop.
const taken: Readonly<Record<string, string>> = {
  LANG: 'Write "locale: …" instead.',
  TZ: 'Write "timezone: …" instead.',
  ...Object.fromEntries(
    ['HOME', 'USER', 'LOGNAME', 'DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'].map(
      (name) => [name, 'The sandbox sets it. Remove it.'],
    ),
  ),
};

/** The variables that `env` may not set. */
export const takenVariables: readonly string[] = Object.keys(taken);

export function readEnv(value: unknown): Reading {
  if (!(value instanceof Map)) return refuse('env', value, 'Write names and values such as {EDITOR: nano}.');
  const env: [string, string][] = [];
  for (const [name, text] of value as ReadonlyMap<string, unknown>) {
    if (!variableName.test(name)) {
      return bad(`"${name}" is no name for a variable. Use letters, digits and "_".`);
    }
    const reason = taken[name];
    if (takenVariables.includes(name)) return bad(`"env" may not set ${name}. ${reason}`);
    if (typeof text !== 'string') {
      return bad(`The variable ${name} has no text as its value. Write ${name}: "" for an empty one.`);
    }
    if (text.includes('\0')) return bad(`The value of ${name} holds a NUL character.`);
    env.push([name, text]);
  }
  return { env: Object.fromEntries(env) };
}

export function readTimezone(value: unknown): Reading {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  if (typeof value !== 'string') return refuse('timezone', value, 'Write UTC or Europe/Berlin.');
  const otherwise = zones.find((zone) => zone.toLowerCase() === value.toLowerCase());
  // `Intl` does not care about case, the files of a system do.
  const spelt = otherwise === undefined || otherwise === value;
  if (spelt && zoneName.test(value) && isZone(value)) return { timezone: value };
  const advice = didYouMean(value, zones).trim() || 'Write UTC, or a region and city such as Europe/Berlin.';
  return refuse('timezone', value, advice);
}

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export function readKeyboard(value: unknown): Reading {
  return typeof value === 'string' && layoutName.test(value)
    ? { keyboard: value }
    : refuse('keyboard', value, 'Write a layout such as us, de or de(nodeadkeys).');
}

export function readSecrets(value: unknown): Reading {
  const why = 'Values have no place in a spec, as it is stored and shared.';
  if (value instanceof Map) {
    const names = [...(value as ReadonlyMap<string, unknown>).keys()].join(', ');
    return bad(`"secrets" is a list of names. ${why} Write [${names}].`);
  }
  const names = listOf(value);
  for (const given of names ?? []) {
    const name = typeof given === 'string' ? /^([^=:]*)[=:]/.exec(given)?.[1]?.trim() : undefined;
    // The value is not repeated, as messages end up in logs.
    if (name !== undefined) {
      return bad(`"secrets" is a list of names, but "${name}" has a value. ${why} Write [${name}].`);
    }
  }
  if (names?.every((name) => typeof name === 'string' && secretName.test(name))) {
    return { secrets: [...new Set(names.map(String))] };
  }
  const shown = value === null ? null : undefined;
  return refuse('secrets', shown, `Write names in capitals, such as [PASSWORD, API_KEY]. ${why}`);
}

export function readSetup(value: unknown): Reading {
  if (value === 'none') return { setup: { packages: [] } };
  if (typeof value === 'string' && isCommand(value)) {
    return { setup: { packages: [], command: value.trim() } };
  }
  if (!(value instanceof Map)) {
    return refuse('setup', value, 'Write a command line, or {packages: […], command: …}.');
  }
  let setup: Setup = { packages: [] };
  for (const [key, given] of value as ReadonlyMap<string, unknown>) {
    if (key === 'packages') {
      const packages = listOf(given);
      const wrong = packages?.find((name) => typeof name !== 'string' || !packageName.test(name));
      if (!packages) return refuse('setup.packages', given, 'Write a list of names, such as [featherpad].');
      if (wrong !== undefined) {
        const advice = 'Write its name alone: small letters, digits, "+", "-" and ".".';
        return bad(`${JSON.stringify(wrong)} is no name for a package. ${advice}`);
      }
      setup = { ...setup, packages: [...new Set(packages.map(String))] };
    } else if (key === 'command') {
      if (typeof given !== 'string' || !isCommand(given)) {
        return refuse('setup.command', given, 'Write a command line.');
      }
      setup = { ...setup, command: given.trim() };
    } else {
      const advice = didYouMean(key, ['packages', 'command']) || ' Only packages and command exist.';
      return bad(`Unknown key "${key}" in "setup".${advice}`);
    }
  }
  return value.size === 0 ? refuse('setup', value, 'Write packages, command or both.') : { setup };
}

function isCommand(text: string): boolean {
  return text.trim() !== '' && !text.includes('\0');
}

function bad(message: string): Reading {
  return { code: 'bad-value', message };
}
