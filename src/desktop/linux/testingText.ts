// Texts for the tests of typing.

/** Texts that have gone wrong somewhere. */
export const texts: readonly string[] = [
  'Zoë 漢字 €!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ 😀',
  // Combining accents, what is a dead key on many layouts, capital sharp s, marks of other languages.
  'e\u0301 ê^~`´¨ ñÑ ßẞ åÅ çÇ „“ «» \\ | @',
  'Привет, мир Ёё; Ελληνικά ώς',
  'שלום مرحبا',
  'ěščřžýáíé ĚŠČŘŽ łŁ őŐ',
  'AbC123 xX',
];

const ranges: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0xa1, 0xac],
  [0xc0, 0x17f],
  [0x300, 0x304],
  [0x391, 0x3a1],
  [0x3b1, 0x3c9],
  [0x410, 0x44f],
  [0x5d0, 0x5ea],
  [0x627, 0x63a],
  [0x4e00, 0x4eff],
  [0xac00, 0xacff],
  [0x1f600, 0x1f64f],
];

/** Texts of 60 characters and a few, in runs of one script each; the same for the same seed. */
export function* randomTexts(seed: number): Generator<string, never> {
  let state = seed >>> 0;
  // Numerical Recipes' linear congruential generator; its upper bits are good enough here.
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (;;) {
    const codes: number[] = [];
    while (codes.length < 60) {
      const [from, to] = ranges[next(ranges.length)] ?? [0x20, 0x7e];
      for (let run = next(5); run >= 0; run--) codes.push(from + next(to - from + 1));
    }
    // Letters at both ends, so that no application takes white space away.
    yield `x${String.fromCodePoint(...codes)}x`;
  }
}
