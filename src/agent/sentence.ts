/**
 * Reading a sentence starts with its quoted parts taken out: what stands in quotes is a name or a
 * text of the screen and must not be read as a word of the language.
 */
export interface Sentence {
  /** Lower case, one space between words, each quoted part as `⟦n⟧`. */
  readonly words: string;
  /** The same in the writer's own case, for names that are not quoted. */
  readonly original: string;
  readonly quoted: readonly string[];
}

const quotes: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ['`', '`'],
];

/** Takes the quoted parts out of a sentence; a backslash escapes a quote. */
export function readSentence(text: string): Sentence {
  const quoted: string[] = [];
  let original = '';
  for (let i = 0; i < text.length; i++) {
    const close = quotes.find(([open]) => open === text[i])?.[1];
    const end = close === undefined ? -1 : closing(text, i + 1, close);
    if (end < 0) {
      original += text[i];
      continue;
    }
    original += `⟦${quoted.length}⟧`;
    quoted.push(text.slice(i + 1, end).replaceAll(/\\(["\\])/g, '$1'));
    i = end;
  }
  original = original.replaceAll(/\s+/g, ' ').trim().replace(/[.!]$/, '').trim();
  return { words: original.toLowerCase(), original, quoted };
}

function closing(text: string, from: number, close: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === close) return i;
  }
  return -1;
}

/** Puts the quoted parts back, with their quotes. */
export function writeSentence(sentence: Sentence, masked: string): string {
  return masked.replaceAll(/⟦(\d+)⟧/g, (_, index: string) => `"${sentence.quoted[Number(index)] ?? ''}"`);
}

/** The text that a masked phrase stands for, when it is one quoted part and nothing else. */
export function quotedText(sentence: Sentence, masked: string): string | undefined {
  const index = /^⟦(\d+)⟧$/.exec(masked.trim())?.[1];
  return index === undefined ? undefined : sentence.quoted[Number(index)];
}
