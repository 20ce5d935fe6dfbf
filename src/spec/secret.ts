import type { Source } from './source.js';
import { didYouMean } from './suggest.js';
import type { Check } from './types.js';

/** What a name of `secrets` looks like. */
export const secretName = /^[A-Z][A-Z0-9_]*$/;

const placeholder = /\{\{secret ([A-Z][A-Z0-9_]*)\}\}/g;
const attempt = /\{\{\s*secrets?\b[^{}\n]*\}{0,2}/i;

/**
 * Replaces every `{{secret NAME}}` of a text by what `valueOf` gives for its name.
 *
 * `valueOf` also gets what stands before it. Values are not escaped, so read a sentence first and replace in its parts.
 */
export function replaceSecrets(text: string, valueOf: (name: string, before: string) => string): string {
  return text.replace(placeholder, (_, name: string, at: number) => valueOf(name, text.slice(0, at)));
}

/** Names of the secrets in a text, in order, each as often as it stands there. */
export function secretsIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}

/** Whether a text holds the placeholder of a secret, rightly spelt or not. */
export function mentionsSecret(text: string): boolean {
  return attempt.test(text);
}

/** Why the secrets of a text cannot be used, or undefined when each is spelt rightly and listed. */
export function refuseSecrets(text: string, listed: readonly string[]): string | undefined {
  const misspelt = attempt.exec(text.replace(placeholder, ''))?.[0];
  if (misspelt !== undefined) return `"${misspelt}" is no secret. Write {{secret NAME}}.`;
  const unknown = secretsIn(text).find((name) => !listed.includes(name));
  if (unknown === undefined) return undefined;
  const advice = didYouMean(unknown, listed) || ` Add "secrets: [${[...listed, unknown].join(', ')}]".`;
  return `The secret "${unknown}" is not listed in the front matter.${advice}`;
}

/** Why the secrets of a sentence may not stand where they do. */
export function refuseUnquoted(text: string): string | undefined {
  const unquoted = text.replace(/"(?:\\.|[^"\\])*"|“(?:\\.|[^”\\])*”/g, '');
  return mentionsSecret(unquoted)
    ? 'In an expectation a secret stands in quotes. Write "{{secret NAME}}".'
    : undefined;
}

/** Why the secrets of a check may not stand where they do: only compared texts and commands may hold them. */
export function refuseOutside(text: string, check: Check): string | undefined {
  const match = 'match' in check && check.match !== undefined ? check.match : undefined;
  const compared = match && match.op !== 'matches' ? match.text : '';
  const allowed = secretsIn(check.name === 'command' ? check.command + compared : compared);
  if (secretsIn(text).length === allowed.length) return undefined;
  return `A secret may stand only in the quoted text that is compared, not in a name, a path or a pattern.`;
}

/** Reports a secret in a text that is shown or stored; tells whether there was one. */
export function rejectSecret(
  source: Source,
  { text, offset, where }: { readonly text: string; readonly offset: number; readonly where: string },
): boolean {
  if (!mentionsSecret(text)) return false;
  const message = `A secret may not stand in ${where}. Use it in a step or in the quoted text of an expectation.`;
  source.report({ code: 'bad-secret', offset, message });
  return true;
}
