import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** The text of a file that a spec refers to; undefined when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * The bytes of a regular file that somebody with fewer rights may have put there: follows no link, and waits
 * for nobody, as a pipe in the file's place would make it do. Undefined for anything else, and above `limit` bytes.
 */
export function readPlain(path: string, limit: number): Buffer | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() && stat.size <= limit ? readFileSync(descriptor) : undefined;
  } finally {
    closeSync(descriptor);
  }
}
