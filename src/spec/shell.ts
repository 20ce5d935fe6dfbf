/** A value as the shell reads it where `before` ends: inside of quotes of one kind or the other, or outside. */
export function quoteForShell(value: string, before: string): string {
  switch (openQuote(before)) {
    case "'":
      return value.replaceAll("'", String.raw`'\''`);
    case '"':
      return value.replaceAll(/["\\$`]/g, String.raw`\$&`);
    case '':
      return `'${value.replaceAll("'", String.raw`'\''`)}'`;
  }
}

/** The quote that a beginning of a command line leaves open. */
function openQuote(command: string): "'" | '"' | '' {
  let open: "'" | '"' | '' = '';
  for (let at = 0; at < command.length; at++) {
    const character = command[at];
    if (character === '\\' && open !== "'") at++;
    else if (character === open) open = '';
    else if (open === '' && (character === "'" || character === '"')) open = character;
  }
  return open;
}

/** A path as a word of the shell, which still reads `~/` at its beginning. */
export function pathForShell(path: string): string {
  const [, home = '', rest = path] = /^(~\/)(.*)$/s.exec(path) ?? [];
  return /^[\w./+-]+$/.test(rest) ? `${home}${rest}` : `${home}${quoteForShell(rest, '')}`;
}
