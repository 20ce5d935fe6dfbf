import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Keeps an error of a pipe from ending the broker, and with it every sandbox: the pipes are sockets, which a
 * process that ends before it has read them resets. What is lost shows in how the process ends.
 */
export function tolerateResets(child: ChildProcess): void {
  for (const pipe of child.stdio) pipe?.on('error', () => {});
}

/** Keeps the last 4 KiB of a stream and gives them as text when called. */
export function tail(stream: Readable): () => string {
  let kept = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-4096);
  });
  return () => kept.toString('utf8').trim() || '(no output)';
}

/** Keeps the first `limit` bytes of a stream and goes on reading the rest. */
export function head(
  stream: Readable,
  limit: number,
): { readonly bytes: () => Buffer; readonly truncated: () => boolean } {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  stream.on('data', (chunk: Buffer) => {
    const room = limit - size;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    truncated ||= chunk.length > room;
    size += Math.min(chunk.length, Math.max(room, 0));
  });
  return { bytes: () => Buffer.concat(chunks), truncated: () => truncated };
}
