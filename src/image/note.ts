import { crc32 } from 'node:zlib';

/** The chunk of international text, not compressed, of no language. */
const type = 'iTXt';
const keyword = 'codex-test';
const head = Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1');

/** The length of a signature and the header chunk behind it. */
const headerEnd = 33;

/** The PNG with a text in it, in place of one that it had; the picture is the same. */
export function writeNote(png: Buffer, note: string): Buffer {
  const { png: bare } = readNote(png);
  const content = Buffer.concat([Buffer.from(type, 'latin1'), head, Buffer.from(note)]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length - 4);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([bare.subarray(0, headerEnd), length, content, sum, bare.subarray(headerEnd)]);
}

/** The text of {@link writeNote}, undefined where there is none, and the PNG without it. */
export function readNote(png: Buffer): { readonly note?: string; readonly png: Buffer } {
  for (let at = 8; at + 12 <= png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    const content = png.subarray(at + 8, end - 4);
    if (png.toString('latin1', at + 4, at + 8) === type && content.subarray(0, head.length).equals(head)) {
      const note = content.subarray(head.length).toString();
      return { note, png: Buffer.concat([png.subarray(0, at), png.subarray(end)]) };
    }
    at = end;
  }
  return { png };
}
