/** The characters that the recogniser's classes stand for. */
export interface Dictionary {
  /** By class; class 0 is the blank between characters. */
  readonly characters: readonly string[];
  /** Classes of the configured languages, the blank first. */
  readonly allowed: Int32Array;
}

/** A character and the middle of where it stands, in pixels from the left of the line. */
export interface Character {
  readonly text: string;
  readonly x: number;
}

interface Steps {
  /** A probability per class, step after step. */
  readonly scores: Float32Array;
  readonly steps: number;
  readonly classes: number;
  readonly pixelsPerStep: number;
}

/** Latin letters with and without accents, digits, punctuation, currency, arrows and the like. */
const LATIN = /^[ -~\u00a0-\u024f\u2010-\u2027\u2030-\u203a\u20ac\u2122\u2190-\u2193\u2212]$/u;

/** `keys` is the dictionary file of PP-OCR: one character a line; blank and space are not in it. */
export function makeDictionary(keys: string, script: 'latin' | 'all'): Dictionary {
  const characters = ['', ...keys.replaceAll('\r', '').replace(/\n$/, '').split('\n'), ' '];
  const classes = [...characters.keys()].filter(
    (index) => index === 0 || script === 'all' || LATIN.test(characters[index] ?? ''),
  );
  return { characters, allowed: Int32Array.from(classes) };
}

/** Takes the likeliest allowed class of each step, as connectionist temporal classification (CTC) is decoded greedily. */
export function decodeSteps(
  { scores, steps, classes, pixelsPerStep }: Steps,
  { characters, allowed }: Dictionary,
): { readonly characters: readonly Character[]; readonly confidence: number } {
  const found: Character[] = [];
  let sum = 0;
  let previous = 0;
  for (let step = 0; step < steps; step++) {
    const row = step * classes;
    let best = 0;
    let score = scores[row] ?? 0;
    for (let at = 1; at < allowed.length; at++) {
      const candidate = allowed[at] ?? 0;
      const value = scores[row + candidate] ?? 0;
      if (value > score) {
        best = candidate;
        score = value;
      }
    }
    if (best !== 0 && best !== previous) {
      found.push({ text: characters[best] ?? '', x: (step + 0.5) * pixelsPerStep });
      sum += score;
    }
    previous = best;
  }
  return { characters: found, confidence: found.length > 0 ? sum / found.length : 0 };
}
