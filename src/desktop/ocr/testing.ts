import { readFileSync } from 'node:fs';
import { decodePng, type Frame } from '../../image/index.js';
import type { Box } from '../types.js';
import { hasCentre, overlap } from './geometry.js';
import type { TextLine, Word } from './types.js';

/** A text that is on a picture; words only where the browser told their boxes. */
export interface Label {
  readonly text: string;
  readonly box: Box;
  readonly words?: readonly Word[];
}

export interface Picture {
  readonly frame: Frame;
  readonly labels: readonly Label[];
}

/** Pages of Chromium with the boxes of their text nodes, dialogs of GTK with the boxes of AT-SPI; all 1280x800. */
export const pictures = ['wizard', 'dark', 'form', 'ide', 'gtk-light', 'gtk-dark', 'gtk-hard'] as const;

export function loadPicture(name: (typeof pictures)[number]): Picture {
  const file = new URL(`../../../fixtures/ocr/${name}`, import.meta.url);
  return {
    frame: decodePng(readFileSync(`${file.pathname}.png`)),
    labels: JSON.parse(readFileSync(`${file.pathname}.json`, 'utf8')) as readonly Label[],
  };
}

export interface Score {
  readonly labels: number;
  /** Labels that stand with that very text, as words, in a line at their place. */
  readonly exact: number;
  /** The same without regard to case and white space. */
  readonly loose: number;
  /** Labels whose text, looked for, gives a point inside of them. */
  readonly clicked: number;
  readonly words: number;
  /** Words that were found with edges at most 5 pixels off. */
  readonly placed: number;
  readonly missing: readonly string[];
}

/** How well `lines` tell what is on a picture. */
export function score(labels: readonly Label[], lines: readonly TextLine[]): Score {
  const found = lines.flatMap((line) => line.words);
  const words = labels.flatMap((label) => label.words ?? []);
  const near = (label: Label): readonly TextLine[] => lines.filter(({ box }) => overlap(box, label.box) > 0);
  const isExact = (label: Label): boolean =>
    near(label).some(({ text }) => ` ${text} `.includes(` ${label.text} `));
  const isLoose = (label: Label): boolean =>
    near(label).some(({ text }) => bare(text).includes(bare(label.text)));
  return {
    labels: labels.length,
    exact: labels.filter(isExact).length,
    loose: labels.filter(isLoose).length,
    clicked: labels.filter((label) => isClicked(label, near(label))).length,
    words: words.length,
    placed: words.filter((word) => found.some((other) => isPlaced(word, other))).length,
    missing: labels.filter((label) => !isExact(label)).map((label) => label.text),
  };
}

function bare(text: string): string {
  return text.replaceAll(/\s/g, '').toLowerCase();
}

/** Looks for the label's words one after the other, as grounding does, and points at the middle of what it finds. */
function isClicked(label: Label, lines: readonly TextLine[]): boolean {
  const wanted = label.text.split(' ');
  return lines.some(({ words }) =>
    words.some((_, at) => {
      const run = words.slice(at, at + wanted.length);
      const [first, last] = [run[0]?.box, run.at(-1)?.box];
      if (bare(run.map(({ text }) => text).join('')) !== bare(label.text) || !first || !last) return false;
      return hasCentre(label.box, { ...first, width: last.x + last.width - first.x });
    }),
  );
}

function isPlaced(word: Word, other: Word): boolean {
  const right = other.box.x + other.box.width - word.box.x - word.box.width;
  const isBeside = Math.abs(other.box.x - word.box.x) > 5 || Math.abs(right) > 5;
  return word.text === other.text && !isBeside && overlap(word.box, other.box) > 0;
}
