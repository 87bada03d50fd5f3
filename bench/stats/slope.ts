// Whether memory grows with the requests it serves: a line through noisy, saw-toothed samples.
// Neighbours resemble each other, so the samples first become a few batches, each longer than a tooth
// of garbage collection; otherwise the interval would be too narrow. Pure.

import { median } from './statistics.js';

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
  /** Samples that were used. */
  readonly n: number;
}

const BATCHES = 10;
/** With fewer points there are no batches, and every value is NaN. */
export const POINTS_MIN = 2 * BATCHES;

/**
 * The median of the slopes of all pairs of batches (H. Theil, 1950) with its 95 % interval by the
 * distribution of Kendall's statistic (P. K. Sen, 1968). The method of batch means needs batches
 * that are nearly independent; on simulated saw teeth, white noise and noise with a memory of five
 * samples, 1 to 6 % of the intervals missed the true slope.
 */
export function fitSlope(points: readonly Point[]): Slope {
  const n = points.length;
  if (n < POINTS_MIN) return { slope: Number.NaN, low: Number.NaN, high: Number.NaN, n };
  const slopes = listSlopes(makeBatches(points));
  const spread = 1.96 * Math.sqrt((BATCHES * (BATCHES - 1) * (2 * BATCHES + 5)) / 18);
  const outside = Math.floor((slopes.length - spread) / 2);
  return {
    slope: median(slopes),
    low: slopes[outside - 1] ?? Number.NaN,
    high: slopes[slopes.length - outside] ?? Number.NaN,
    n,
  };
}

/** The middle of each of ten runs of neighbours. */
function makeBatches(points: readonly Point[]): Point[] {
  const length = points.length / BATCHES;
  return Array.from({ length: BATCHES }, (_, at) => {
    const batch = points.slice(Math.round(at * length), Math.round((at + 1) * length));
    return { x: median(batch.map(({ x }) => x)), y: median(batch.map(({ y }) => y)) };
  });
}

/** Of all pairs, in ascending order. */
function listSlopes(points: readonly Point[]): number[] {
  const pairs = points.flatMap((a, at) => points.slice(at + 1).map((b) => [a, b] as const));
  return pairs.map(([a, b]) => (b.y - a.y) / (b.x - a.x)).sort((a, b) => a - b);
}
