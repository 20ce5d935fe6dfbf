import { readdirSync, readFileSync } from 'node:fs';
import { hasCentre, union, decodePng, type Frame } from '../../image/index.js';
import type { Box } from '../types.js';
import { overlap } from './geometry.js';
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
  return load(name);
}

function load(name: string): Picture {
  const file = new URL(`../../../fixtures/ocr/${name}`, import.meta.url);
  return {
    frame: decodePng(readFileSync(`${file.pathname}.png`)),
    labels: JSON.parse(readFileSync(`${file.pathname}.json`, 'utf8')) as readonly Label[],
  };
}

/** Applications that reading was not tuned on. */
const HELD_OUT =
  /^(gnome-calculator|writer|page-table|featherpad|homebank|geany|speedcrunch|sqlitebrowser|zenity-question)-/;

/**
 * Names of pictures of real applications, application-state-look, whose labels are what their accessibility trees tell;
 * made by `src/bench/truth/`. No label is in two states of an application with the same pixels.
 */
export function desktopPictures(half: 'tuned' | 'held out'): readonly string[] {
  return readdirSync(new URL('../../../fixtures/ocr/desktop', import.meta.url))
    .filter((name) => name.endsWith('.png') && HELD_OUT.test(name) === (half === 'held out'))
    .map((name) => name.slice(0, -4))
    .toSorted();
}

/** One of `desktopPictures`. */
export function loadDesktopPicture(name: string): Picture {
  return load(`desktop/${name}`);
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

/** How a label was read; each holds where the one before does. */
export interface Judgement {
  /** It stands with that very text, as words, in a line at its place. */
  readonly exact: boolean;
  /** The same without regard to case and white space. */
  readonly loose: boolean;
  /** The same with one letter wrong, left out or too much; texts of one or two letters have to be right. */
  readonly near: boolean;
  /** It is near, and the middle of the words that were found lies in its box. */
  readonly clicked: boolean;
  /** What of the lines at its place is most like it. */
  readonly best: string;
}

/** Signs that are drawn alike or in place of each other, as comparisons take them. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/\u2026/gu, '...'],
  [/[\u2018\u2019\u02bc]/gu, "'"],
  [/[\u201c\u201d]/gu, '"'],
  [/[\u2010-\u2015\u2212]/gu, '-'],
  [/\s+/gu, ' '],
];

function folded(text: string): string {
  return ALIKE.reduce((sum, [from, to]) => sum.replaceAll(from, to), text);
}

/** How well the lines tell of a label, by the run of words that is most like it. */
export function judge(label: Label, lines: readonly TextLine[]): Judgement {
  const wanted = folded(label.text);
  const letters = bare(wanted);
  const runs = lines.filter(({ box }) => overlap(box, label.box) > 0).flatMap(runsOf(wanted));
  const judged = runs.map(({ text, box }) => {
    const distance = editDistance(bare(text), letters);
    const near = distance <= (letters.length > 2 ? 1 : 0);
    const clicked = near && hasCentre(label.box, box);
    return { exact: text === wanted, loose: distance === 0, near, clicked, best: text, distance };
  });
  const [best] = judged.toSorted(
    (a, b) =>
      Number(b.exact) - Number(a.exact) || a.distance - b.distance || Number(b.clicked) - Number(a.clicked),
  );
  if (!best) return { exact: false, loose: false, near: false, clicked: false, best: '' };
  const { distance: _, ...told } = best;
  return { ...told, clicked: judged.some(({ clicked }) => clicked) };
}

/** The runs of words of a line that are about as long as a text. */
function runsOf(wanted: string): (line: TextLine) => readonly Word[] {
  const most = wanted.split(' ').length + 2;
  return ({ words }) =>
    words.flatMap((_, from) =>
      Array.from({ length: Math.min(most, words.length - from) }, (__, more) => {
        const run = words.slice(from, from + more + 1);
        const box = run.map((word) => word.box).reduce(union);
        return { text: folded(run.map(({ text }) => text).join(' ')), box };
      }),
    );
}

/** Letters to change, leave out or put in, so that one text becomes the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const kept = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(kept, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
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
