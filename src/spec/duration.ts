const units = { ms: 1, s: 1000, min: 60_000 } as const;

/** One day in milliseconds, the longest time a spec may name. */
export const longestDuration = 86_400_000;

/** Milliseconds of `500 ms`, `30 s` or `2 min`; undefined when it is none of these, zero or over a day. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min)$/.exec(text.trim());
  if (!match) return undefined;
  const milliseconds = Math.round(Number(match[1]) * units[match[2] as keyof typeof units]);
  return milliseconds > 0 && milliseconds <= longestDuration ? milliseconds : undefined;
}
