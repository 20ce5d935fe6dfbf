/** A text for a terminal, to which what an application writes must not speak; line ends and tabs stay. */
export function withoutControls(text: string): string {
  return text.replaceAll(/(?![\t\n])\p{Cc}/gu, '\uFFFD');
}
