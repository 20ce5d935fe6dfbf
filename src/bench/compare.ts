import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tmpdir } from 'node:os';
import pixelmatch from 'pixelmatch';
import { compareFrames, decodePng, encodePng, judgeFrames, type Frame } from '../image/index.js';
import { noisy, shifted } from '../image/testing.js';
import { cropFrame, pasteFrame } from '../image/crop.js';
import { importPeer, peerLabel } from './peers.js';
import { screenOf, tiled, type Size } from './pictures.js';
import { alternate, rowsOf, type Candidate, type Table } from './table.js';

const sizes: readonly Size[] = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];

/** Milliseconds that are allowed at 1920x1080. */
const aims: Readonly<Record<string, number>> = { identical: 0.8, '1 % changed': 4 };

interface Pair {
  readonly name: string;
  readonly expected: Frame;
  readonly actual: Frame;
}

type CoreCompare = (a: Buffer, b: Buffer, output: undefined, width: number, height: number) => number;

interface Files {
  readonly expected: string;
  readonly actual: string;
  readonly diff: string;
}

/** Compares two files with another program; `close` ends what it started. */
interface FilePeer {
  readonly label: string;
  compare(files: Files): Promise<unknown>;
  close?(): Promise<void>;
}

/** Pictures in memory, and files from reading to verdict, beside the comparators of others. */
export async function benchCompare({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-test-compare-'));
  const peers = await filePeers();
  const tables: Table[] = [];
  try {
    for (const size of sizes) {
      for (const pair of await pairsOf(size)) {
        const title = `${pair.name}, ${size.width}×${size.height}`;
        const aim = size.width === 1920 ? aims[pair.name] : undefined;
        const few = size.width > 1920 || pair.name === 'another screen' ? Math.ceil(rounds / 4) : rounds;
        const inMemory = await alternate(few, await memoryCandidates(pair));
        tables.push({
          title: `Comparing pixels: ${title}`,
          rows: rowsOf(inMemory, aim === undefined ? {} : { aim }),
        });
        if (size.width !== 1920) continue;
        const files = await alternate(few, await fileCandidates(pair, directory, peers));
        tables.push({ title: `Comparing PNG files: ${title}`, rows: rowsOf(files) });
      }
    }
  } finally {
    for (const peer of peers) await peer.close?.();
    await rm(directory, { recursive: true, force: true });
  }
  return tables;
}

/** The same, one hundredth replaced, every edge and flat a little otherwise, and another screen. */
async function pairsOf(size: Size): Promise<readonly Pair[]> {
  const expected = await tiled(size);
  const same = { ...expected, data: Buffer.from(expected.data) };
  const one = { ...expected, data: Buffer.from(expected.data) };
  const part = { x: 40, y: 40, width: Math.round(size.width / 10), height: Math.round(size.height / 10) };
  pasteFrame(
    cropFrame(await screenOf('form', size), { ...part, x: size.width >> 1, y: size.height >> 1 }),
    one,
    {
      x: size.width >> 2,
      y: size.height >> 2,
    },
  );
  return [
    { name: 'identical', expected, actual: same },
    { name: '1 % changed', expected, actual: one },
    { name: 'noise of ±2', expected, actual: noisy(expected, { by: 2, brighter: 0, seed: 3 }) },
    { name: 'another screen', expected, actual: shifted(await screenOf('wizard', size), 0) },
  ];
}

async function memoryCandidates({ expected, actual }: Pair): Promise<readonly Candidate[]> {
  const { width, height } = expected;
  const core = await importPeer<{ readonly default: CoreCompare; readonly diff?: CoreCompare }>(
    '@blazediff/core',
  );
  const blazediff = core?.diff ?? core?.default;
  const judged = async (): Promise<unknown> =>
    (await judgeFrames(expected, actual, { level: 'pixels' })).isAlike;
  return [
    { name: 'ours, level=pixels', run: judged },
    {
      name: 'ours, level=strict, without reading text',
      run: async () => (await judgeFrames(expected, actual)).isAlike,
    },
    { name: 'ours, with the picture of the differences', run: () => compareFrames(expected, actual).diff },
    { name: 'Buffer.equals, the limit', run: () => expected.data.equals(actual.data) },
    {
      name: 'pixelmatch, whole picture',
      run: () => void pixelmatch(expected.data, actual.data, undefined, width, height, { threshold: 0.2 }),
    },
    ...(blazediff === undefined
      ? []
      : [
          {
            name: peerLabel('@blazediff/core'),
            run: () => void blazediff(expected.data, actual.data, undefined, width, height),
          },
        ]),
  ];
}

async function fileCandidates(
  { name, expected, actual }: Pair,
  directory: string,
  peers: readonly FilePeer[],
): Promise<readonly Candidate[]> {
  const base = join(directory, name.replaceAll(/\W+/g, '-'));
  const files = { expected: `${base}-a.png`, actual: `${base}-b.png`, diff: `${base}-diff.png` };
  await writeFile(files.expected, encodePng(expected));
  await writeFile(files.actual, encodePng(actual));
  return peers.map((peer) => ({ name: peer.label, run: () => peer.compare(files) }));
}

async function filePeers(): Promise<readonly FilePeer[]> {
  const ours: FilePeer = {
    label: 'ours, level=pixels',
    compare: async ({ expected, actual, diff }) => {
      const [a, b] = await Promise.all([readFile(expected), readFile(actual)]);
      if (a.equals(b)) return;
      const judgement = await judgeFrames(decodePng(a), decodePng(b), { level: 'pixels' });
      const picture = judgement.diff();
      if (picture !== undefined) await writeFile(diff, encodePng(picture));
    },
  };
  return [
    ours,
    ...(await Promise.all([playwrightPeer(), odiffPeer(), looksSamePeer(), blazediffPeer()])).flat(),
  ];
}

/** Playwright's own, which no door of its package gives. */
async function playwrightPeer(): Promise<readonly FilePeer[]> {
  const modules = join(import.meta.dirname, '../../node_modules');
  const bundle = pathToFileURL(join(modules, 'playwright-core', 'lib/coreBundle.js'));
  interface Core {
    readonly utils: {
      getComparator(
        type: 'image/png',
      ): (
        actual: Buffer,
        expected: Buffer,
        options: { readonly comparator?: 'ssim-cie94'; readonly threshold?: number },
      ) => { readonly diff?: Buffer } | null;
    };
  }
  const imported = (await import(bundle.href)) as Partial<Core> & { readonly default?: Core };
  const compare = (imported.utils ?? imported.default?.utils)?.getComparator('image/png');
  if (compare === undefined) return [];
  const peer = (label: string, options: { readonly comparator?: 'ssim-cie94' }): FilePeer => ({
    label,
    compare: async ({ expected, actual, diff }) => {
      const [a, b] = await Promise.all([readFile(expected), readFile(actual)]);
      const result = compare(b, a, options);
      if (result?.diff !== undefined) await writeFile(diff, result.diff);
    },
  });
  return [peer("Playwright's pixelmatch", {}), peer("Playwright's ssim-cie94", { comparator: 'ssim-cie94' })];
}

async function odiffPeer(): Promise<readonly FilePeer[]> {
  interface Server {
    compare(a: string, b: string, diff: string): Promise<unknown>;
    stop(): void;
  }
  const odiff = await importPeer<{ readonly ODiffServer?: new () => Server }>('odiff-bin');
  if (odiff?.ODiffServer === undefined) return [];
  const server = new odiff.ODiffServer();
  return [
    {
      label: `${peerLabel('odiff-bin')}, server`,
      compare: ({ expected, actual, diff }) => server.compare(expected, actual, diff),
      close: async () => server.stop(),
    },
  ];
}

async function looksSamePeer(): Promise<readonly FilePeer[]> {
  type LooksSame = (a: string, b: string) => Promise<unknown>;
  const module = await importPeer<{ readonly default: LooksSame }>('looks-same');
  if (module === undefined) return [];
  return [
    {
      label: `${peerLabel('looks-same')}, verdict alone`,
      compare: ({ expected, actual }) => module.default(expected, actual),
    },
  ];
}

async function blazediffPeer(): Promise<readonly FilePeer[]> {
  type Compare = (a: string, b: string, diff: string) => Promise<unknown>;
  const module = await importPeer<{ readonly compare?: Compare }>('@blazediff/bin');
  const compare = module?.compare;
  if (compare === undefined) return [];
  return [
    {
      label: peerLabel('@blazediff/bin'),
      compare: ({ expected, actual, diff }) => compare(expected, actual, diff),
    },
  ];
}
