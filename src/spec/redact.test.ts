import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { createSecrets, redactError, type Redactor, type Secrets } from './index.js';

const value = `Xylo&phone-"Quartz"/77 <ü'+>`;

function secretsOf(values: Readonly<Record<string, string>>): Secrets {
  return createSecrets(new Map(Object.entries(values)));
}

function redactorOf(values: Readonly<Record<string, string>> = { PIN: value }): Redactor {
  return secretsOf(values).redactor;
}

const bytes = Buffer.from(value);
const within = (before: string, encoding: BufferEncoding): string =>
  Buffer.from(`${before}${value}${before}`).toString(encoding);

const encodings: Readonly<Record<string, string>> = {
  'in capitals': value.toUpperCase(),
  JSON: JSON.stringify(value),
  'JSON in JSON': JSON.stringify(JSON.stringify(value)),
  'a URL': encodeURIComponent(value),
  'a URL with small digits': encodeURIComponent(value).replaceAll(/%../g, (hex) => hex.toLowerCase()),
  'a form': new URLSearchParams({ a: value }).toString(),
  HTML: value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  'an attribute': `"${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}"`,
  'the shell': `'${value.replaceAll("'", String.raw`'\''`)}'`,
  'the shell with backslashes': execFileSync('bash', ['--norc', '-c', 'printf %q "$1"', 'bash', value], {
    env: { LC_ALL: 'C.UTF-8' },
  }).toString(),
  hexadecimal: bytes.toString('hex'),
  HEXADECIMAL: bytes.toString('hex').toUpperCase(),
  base64: bytes.toString('base64'),
  'base64 behind one byte': within('a', 'base64'),
  'base64 behind two bytes': within('ab', 'base64'),
  'base64 behind three bytes': within('abc', 'base64'),
  base64url: bytes.toString('base64url'),
  'base64url behind one byte': within('a', 'base64url'),
  'base64 of UTF-16': Buffer.from(value, 'utf16le').toString('base64'),
  'UTF-16 as bytes': Buffer.from(value, 'utf16le').toString('latin1'),
};

for (const [name, text] of Object.entries(encodings)) {
  test(`redacts a value in ${name}`, () => {
    const safe = redactorOf().text(`before ${text} after`);
    expect(safe).toContain('{{secret PIN, in another form}}');
    // Quotes, and characters of base64 that the bytes beside the value are a part of.
    const left = safe.replaceAll(/\{\{secret [^}]*\}\}/g, '').slice('before '.length, -' after'.length);
    expect(left.length).toBeLessThanOrEqual(10);
    expect(left).not.toMatch(/Xyl|phone|Quartz/i);
  });
}

test('leaves a value as the secret that stands in specs, so that both can be compared', () => {
  const redactor = redactorOf({ PIN: 'quartz77', KEY: 'quartz77-long' });
  expect(redactor.text('<quartz77> <quartz77-long> <Quartz77>')).toBe(
    '<{{secret PIN}}> <{{secret KEY}}> <{{secret PIN, in another form}}>',
  );
  expect(redactor.text('quart z77')).toBe('quart z77');
});

test('leaves what stands for a value alone, even where the value is a part of it', () => {
  const redactor = redactorOf({ PASSWORD: 'secret', TOKEN: 'PASSWORD' });
  const once = redactor.text('a secret PASSWORD Secret');
  expect(once).toBe('a {{secret PASSWORD}} {{secret TOKEN}} {{secret PASSWORD, in another form}}');
  expect(redactor.text(once)).toBe(once);
});

test('redacts the lines of a value of several lines', () => {
  const redactor = redactorOf({ KEY: '-----BEGIN-----\nMIIEvQ\n-----END-----' });
  expect(redactor.text('only MIIEvQ here')).toBe('only {{secret KEY, in another form}} here');
});

test('redacts bytes, those beside the value unchanged', () => {
  const noise = Buffer.from([0, 255, 254, 10, 128]);
  const redactor = redactorOf();
  expect(redactor.bytes(Buffer.concat([noise, bytes, noise]))).toEqual(
    Buffer.concat([noise, Buffer.from('{{secret PIN}}'), noise]),
  );
  expect(redactor.bytes(noise)).toBe(noise);
});

test('redacts pieces of a value where it was typed', () => {
  const redactor = redactorOf({ PIN: 'Xylophone-77' });
  const texts = ['X', 'Xylophone', '77', 'old Xylop', 'Xylophone-77 phone', 'hello', ''];
  expect(texts.map((text) => redactor.pieces(text))).toEqual([
    '{{secret PIN, in part}}',
    '{{secret PIN, in part}}',
    '{{secret PIN, in part}}',
    'old {{secret PIN, in part}}',
    '{{secret PIN}} {{secret PIN, in part}}',
    'hello',
    '',
  ]);
});

test('knows a value that was read from a picture, with characters misread or cut off', () => {
  const redactor = redactorOf({ PIN: 'Xylophone-Quartz-77' });
  const shown = [
    'Xylophone-Quartz-77',
    '$ echo Xyl0phone Quartz-7T',
    'XylophoneQuartz77|',
    'xy1oph0ne-Quar',
    Buffer.from('Xylophone-Quartz-77').toString('hex'),
  ];
  const other = ['', 'Type your password', 'Xylitol', '-----', 'The telephone rings', 'Quark'];
  expect(shown.map((text) => redactor.resembles(text))).toEqual(shown.map(() => 'PIN'));
  expect(other.map((text) => redactor.resembles(text))).toEqual(other.map(() => undefined));
});

test('puts a value into a command of the shell as text, whatever quotes it stands in', () => {
  const secrets = secretsOf({ PIN: `a'b"c$HOME \`id\` \\n;&` });
  const commands = [
    'printf %s {{secret PIN}}',
    'printf %s "{{secret PIN}}"',
    "printf %s '{{secret PIN}}'",
    String.raw`printf %s \"{{secret PIN}}`,
    `printf %s "it's "'"'{{secret PIN}}`,
  ];
  const said = commands.map((command) =>
    execFileSync('/bin/sh', ['-c', secrets.revealInCommand(command)]).toString(),
  );
  const plain = secrets.reveal('{{secret PIN}}');
  expect(said).toEqual([plain, plain, plain, `"${plain}`, `it's "${plain}`]);
});

test('knows whether a value was put in, and refuses a secret that is not listed', () => {
  const secrets = secretsOf({ PIN: value });
  expect(secrets.reveal('nothing {{secret x}}')).toBe('nothing {{secret x}}');
  expect(secrets.redactor.text('nothing {{secret x}}')).toBe('nothing {{secret x}}');
  expect(secrets.revealed()).toBe(false);
  expect(() => secrets.reveal('{{secret OTHER}}')).toThrow('the secret "OTHER" is not listed in "secrets"');
  expect(secrets.reveal('<{{secret PIN}}>')).toBe(`<${value}>`);
  expect(secrets.revealed()).toBe(true);
});

test('knows that a value was put in by the spec itself', () => {
  for (const putIn of [
    (secrets: Secrets) => secrets.reveal(value),
    (secrets: Secrets) => secrets.revealInCommand(`echo ${value}`),
    (secrets: Secrets) => secrets.revealBytes(Buffer.from(value)),
  ]) {
    const secrets = secretsOf({ PIN: value });
    putIn(secrets);
    expect(secrets.revealed()).toBe(true);
  }
});

test('an error says neither a value nor anything to the terminal', () => {
  const error = redactError(new Error(`${value}:\t\u001B]0;mine\u0007\u009B2J\n`), redactorOf());
  expect(error).toMatchObject({ message: '{{secret PIN}}:\t\uFFFD]0;mine\uFFFD\uFFFD2J\n' });
});
