import { readFileSync } from 'node:fs';

/** The text of a file that a spec refers to; undefined when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
