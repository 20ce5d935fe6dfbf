// Far more than a spec needs, far less than ends the stack: V8 may abort when a regular expression is compiled
// near that end, so an exception could not be relied on.
const deepest = 200;

const marks = /^(?:[ \t]|[-*+>?](?=[ \t>]|$)|\d{1,9}[.)](?=[ \t]|$))*/;

/** Where a text nests lists, quotes or brackets deeper than the parsers can be trusted with. */
export function findDeepest(text: string): number | undefined {
  let offset = 0;
  for (const line of text.split('\n')) {
    if ((marks.exec(line)?.[0].length ?? 0) > deepest) return offset;
    offset += line.length + 1;
  }
  return undefined;
}

/** Where YAML opens more brackets than front matter can need. */
export function findManyBrackets(yaml: string): number | undefined {
  let count = 0;
  for (let index = 0; index < yaml.length; index++) {
    if ('[{'.includes(yaml[index] ?? ' ') && ++count > deepest) return index;
  }
  return undefined;
}
