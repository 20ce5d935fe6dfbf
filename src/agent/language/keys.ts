const modifiers = new Set(
  'ctrl control shift alt altgr option meta super win windows cmd command'.split(' '),
);

const named =
  /^(?:enter|return|tab|esc|escape|space|spacebar|backspace|del|delete|ins|insert|home|end|page_?up|page_?down|pgup|pgdn|(?:arrow_?)?(?:up|down|left|right)|f(?:[1-9]|1\d|2[0-4])|menu|print|pause|caps_?lock|num_?lock|scroll_?lock|plus|minus)$/i;

/** Reads `Ctrl+Shift+S`, `Ctrl-S`, `Enter`, `Tab twice`, `Ctrl+A, then Delete`, `Down 3 times`. */
export function readChords(words: string): readonly (readonly string[])[] | undefined {
  const spelt = words
    .replace(/^(?:the )?(?:keyboard )?(?:shortcut|keys?|combination|key combination) (?=\S+[+-]|F\d)/i, '')
    .replaceAll(/\b(page) (up|down)\b/gi, '$1$2')
    .replaceAll(/\b(up|down|left|right) arrow\b|\barrow (up|down|left|right)\b/gi, '$1$2')
    .replaceAll(/\bspace bar\b/gi, 'space');
  const parts = spelt.replaceAll(' + ', '+').split(/,? (?:and then|and|then) |, /i);
  const chords = parts.map((part) => readRepeated(part.trim()));
  if (chords.some((chord) => chord === undefined)) return undefined;
  // "Ctrl and S" means both at once, or one after the other: nobody knows.
  const lone = chords.some((chord) => chord!.every((keys) => keys.every(isModifier)));
  return lone && parts.length > 1 ? undefined : chords.flatMap((chord) => chord!);
}

function readRepeated(part: string): readonly (readonly string[])[] | undefined {
  const [, article, said = '', noun, count = 'once'] =
    /^(the |an? )?(\S+?)( keys?)?(?: (once|twice|(?:[1-9]\d{0,2}|two|three|four|five) times))?$/i.exec(
      part,
    ) ?? [];
  if (/^an? $/i.test(article ?? '')) return undefined;
  // "The a" is no key, and "the down" is one.
  if (article !== undefined && noun === undefined && !named.test(said)) return undefined;
  const chord = said.split(/(?<=[^+-])[+-]/);
  const last = chord.at(-1) ?? '';
  const known =
    chord.slice(0, -1).every(isModifier) && (/^.$/u.test(last) || named.test(last) || isModifier(last));
  return known ? Array.from({ length: times(count.toLowerCase()) }, () => chord) : undefined;
}

function isModifier(key: string): boolean {
  return modifiers.has(key.toLowerCase());
}

function times(count: string): number {
  const word = count.split(' ')[0]!;
  const index = ['once', 'twice', 'three', 'four', 'five'].indexOf(word === 'two' ? 'twice' : word);
  return index < 0 ? Number(word) : index + 1;
}
