import { readFileSync } from 'node:fs';

/** Prints the version of this package. */
export function version(): number {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  process.stdout.write(`${(JSON.parse(text) as { version: string }).version}\n`);
  return 0;
}
