import { withoutControls } from './controls.js';
import { otherForms } from './forms.js';
import { resembles } from './resemble.js';
import { quoteForShell } from './shell.js';
import { replaceSecrets, secretsIn } from './secret.js';

/** Values of secrets by their names. */
export type SecretValues = ReadonlyMap<string, string>;

/** The secrets of one test. */
export interface Secrets {
  readonly redactor: Redactor;
  /** Whether there are none, so that nothing has to be looked for. */
  readonly none: boolean;
  /** Puts the values in; throws for a name that the test does not list. */
  reveal(text: string): string;
  /** Puts the values into bytes in which listed secrets may stand. */
  revealBytes(bytes: Uint8Array): Uint8Array;
  /** Puts them into a command line of the shell, as text whatever they hold. */
  revealInCommand(command: string): string;
  /** Whether a value was put in anywhere yet. */
  revealed(): boolean;
}

/** Takes the values of secrets out of what is written. */
export interface Redactor {
  /**
   * The text with `{{secret NAME}}` in place of each value, and with `{{secret NAME, in another form}}` where its
   * case differs or it is encoded; what stands in a spec as a secret is therefore found in the result.
   */
  text(text: string): string;
  /** The same for the bytes of a file or of the output of a command. */
  bytes(bytes: Buffer): Buffer;
  /** As `text`, and pieces of a value of four characters and more as `{{secret NAME, in part}}`. */
  pieces(text: string): string;
  /** The name of the secret that a text read from a picture may be, misread characters allowed for. */
  resembles(text: string): string | undefined;
}

/** Shorter pieces of a value are parts of ordinary words. */
const shortestPiece = 4;

const standing = String.raw`\{\{secret [A-Z][A-Z0-9_]*(?:, in [a-z ]+)?\}\}`;
const isStanding = new RegExp(`^${standing}$`, 'i');

/** Makes the secrets of a test; no value is empty. */
export function createSecrets(values: SecretValues): Secrets {
  let revealed = false;
  const redactor = createRedactor(values);
  const reveal = (text: string, written: (value: string, before: string) => string): string => {
    const unknown = secretsIn(text).find((name) => !values.has(name));
    if (unknown !== undefined)
      throw new Error(`the secret "${unknown}" is not listed in "secrets", which names what a test may use`);
    const result = replaceSecrets(text, (name, before) => written(values.get(name)!, before));
    // A spec may have put the value in itself.
    revealed ||= redactor.text(result) !== result;
    return result;
  };
  return {
    redactor,
    none: values.size === 0,
    reveal: (text) => reveal(text, (value) => value),
    revealBytes: (bytes) => {
      const before = Buffer.from(bytes).toString('latin1');
      const after = replaceSecrets(before, (name) =>
        Buffer.from(values.get(name) ?? `{{secret ${name}}}`).toString('latin1'),
      );
      revealed ||= after !== before || redactor.bytes(Buffer.from(bytes)).compare(bytes) !== 0;
      return after === before ? bytes : Buffer.from(after, 'latin1');
    },
    revealInCommand: (command) => reveal(command, quoteForShell),
    revealed: () => revealed,
  };
}

/** The same error with its message and stack redacted, and without what would speak to a terminal. */
export function redactError(error: unknown, redactor: Redactor): unknown {
  const clean = (text: string): string => withoutControls(redactor.text(text));
  if (!(error instanceof Error)) return typeof error === 'string' ? clean(error) : error;
  error.message = clean(error.message);
  if (error.stack !== undefined) error.stack = clean(error.stack);
  if (error.cause !== undefined) error.cause = redactError(error.cause, redactor);
  return error;
}

function createRedactor(values: SecretValues): Redactor {
  const text = replacer(values, (form) => form);
  const bytes = replacer(values, (form) => Buffer.from(form).toString('latin1'));
  return {
    text,
    bytes: (given) => {
      const before = given.toString('latin1');
      const after = bytes(before);
      return after === before ? given : Buffer.from(after, 'latin1');
    },
    pieces: (given) =>
      [...values].reduce((left, [name, value]) => withoutPieces(left, name, value), text(given)),
    resembles: (given) => {
      const [, exact] = text(given) === given ? [] : (/\{\{secret (\w+)/.exec(text(given)) ?? []);
      return exact ?? [...values].find(([, value]) => resembles(given, value))?.[0];
    },
  };
}

function replacer(values: SecretValues, written: (form: string) => string): (text: string) => string {
  if (values.size === 0) return (text) => text;
  const exact = new Map([...values].map(([name, value]) => [written(value), name]));
  const others = new Map(
    [...values].flatMap(([name, value]) =>
      [value, ...otherForms(value)].map((form) => [written(form).toLowerCase(), name] as const),
    ),
  );
  const forms = [...new Set([...exact.keys(), ...others.keys()])].toSorted((a, b) => b.length - a.length);
  // What stands for a value already comes first, since a value may be a part of its own name.
  const pattern = new RegExp([standing, ...forms.map(escape)].join('|'), 'gi');
  const [first] = values.keys();
  return (text) =>
    text.replace(pattern, (found) => {
      if (isStanding.test(found)) return found;
      const name = exact.get(found);
      if (name !== undefined) return `{{secret ${name}}}`;
      return `{{secret ${others.get(found.toLowerCase()) ?? first}, in another form}}`;
    });
}

/** `text` holds no whole value any more. */
function withoutPieces(text: string, name: string, value: string): string {
  const marker = `{{secret ${name}, in part}}`;
  // What a field has taken of a value, or has left of it.
  if (text !== '' && (value.startsWith(text) || value.endsWith(text))) return marker;
  const parts = text.split(new RegExp(`(${standing})`));
  return parts.map((part, index) => (index % 2 === 1 ? part : replacePieces(part, value, marker))).join('');
}

function replacePieces(text: string, value: string, marker: string): string {
  let result = '';
  for (let at = 0; at < text.length;) {
    let length = 0;
    while (at + length < text.length && value.includes(text.slice(at, at + length + 1))) length++;
    const isPiece = length >= shortestPiece;
    result += isPiece ? marker : text[at];
    at += isPiece ? length : 1;
  }
  return result;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
