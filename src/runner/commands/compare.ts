import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startTextReader } from '../../desktop/index.js';
import {
  decodePng,
  encodePng,
  ImageError,
  judgeFrames,
  levels,
  type Frame,
  type Judgement,
  type Level,
  type Rect,
} from '../../image/index.js';
import { didYouMean } from '../../spec/index.js';
import { describeDifferences, drawDifferences } from '../looks/tell.js';
import { UsageError } from '../usage.js';

const usage = `Usage: codex-test compare EXPECTED.png ACTUAL.png [options]

Compares two pictures as the check \`screenshot: NAME\` does, and says what differs and whether it matters.

  --level LEVEL     ${levels.join(', ')}; strict unless told
  --mask X,Y,WxH    leaves a part out, in pixels; may be given more than once
  --diff OUT.png    writes the differences as a picture, red where they matter, yellow where they do not
  --json            for programs

Exit codes: 0 alike, 1 different, 2 bad usage or a file that is no PNG.
`;

interface Order {
  readonly expected: string;
  readonly actual: string;
  readonly level: Level;
  readonly masks: readonly Rect[];
  readonly diff: string | undefined;
  readonly as: 'text' | 'json';
}

/** Compares two files, without a sandbox. */
export async function compare(args: readonly string[]): Promise<number> {
  const order = readArguments(args);
  if (order === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const expected = readPicture(order.expected);
  const frame = readPicture(order.actual);
  const reader = startTextReader();
  try {
    const { level, masks } = order;
    const readText = (picture: Frame, region: Rect) => reader.read(picture, { region });
    const judgement = await judgeFrames(expected, frame, { level, masks, readText });
    if (order.diff !== undefined) await writeDiff(order.diff, { judgement, frame });
    process.stdout.write(order.as === 'json' ? asJson(judgement) : asText(judgement));
    return judgement.isAlike ? 0 : 1;
  } finally {
    await reader.close();
  }
}

function readArguments(args: readonly string[]): Order | 'help' {
  const { values, positionals } = parse(args);
  if (values.help === true) return 'help';
  const [expected, actual, ...others] = positionals;
  if (expected === undefined || actual === undefined || others.length > 0) {
    throw new UsageError(
      `compare takes two pictures, not ${positionals.length}: codex-test compare EXPECTED.png ACTUAL.png`,
    );
  }
  const { level = 'strict', mask = [], diff, json } = values;
  const known = levels.find((each) => each === level);
  if (known === undefined) {
    const advice = didYouMean(level, levels) || ` There are ${levels.join(', ')}.`;
    throw new UsageError(`"${level}" is no level.${advice}`);
  }
  return {
    expected,
    actual,
    level: known,
    masks: mask.map(toRect),
    diff,
    as: json === true ? 'json' : 'text',
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        level: { type: 'string' },
        mask: { type: 'string', multiple: true },
        diff: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`compare: ${(error as Error).message}`);
  }
}

function toRect(text: string): Rect {
  const match = /^(\d+),(\d+),(\d+)x(\d+)$/.exec(text);
  if (match === null) throw new UsageError(`"${text}" is no mask; write X,Y,WxH, for example 10,20,300x40`);
  const [x = 0, y = 0, width = 0, height = 0] = match.slice(1).map(Number);
  return { x, y, width, height };
}

function readPicture(path: string): Frame {
  try {
    return decodePng(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`there is no file ${path}`);
    if (error instanceof ImageError) throw new UsageError(`${path}: ${error.message}`);
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

async function writeDiff(
  path: string,
  compared: { readonly judgement: Judgement; readonly frame: Frame },
): Promise<void> {
  try {
    await writeFile(path, encodePng(drawDifferences(compared)));
  } catch (error) {
    throw new UsageError(`the differences cannot be written to ${path}: ${(error as Error).message}`);
  }
}

function asText(judgement: Judgement): string {
  const { isAlike, level, differentPixels, ratio } = judgement;
  const count = `${differentPixels} pixels (${(ratio * 100).toFixed(2)} %) differ`;
  const verdict = `${isAlike ? 'alike' : 'different'} at level=${level}; ${count}`;
  const lines = describeDifferences({ judgement }, { real: Infinity, harmless: Infinity });
  return `${[verdict, ...(lines === '' ? [] : [lines])].join('\n')}\n`;
}

function asJson({ isAlike, level, differences, differentPixels, ratio }: Judgement): string {
  return `${JSON.stringify({ isAlike, level, differences, differentPixels, ratio }, undefined, 2)}\n`;
}
