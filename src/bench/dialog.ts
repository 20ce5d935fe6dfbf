/** What the dialog says in turn. */
export const texts = ['The file is being saved', 'The file has been saved'] as const;

/**
 * A shell command for a dialog of GTK 3 whose text changes as lines of the pipe `pipe` say: seconds to wait, and the text.
 */
export function dialogCommand(pipe: string): string {
  return [
    `rm -f ${pipe}; mkfifo ${pipe}; exec 3<>${pipe}`,
    'while read -r seconds text <&3; do sleep "$seconds"; echo "# $text"; done |',
    `zenity --progress --width=400 --title=Progress --text="${texts[1]}"`,
  ].join('\n');
}

/** Delays before a change in seconds, 0.2 to 1.2: always the same, and at no fixed phase of anything. */
export function delays(count: number): readonly number[] {
  let state = 20_261_124;
  return Array.from({ length: count }, () => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 0.2 + state / 2 ** 32;
  });
}
