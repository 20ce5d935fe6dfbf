/** Where steps come from: a test of a spec. */
export interface Reference {
  /** Relative to the spec that says it, with `/`; empty for that spec itself. */
  readonly path: string;
  /** Title of the test, the titles of its suites before it where it needs them: `Suite > Title`. */
  readonly title: string;
}

const line = /^use[ \t]*:[ \t]*(?:["“](.*)["”]|(.*))$/is;
const sentence = /^use (?:the steps of )?["“]((?:\\.|[^"”\\])+)["”] (?:of|from|in) (\S+\.md)\.?$/is;
const location = /^([^#\0\n]*?)#(.+)$/s;

/** What to write, for error messages. */
export const useForm = 'Write use: other.spec.md#Title.';

/** Reads `other.spec.md#Title`, or `#Title` for the spec itself; a text that is none comes back as a reason. */
export function parseReference(text: string): Reference | string {
  const [, path = '', title = ''] = location.exec(text.trim()) ?? [];
  if (title.trim() === '') return `"${text.trim()}" names no test. ${useForm}`;
  return checked({ path: path.trim(), title: title.trim() });
}

/** Reads a step such as `use: other.spec.md#Title` or `Use "Title" of other.spec.md`; undefined for any other. */
export function readUse(step: string): Reference | string | undefined {
  const [whole, quoted, plain = ''] = line.exec(step) ?? [];
  if (whole !== undefined) return parseReference(quoted ?? plain);
  const [, title, path] = sentence.exec(step) ?? [];
  return title === undefined || path === undefined
    ? undefined
    : checked({ path, title: title.replace(/\\(["“”\\])/g, '$1').trim() });
}

/** Whether a line would be a `use` in the list of steps. */
export function isUse(text: string): boolean {
  return /^use[ \t]*:[ \t]*\S*#/i.test(text);
}

function checked(reference: Reference): Reference | string {
  const { path } = reference;
  if (path === '') return reference;
  if (/^(?:\/|~|[A-Za-z]:)|\\/.test(path)) return `"${path}" is not relative to this spec. ${useForm}`;
  return /\.md$/i.test(path) ? reference : `"${path}" is no Markdown file. ${useForm}`;
}
