// The little statistics the benchmarks need: medians, and bootstrap intervals of medians. Pure;
// nothing here reads a clock or Math.random (random.ts of the checker has the seeded source).

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The smallest value that so many percent of all reach at most; NaN for an empty list. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(1, rank) - 1] ?? Number.NaN;
}

export interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const RESAMPLES = 2_000;

/**
 * The median with its 95 % percentile bootstrap interval (B. Efron, 1979). With few rounds it is
 * rough: fewer than five give little more than the extremes.
 */
export function bootstrapMedian(values: readonly number[], next: () => number): Interval {
  const draw = () => values[Math.floor(next() * values.length)] ?? Number.NaN;
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(draw)));
  medians.sort((a, b) => a - b);
  return {
    median: median(values),
    low: medians[Math.floor(RESAMPLES * 0.025)] ?? Number.NaN,
    high: medians[Math.ceil(RESAMPLES * 0.975) - 1] ?? Number.NaN,
    n: values.length,
  };
}

/** Fewer pairs than this give an interval that means little more than its extremes. */
export const ROUNDS_MIN = 5;

/** What a ratio's interval allows to be said of the first against the second. */
export function inWords({ low, high, n }: Interval): string {
  if (n < ROUNDS_MIN) return `too few rounds to say (n = ${n})`;
  if (low > 1) return 'faster';
  return high < 1 ? 'slower' : 'no difference seen';
}
