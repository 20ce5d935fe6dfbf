import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePng, encodePng, fillRect, findPicture, type Frame, type Rect } from '../image/index.js';
import { cropFrame, pasteFrame } from '../image/crop.js';
import { flatFrame, noisy, partWithDetail, randomNumbers } from '../image/testing.js';
import { fixtures, screenNames, screenOf } from './pictures.js';
import { alternate, rowsOf, type Candidate, type Row, type Table } from './table.js';
import { startTinycv, type Tinycv } from './tinycv.js';

const sizes = [
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
] as const;

/** Milliseconds that are allowed near the last place and on the whole screen. */
const aims = { near: 3, whole: 15 };

/** A picture to look for, and a screen to look on. */
interface Case {
  readonly kind: string;
  /** The screen that the picture was cut from, and where. */
  readonly origin: string;
  readonly part: Rect;
  readonly picture: Frame;
  readonly scene: string;
  readonly frame: Frame;
  /** Whether it is there. */
  readonly present: boolean;
}

/** Finding a picture: ours and os-autoinst's in alternation on the same pictures, and who is right. */
export async function benchFind({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-test-find-'));
  const peer = startTinycv();
  try {
    const tables: Table[] = [];
    for (const size of sizes) {
      const cases = await layOut(directory, size);
      const name = `${size.width}×${size.height}`;
      tables.push({ title: `Finding a picture, ${name}`, rows: await times(cases, peer, rounds) });
      tables.push({ title: `Right answers, ${name}`, rows: await verdicts(cases, peer) });
    }
    const without = peer === undefined ? ['os-autoinst is not measured: it is not installed'] : [];
    return [...tables.slice(0, -1), { ...tables.at(-1)!, notes: without }];
  } finally {
    await peer?.close();
    await rm(directory, { recursive: true });
  }
}

/** A round takes each picture once, so a figure is the median over pictures and rounds. */
async function times(
  cases: readonly Case[],
  peer: Tinycv | undefined,
  rounds: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of ['same', 'noise', 'absent']) {
    const chosen = cases.filter((each) => each.kind === kind);
    const pick = (round: number): Case => chosen[(round + chosen.length) % chosen.length]!;
    // What is measured is code that has been compiled, as in a test run.
    for (const each of [...chosen, ...chosen])
      for (const where of ['near', 'whole'] as const) ours(each, where);
    for (const where of kind === 'absent' ? (['whole'] as const) : (['near', 'whole'] as const)) {
      const run = (round: number): void => void ours(pick(round), where);
      const candidates: Candidate[] = [{ name: `${kind}, ${where}`, run }];
      if (peer !== undefined) {
        const search = async (round: number): Promise<number> => (await theirs(pick(round), peer, where)).ms;
        candidates.push({ name: `${kind}, ${where}: os-autoinst`, run: search });
      }
      rows.push(
        ...rowsOf(await alternate(Math.max(rounds, chosen.length), candidates), { aim: aims[where] }),
      );
    }
  }
  return rows;
}

async function verdicts(cases: readonly Case[], peer: Tinycv | undefined): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of new Set(cases.map((each) => each.kind))) {
    const chosen = cases.filter((each) => each.kind === kind);
    const right = chosen.filter((each) => isRight(each, ours(each, 'whole'))).length;
    const what = `${kind} (${chosen[0]?.present === true ? 'there' : 'not there'})`;
    const row = { what, figure: `${right} of ${chosen.length}`, aim: 'all', hit: right === chosen.length };
    if (peer === undefined) {
      rows.push(row);
      continue;
    }
    let other = 0;
    for (const each of chosen) {
      const { found, x, y } = await theirs(each, peer, 'whole');
      if (isRight(each, found ? [{ x, y }] : [])) other++;
    }
    rows.push({ ...row, figure: `${row.figure}; os-autoinst ${other}` });
  }
  return rows;
}

function ours(
  { frame, picture, part }: Case,
  where: 'near' | 'whole',
): readonly { readonly x: number; readonly y: number }[] {
  // Not quite where it is, or it would be one comparison.
  const options = where === 'near' ? { near: { ...part, x: part.x - 7, y: part.y + 9 } } : {};
  return findPicture(frame, picture, options).map(({ box }) => box);
}

async function theirs(
  { origin, scene, part }: Case,
  peer: Tinycv,
  where: 'near' | 'whole',
): Promise<Awaited<ReturnType<Tinycv['search']>>> {
  return peer.search(origin, scene, part, where === 'near' ? 50 : 4_000);
}

/** A picture may be at several places; the right one must be among them. */
function isRight(
  { present, part }: Case,
  found: readonly { readonly x: number; readonly y: number }[],
): boolean {
  return present ? found.some(({ x, y }) => x === part.x && y === part.y) : found.length === 0;
}

/** Writes screens for the peer, and cuts pictures from them. */
async function layOut(
  directory: string,
  size: { readonly width: number; readonly height: number },
): Promise<readonly Case[]> {
  const cases: Case[] = [];
  const write = async (name: string, frame: Frame): Promise<string> => {
    const path = join(directory, `${size.width}-${name}.png`);
    await writeFile(path, encodePng(frame));
    return path;
  };
  for (const [index, name] of screenNames.entries()) {
    const frame = await screenOf(name, size);
    const origin = await write(name, frame);
    const other = screenNames[(index + 2) % screenNames.length]!;
    const scenes = [
      { kind: 'same', frame, present: true },
      { kind: 'noise', frame: noisy(frame, { by: 8, brighter: 0, seed: index }), present: true },
      { kind: 'brighter', frame: noisy(frame, { by: 0, brighter: 5, seed: index }), present: true },
      { kind: 'absent', frame: await screenOf(other, size), present: false },
    ];
    const random = randomNumbers(index + 1);
    const parts = Array.from({ length: 5 }, () => partWithDetail(frame, random));
    for (const scene of scenes) {
      const path = await write(`${name}-${scene.kind}`, scene.frame);
      for (const part of parts)
        cases.push({ ...scene, origin, part, picture: cropFrame(frame, part), scene: path });
    }
  }
  return [...cases, ...(await changes(write, size))];
}

/** A window of 400 x 200 in which one character or the colour of a status is another one. */
async function changes(
  write: (name: string, frame: Frame) => Promise<string>,
  size: { readonly width: number; readonly height: number },
): Promise<readonly Case[]> {
  const sheet = decodePng(await readFile(join(fixtures, 'find/texts.png')));
  const { cells } = JSON.parse(await readFile(join(fixtures, 'find/texts.json'), 'utf8')) as {
    readonly cells: readonly { readonly text: string; readonly of: string; readonly box: Rect }[];
  };
  const part = { x: 200, y: 200, width: 400, height: 200 };
  const cases: Case[] = [];
  const add = async (kind: string, before: Frame, after: Frame): Promise<void> => {
    const name = `${kind.replaceAll(' ', '-')}-${cases.length}`;
    const [origin, scene] = [await write(`${name}-before`, before), await write(`${name}-after`, after)];
    cases.push({ kind, origin, part, picture: cropFrame(before, part), scene, frame: after, present: false });
  };
  for (const of of new Set(cells.map((cell) => cell.of))) {
    const [first, second] = cells.filter((cell) => cell.of === of);
    if (first === undefined || second === undefined || !/^(?:Version|12:)/.test(of)) continue;
    const show = (box: Rect): Frame => {
      const window = windowOf(size, of.endsWith('dark') ? [43, 43, 43] : [246, 245, 244]);
      pasteFrame(cropFrame(sheet, box), window, { x: 300, y: 290 });
      return window;
    };
    await add('another digit', show(first.box), show(second.box));
  }
  for (const [from, to] of [
    [
      [0, 128, 0],
      [200, 26, 0],
    ],
    [
      [40, 150, 60],
      [190, 75, 80],
    ],
  ] as const) {
    const [before, after] = [windowOf(size, [246, 245, 244]), windowOf(size, [246, 245, 244])];
    fillRect(before, { x: 300, y: 290, width: 24, height: 24 }, from);
    fillRect(after, { x: 300, y: 290, width: 24, height: 24 }, to);
    await add('another colour', before, after);
  }
  return cases;
}

function windowOf(
  { width, height }: { readonly width: number; readonly height: number },
  color: readonly [number, number, number],
): Frame {
  const frame = flatFrame(width, height, [120, 120, 120]);
  fillRect(frame, { x: 210, y: 210, width: 380, height: 180 }, color);
  return frame;
}
