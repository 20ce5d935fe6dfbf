/** Median with the range of all rounds, in the unit of the numbers. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  const middle = sorted.length % 2 === 0 ? (at(0.5) + (sorted[sorted.length / 2 - 1] ?? 0)) / 2 : at(0.5);
  return { median: middle, min: at(0), max: at(1), rounds: sorted.length };
}

/** Milliseconds that `body` takes, and what it gives. */
export async function timed<Value>(
  body: () => Promise<Value>,
): Promise<{ readonly ms: number; readonly value: Value }> {
  const began = performance.now();
  const value = await body();
  return { ms: performance.now() - began, value };
}

export function show({ median, min, max, rounds }: Spread, unit: string): string {
  const digits = median < 10 ? 2 : median < 100 ? 1 : 0;
  const [middle, low, high] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} ${unit} (${low}–${high}, ${rounds} rounds)`;
}
