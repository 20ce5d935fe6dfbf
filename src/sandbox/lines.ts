import type { Duplex } from 'node:stream';

/**
 * Calls `onLine` with each line of a stream, without its end, and destroys the stream at a line of more than
 * `maxBytes`. Only a line feed ends a line: newer versions of readline also end one at U+2028, which JSON
 * allows inside a string.
 */
export function readLines(
  stream: Duplex,
  options: { readonly maxBytes: number; readonly onLine: (line: string) => void },
): void {
  let held: Buffer[] = [];
  let size = 0;
  const hold = (part: Buffer): void => {
    held.push(part);
    size += part.length;
    if (size > options.maxBytes) stream.destroy();
  };
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, end));
      if (stream.destroyed) return;
      const line = Buffer.concat(held).toString('utf8');
      held = [];
      size = 0;
      from = end + 1;
      options.onLine(line);
    }
    hold(chunk.subarray(from));
  });
}
