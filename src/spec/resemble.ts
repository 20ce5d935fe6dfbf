/** Characters that are mistaken for each other when a picture is read; each stands for its first. */
const alike = ['0oOQD', '1lIiJj', '2zZ', '5sS', '6bG', '8B', '9gq', 'uUvV'];

const folds = new Map(
  alike.flatMap((group) => group.split('').map((character) => [character, group[0]!] as const)),
);

/** Part of the characters that may be misread. */
const tolerance = 0.25;

/** Part of a value that gives it away; and the fewest characters that do. */
const share = 1 / 3;
const shortest = 5;

/**
 * Whether a text that was read from a picture may show a value: with a quarter of its characters misread, or a
 * third of it in a row, without regard to spaces and punctuation.
 */
export function resembles(read: string, value: string): boolean {
  const bare = (text: string): string => fold(text.replaceAll(/[\s\p{P}\p{S}]/gu, ''));
  const onlyMarks = bare(value).length < value.length / 2;
  const [text, wanted] = onlyMarks ? [fold(read), fold(value)] : [bare(read), bare(value)];
  if (text === '' || wanted === '') return false;
  return (
    distance(text, wanted) <= Math.floor(wanted.length * tolerance) ||
    hasPiece(text, wanted, Math.max(shortest, Math.ceil(wanted.length * share)))
  );
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/./gsu, (character) => folds.get(character) ?? character.toLowerCase());
}

/** The edits that make some part of `text` to `wanted` (Sellers 1980). */
function distance(text: string, wanted: string): number {
  let row = Array.from({ length: wanted.length + 1 }, (_, index) => index);
  let best = wanted.length;
  for (const character of text) {
    const next = [0];
    for (let i = 1; i <= wanted.length; i++) {
      const replaced = row[i - 1]! + (wanted[i - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, row[i]! + 1, next[i - 1]! + 1));
    }
    row = next;
    best = Math.min(best, row[wanted.length]!);
  }
  return best;
}

function hasPiece(text: string, wanted: string, length: number): boolean {
  for (let at = 0; at + length <= wanted.length; at++) {
    if (text.includes(wanted.slice(at, at + length))) return true;
  }
  return false;
}
