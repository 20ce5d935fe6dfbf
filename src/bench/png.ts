import { decodePng, encodePng, type Frame } from '../image/index.js';
import { importPeer, peerLabel } from './peers.js';
import { tiled, wallpaper } from './pictures.js';
import { alternate, rowsOf, type Candidate, type Table } from './table.js';

interface Sharp {
  (
    data: Buffer,
    options?: { readonly raw: { readonly width: number; readonly height: number; readonly channels: 4 } },
  ): {
    png(options: { readonly compressionLevel: number }): { toBuffer(): Promise<Buffer> };
    ensureAlpha(): { raw(): { toBuffer(): Promise<Buffer> } };
  };
  cache(options: false): void;
}

interface Napi {
  readonly CompressionType: { readonly Default: number; readonly Fast: number };
  readonly FilterType: { readonly NoFilter: number; readonly Up: number };
  readonly Transformer: {
    new (png: Buffer): { rawPixels(): Promise<Buffer> };
    fromRgbaPixels(
      data: Buffer,
      width: number,
      height: number,
    ): { png(options: { readonly compressionType: number; readonly filterType: number }): Promise<Buffer> };
  };
}

interface FastPng {
  encode(image: Frame & { readonly channels: 4 }): Uint8Array;
  decode(png: Uint8Array): unknown;
}

interface Pngjs {
  readonly PNG: {
    readonly sync: {
      write(
        png: Frame,
        options: {
          readonly deflateLevel?: number;
          readonly deflateStrategy?: number;
          readonly filterType?: number;
        },
      ): Buffer;
      read(png: Buffer): unknown;
    };
  };
}

/** A way to write and read PNG files. */
interface Codec {
  readonly name: string;
  encode(frame: Frame): Uint8Array | Promise<Uint8Array>;
  /** Absent for another setting of the same encoder. */
  readonly decode?: (png: Buffer) => unknown;
}

/** PNG files: ours and others in alternation, by time and by size. */
export async function benchPng({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const codecs = [ours, ...(await peers())];
  const pictures = [
    { name: 'screen, 1280×800', frame: await tiled({ width: 1280, height: 800 }) },
    { name: 'screen, 1920×1080', frame: await tiled({ width: 1920, height: 1080 }) },
    { name: 'screen, 3840×2160', frame: await tiled({ width: 3840, height: 2160 }) },
    { name: 'noisy wallpaper, 1920×1080', frame: await wallpaper({ width: 1920, height: 1080 }) },
  ];
  const tables: Table[] = [];
  for (const { name, frame } of pictures) {
    const files = await Promise.all(codecs.map(async (codec) => codec.encode(frame)));
    const encoders = codecs.map((codec, index): Candidate => ({
      name: `${codec.name}, ${Math.round(files[index]!.length / 1000)} kB`,
      run: async () => void (await codec.encode(frame)),
    }));
    tables.push({ title: `Encoding PNG: ${name}`, rows: rowsOf(await alternate(rounds, encoders)) });
    // What we wrote is what we read, but for files of others such as a picture to be found.
    const foreign = files[codecs.findIndex((codec) => codec !== ours && codec.decode)] ?? files[0]!;
    for (const [of, png] of [
      ['our file', Buffer.from(files[0]!)],
      ['a file of a peer', Buffer.from(foreign)],
    ] as const) {
      const decoders = codecs.flatMap(({ name: what, decode }): readonly Candidate[] =>
        decode === undefined ? [] : [{ name: what, run: async () => void (await decode(png)) }],
      );
      tables.push({ title: `Decoding ${of}: ${name}`, rows: rowsOf(await alternate(rounds, decoders)) });
    }
  }
  return tables;
}

const ours: Codec = { name: 'ours', encode: encodePng, decode: decodePng };

async function peers(): Promise<readonly Codec[]> {
  const codecs: Codec[] = [];
  const sharp = (await importPeer<{ readonly default: Sharp }>('sharp'))?.default;
  if (sharp !== undefined) {
    sharp.cache(false);
    for (const compressionLevel of [6, 2]) {
      const decode = (png: Buffer): unknown => sharp(png).ensureAlpha().raw().toBuffer();
      codecs.push({
        name: `${peerLabel('sharp')}, level ${compressionLevel}`,
        encode: ({ width, height, data }) =>
          sharp(data, { raw: { width, height, channels: 4 } })
            .png({ compressionLevel })
            .toBuffer(),
        ...(compressionLevel === 6 ? { decode } : {}),
      });
    }
  }
  const napi = await importPeer<Napi>('@napi-rs/image');
  if (napi !== undefined) {
    const { CompressionType, FilterType, Transformer } = napi;
    const encoder =
      (compressionType: number, filterType: number) =>
      ({ width, height, data }: Frame): Promise<Uint8Array> =>
        Transformer.fromRgbaPixels(data, width, height).png({ compressionType, filterType });
    codecs.push({
      name: `${peerLabel('@napi-rs/image')}, default`,
      encode: encoder(CompressionType.Default, FilterType.NoFilter),
      decode: (png) => new Transformer(png).rawPixels(),
    });
    codecs.push({
      name: `${peerLabel('@napi-rs/image')}, fast, up`,
      encode: encoder(CompressionType.Fast, FilterType.Up),
    });
  }
  const fastPng = await importPeer<FastPng>('fast-png');
  if (fastPng !== undefined) {
    codecs.push({
      name: peerLabel('fast-png'),
      encode: (frame) => fastPng.encode({ ...frame, channels: 4 }),
      decode: (png) => fastPng.decode(png),
    });
  }
  const PNG = (await importPeer<Pngjs>('pngjs'))?.PNG;
  if (PNG !== undefined) {
    codecs.push({
      name: `${peerLabel('pngjs')}, as Playwright uses it`,
      encode: (frame) => PNG.sync.write(frame, {}),
      decode: (png) => PNG.sync.read(png),
    });
    codecs.push({
      name: `${peerLabel('pngjs')}, level 1, no filter`,
      encode: (frame) => PNG.sync.write(frame, { deflateLevel: 1, deflateStrategy: 0, filterType: 0 }),
    });
  }
  return codecs;
}
