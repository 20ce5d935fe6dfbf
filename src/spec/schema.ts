import { type Schema, keys } from './keys.js';
import { type Reading } from './settings.js';

const futureKeys: readonly string[] = ['privileges', 'budget', 'evidence', 'attempts', 'want'];

/** Every key that the front matter may have one day. */
export const keyNames: readonly string[] = [...Object.keys(keys), ...futureKeys];

/** JSON Schema (draft 2020-12) of the front matter, for editors and checks outside of a run. */
export const frontMatterSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Front matter of a spec',
  type: 'object',
  properties: Object.fromEntries(Object.entries(keys).map(([name, { schema }]) => [name, schema])),
  additionalProperties: false,
};

/** Reads one key; `value` is a scalar, a list of scalars or a map, anything else is undefined. */
export function readKey(key: string, value: unknown): Reading | undefined {
  if (futureKeys.includes(key)) {
    return { code: 'unsupported', message: `"${key}" is not supported yet. Remove the line.` };
  }
  if (!Object.hasOwn(keys, key)) return undefined;
  return keys[key as keyof typeof keys].read(value);
}
