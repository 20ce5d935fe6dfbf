/**
 * Reading a sentence starts with its quoted parts taken out: what stands in quotes is a name or a
 * text of the screen and must not be read as a word of the language.
 */
export interface Sentence {
  /** One space between words, each quoted part as `⟦n⟧`, the full stop at the end removed. */
  readonly words: string;
  readonly quoted: readonly string[];
}

/** An opening quote and what may close it. */
const quotes: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”',
  '„': '“”',
  '«': '»',
  '`': '`',
  "'": "'",
  '‘': '’',
};

/** Quotes that are apostrophes as well; they count only where a word begins or ends. */
const apostrophes = "'‘’";

/** Takes the quoted parts out of a sentence; a backslash escapes a quote. */
export function readSentence(text: string): Sentence {
  const quoted: string[] = [];
  // A quote that stays open stays so further on.
  const left = new Set<string>();
  let words = '';
  for (let i = 0; i < text.length; i++) {
    const end = left.has(text[i]!) ? undefined : closing(text, i);
    if (end === undefined) {
      if (isOpening(text, i)) left.add(text[i]!);
      // What only looks like a quoted part must not become one; no name holds this character.
      words += /[⟦⟧]/.test(text[i]!) ? '\uFFFD' : text[i];
      continue;
    }
    words += `⟦${quoted.length}⟧`;
    quoted.push(text.slice(i + 1, end).replaceAll(/\\(["'`\\“”„«»‘’])/g, '$1'));
    i = end;
  }
  words = words.replaceAll(/\s+/g, ' ').trim();
  // Three dots belong to a name, and a dot after a plus is a key.
  return { words: words.replace(/(?<=[^.+\s])[.!]$/, ''), quoted };
}

/** Where the quote that opens at `start` is closed; undefined when none opens or it stays open. */
function closing(text: string, start: number): number | undefined {
  if (!isOpening(text, start)) return undefined;
  const closers = quotes[text[start]!]!;
  for (let i = start + 1; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\\') i++;
    else if (closers.includes(character) && !(apostrophes.includes(character) && isLetter(text[i + 1])))
      return i;
  }
  return undefined;
}

function isOpening(text: string, at: number): boolean {
  const quote = text[at]!;
  return Object.hasOwn(quotes, quote) && !(apostrophes.includes(quote) && isLetter(text[at - 1]));
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** The text that a masked phrase stands for, when it is one quoted part and nothing else. */
export function quotedText(sentence: Sentence, masked: string): string | undefined {
  const index = /^⟦(\d+)⟧$/.exec(masked.trim())?.[1];
  return index === undefined ? undefined : sentence.quoted[Number(index)];
}

/** Nobody says more at once, quoted parts left out, in characters; prose is given up before it takes time. */
const longest = 600;

/** Whether a sentence is longer than any that is read. */
export function isTooLong({ words }: Sentence): boolean {
  return words.length > longest;
}

type Reading<Value> = (sentence: Sentence, words: string) => Value;

/**
 * The same reader, which reads each part of a sentence once: a long sentence that fits no form could be taken apart
 * in exponentially many ways.
 */
export function readOnce<Value>(read: Reading<Value>): Reading<Value> {
  const known = new WeakMap<Sentence, Map<string, { readonly value: Value }>>();
  return (sentence, words) => {
    let parts = known.get(sentence);
    if (parts === undefined) known.set(sentence, (parts = new Map()));
    let part = parts.get(words);
    if (part === undefined) parts.set(words, (part = { value: read(sentence, words) }));
    return part.value;
  };
}
