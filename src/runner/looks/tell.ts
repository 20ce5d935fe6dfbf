import { relative } from 'node:path';
import { drawBox, grow, type Difference, type Frame } from '../../image/index.js';
import type { Outcome } from './settle.js';

/** How many differences of each kind a message lists; the attachment has them all. */
const listed = { real: 8, harmless: 4 };

const red = [220, 0, 0] as const;
const yellow = [240, 190, 0] as const;

/** A path as a person at the terminal writes it. */
export function shown(path: string): string {
  return relative(process.cwd(), path);
}

/** The command that takes the screen as it is, in place of the look that comes nearest or, with `also`, beside it. */
export function acceptCommand(
  { file, line, name }: { readonly file: string; readonly line: number; readonly name: string },
  also?: 'also',
): string {
  const said = /[^\w.-]/.test(name) ? `'${name}'` : name;
  return `codex-test accept ${shown(file)}:${line} ${said}${also === undefined ? '' : ' --also'}`;
}

/** What differs, in words: what matters first, then what was forgiven. */
export function describeDifferences({ judgement }: Pick<Outcome, 'judgement'>, limits = listed): string {
  const { differences, level } = judgement;
  const real = differences.filter(({ isHarmless }) => !isHarmless);
  const harmless = differences.filter(({ isHarmless }) => isHarmless);
  const lines = [
    ...list(real, limits.real),
    ...(harmless.length === 0 ? [] : [`Harmless at level=${level}:`, ...list(harmless, limits.harmless)]),
  ];
  return lines.join('\n');
}

function list(differences: readonly Difference[], limit: number): readonly string[] {
  const lines = differences.slice(0, limit).map((each) => `- ${describeDifference(each)}`);
  const more = differences.length - lines.length;
  return more === 0 ? lines : [...lines, `- and ${more} more`];
}

function describeDifference({ why, kind, box }: Difference): string {
  const { x, y, width, height } = box;
  return `${why} at ${x},${y} (${width}×${height}, ${kind})`;
}

/** All differences, one a line; for a file. */
export function listDifferences(outcome: Outcome): string {
  return describeDifferences(outcome, { real: Infinity, harmless: Infinity });
}

/** The picture of what differs, with a red box around what matters and a yellow one around what was forgiven. */
export function drawDifferences({ judgement, frame }: Pick<Outcome, 'judgement' | 'frame'>): Frame {
  // No pixel may differ by as much as Playwright counts.
  const { width, height, data } = judgement.diff() ?? frame;
  const picture = { width, height, data: Buffer.from(data) };
  const boxes = judgement.differences.toSorted((a, b) => Number(b.isHarmless) - Number(a.isHarmless));
  // The outline is not to cover what it shows.
  for (const { box, isHarmless } of boxes) drawBox(picture, grow(box, 4), isHarmless ? yellow : red);
  return picture;
}
