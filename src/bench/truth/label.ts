import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Element, Window } from '../../desktop/index.js';
import { contentKey } from '../../desktop/ocr/geometry.js';
import { union, cropFrame, grow, intersection, decodePng, type Frame, type Rect } from '../../image/index.js';
import { labelsOf, type Told } from './labels.js';
import { smallPng } from './palette.js';
import { scenes } from './scenes.js';

/** What is around the labels is seen as well. */
const MARGIN = 26;
/** States that show hardly anything new are not worth a picture. */
const FEWEST = 4;

/** Makes the truth out of what was seen: `node dist/bench/truth/label.js FOLDER INTO`. */
const [folder = '', into = ''] = process.argv.slice(2);
await mkdir(into, { recursive: true });
let before: readonly Known[] = [];
let of = '';
for (const { app, look, state, file } of inOrder(await readdir(folder))) {
  const seen = JSON.parse(await readFile(join(folder, file), 'utf8')) as Seen;
  const frame = decodePng(await readFile(join(folder, file.replace(/json$/, 'png'))));
  if (of !== `${app} ${look}`) before = [];
  of = `${app} ${look}`;
  const known = labelsOf({ ...seen, frame }).map((label) => ({
    ...label,
    pixels: contentKey(cropFrame(frame, label.box)),
  }));
  // What stands there as it did in another state would count twice.
  const labels = known.filter(
    (one) => !before.some((other) => one.text === other.text && one.pixels === other.pixels),
  );
  before = [...before, ...labels];
  if (labels.length < FEWEST) continue;
  const part = extent(frame, labels);
  const name = `${app}-${state}-${look}`;
  await writeFile(join(into, `${name}.png`), smallPng(cropFrame(frame, part)));
  const lines = labels.map(({ text, box }) =>
    JSON.stringify({ text, box: { ...box, x: box.x - part.x, y: box.y - part.y } }),
  );
  await writeFile(join(into, `${name}.json`), `[\n${lines.join(',\n')}\n]\n`);
  process.stdout.write(`${name}: ${labels.length}\n`);
}

interface Seen {
  readonly elements: readonly Element[];
  readonly windows: readonly Window[];
}

interface Known extends Told {
  readonly pixels: string;
}

interface Picture {
  readonly app: string;
  readonly state: string;
  readonly look: string;
  readonly file: string;
}

/** The pictures of the scenes, look by look, in the order in which their states were reached. */
function inOrder(files: readonly string[]): readonly Picture[] {
  return scenes.flatMap(({ app, looks, states }) =>
    looks.flatMap((look) =>
      states
        .map((state) => ({ app, look, state: state.name, file: `${app}-${state.name}-${look}.json` }))
        .filter(({ file }) => files.includes(file)),
    ),
  );
}

/** The part of the picture that has the labels. */
function extent(frame: Frame, labels: readonly Told[]): Rect {
  const screen = { x: 0, y: 0, width: frame.width, height: frame.height };
  const around = grow(labels.map(({ box }) => box).reduce(union), MARGIN, MARGIN);
  return intersection(around, screen) ?? screen;
}
