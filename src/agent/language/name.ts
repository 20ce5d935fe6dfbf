/** Case, decoration and spacing that writers leave out: mnemonics, a trailing ellipsis or colon. */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s.…:]+$/u, '')
    .replaceAll(/_(?=\w)|&(?=\w)/g, '')
    .trim()
    .toLowerCase();
}

export type Likeness = 'exact' | 'same' | 'part';

/**
 * What has a name, by the best likeness that anything has: equal, equal but for what
 * {@link normalise} drops, or with the name as whole words of its own.
 */
export function likeness(name: string): readonly (readonly [Likeness, (candidate: string) => boolean])[] {
  const wanted = normalise(name);
  // What is decoration and nothing else, such as "…", is only ever equal.
  if (wanted === '') return [['exact', (candidate) => candidate === name]];
  const part = new RegExp(`(?<![\\p{L}\\p{N}_])${escape(wanted)}(?![\\p{L}\\p{N}_])`, 'u');
  return [
    ['exact', (candidate) => candidate === name],
    ['same', (candidate) => normalise(candidate) === wanted],
    ['part', (candidate) => wanted.length > 1 && part.test(normalise(candidate))],
  ];
}

/** A text as the source of a regular expression, with or without the flag `u`, that matches nothing else. */
export function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, (character) => `\\${character}`);
}

/** The names that come closest to `name`, and by how much, from 0 to 1. */
export function similarity(name: string, other: string): number {
  const [a, b] = [bigrams(normalise(name)), bigrams(normalise(other))];
  // Dice's coefficient.
  return a.size + b.size === 0 ? 0 : (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}

function bigrams(text: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => text.slice(i, i + 2)));
}
