// The benchmarks' statistics: medians, bootstrap intervals, what an interval decides, and the slope
// of memory. Pure; callers pass the random stream, so the same seed gives the same interval.

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** In the order of the first of each group. */
export function groupBy<T, K>(values: readonly T[], key: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const own = groups.get(key(value));
    if (own === undefined) groups.set(key(value), [value]);
    else own.push(value);
  }
  return groups;
}

export interface ConfidenceInterval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export function isKnown({ median, low, high, n }: ConfidenceInterval): boolean {
  return n > 0 && [median, low, high].every(Number.isFinite);
}

const RESAMPLES = 2_000;

/** The median with its 95 % percentile bootstrap interval (B. Efron, 1979); rough below five rounds. */
export function bootstrapMedian(values: readonly number[], next: () => number): ConfidenceInterval {
  const medians = Array.from({ length: RESAMPLES }, () => median(resampled(values, next)));
  return { median: median(values), ...middle95(medians), n: values.length };
}

/** Ratio of the medians of two independent samples, both resampled. `n` is of the smaller. */
export function bootstrapRatio(
  values: readonly number[],
  base: readonly number[],
  next: () => number,
): ConfidenceInterval {
  const ratios = Array.from({ length: RESAMPLES }, () => {
    return median(resampled(values, next)) / median(resampled(base, next));
  });
  const n = Math.min(values.length, base.length);
  return { median: median(values) / median(base), ...middle95(ratios), n };
}

export function resampled<T>(values: readonly T[], next: () => number): T[] {
  return values.map(() => values[Math.floor(next() * values.length)] as T);
}

/** The ends of the middle 95 % of the resampled values. */
export function middle95(resamples: readonly number[]): Pick<ConfidenceInterval, 'low' | 'high'> {
  const sorted = resamples.toSorted((a, b) => a - b);
  return {
    low: sorted[Math.floor(sorted.length * 0.025)] ?? Number.NaN,
    high: sorted[Math.ceil(sorted.length * 0.975) - 1] ?? Number.NaN,
  };
}

/** With fewer rounds an interval says little more than its extremes. */
export const ROUNDS_MIN = 5;

/**
 * How often the interval of a median of `n` values misses the true median by chance: with seven, 12.5 %, not
 * 5 %. Exact for an odd number of continuous values; a lower bound for an even number.
 */
export function missChance(n: number): number {
  if (n < 1) return 1;
  const most = Math.ceil(n / 2);
  let low = 1;
  while (low < most && atLeast(n, low / n, most) < 0.025) low++;
  return 2 * (1 - atLeast(n, 0.5, low));
}

/** The probability that at least `k` of `n` trials with chance `p` succeed. */
function atLeast(n: number, p: number, k: number): number {
  let [sum, ways] = [0, 1];
  for (let successes = 0; successes <= n; successes++) {
    if (successes >= k) sum += ways * p ** successes * (1 - p) ** (n - successes);
    ways = (ways * (n - successes)) / (successes + 1);
  }
  return sum;
}

export type Decision = 'more' | 'less' | 'undecided' | 'too-few' | 'unknown';

/** Whether the value is more or less than a number: only the whole interval decides. */
export function decide(interval: ConfidenceInterval, against = 1): Decision {
  if (!isKnown(interval)) return 'unknown';
  if (interval.n < ROUNDS_MIN) return 'too-few';
  if (interval.low > against) return 'more';
  return interval.high < against ? 'less' : 'undecided';
}

/** What the interval of a ratio of speeds allows to say of the first against the second. */
export function describeSpeed({ low, high, n }: ConfidenceInterval): string {
  if (n < ROUNDS_MIN) return `too few rounds to say (n = ${n})`;
  if (low > 1) return 'faster';
  return high < 1 ? 'slower' : 'no difference seen';
}

export interface Point {
  /** Requests served. */
  readonly x: number;
  /** Bytes. */
  readonly y: number;
}

export interface Slope {
  /** Bytes per request. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const BATCHES = 10;
/** With fewer points there are no batches, and every value is NaN. */
export const POINTS_MIN = 2 * BATCHES;

/**
 * Whether memory grows with the requests, from noisy, saw-toothed samples. Neighbours correlate, which would
 * make the interval too narrow, so samples first become batches, each longer than a garbage collection tooth.
 * The slope is the median over all pairs of batches (H. Theil, 1950), its 95 % interval that of P. K. Sen
 * (1968). Batches must be nearly independent: on simulated saw teeth, white noise and noise with a memory
 * of five samples, 1 to 6 % of the intervals missed the true slope.
 */
export function fitSlope(points: readonly Point[]): Slope {
  const n = points.length;
  if (n < POINTS_MIN) return { slope: Number.NaN, low: Number.NaN, high: Number.NaN, n };
  const batches = makeBatches(points);
  const slopes = batches
    .flatMap((a, at) => batches.slice(at + 1).map((b) => (b.y - a.y) / (b.x - a.x)))
    .sort((a, b) => a - b);
  const spread = 1.96 * Math.sqrt((BATCHES * (BATCHES - 1) * (2 * BATCHES + 5)) / 18);
  const outside = Math.floor((slopes.length - spread) / 2);
  return {
    slope: median(slopes),
    low: slopes[outside - 1] ?? Number.NaN,
    high: slopes[slopes.length - outside] ?? Number.NaN,
    n,
  };
}

function makeBatches(points: readonly Point[]): Point[] {
  const length = points.length / BATCHES;
  return Array.from({ length: BATCHES }, (_, at) => {
    const batch = points.slice(Math.round(at * length), Math.round((at + 1) * length));
    return { x: median(batch.map(({ x }) => x)), y: median(batch.map(({ y }) => y)) };
  });
}
