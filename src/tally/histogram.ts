// Durations recorded by any thread and read as a Prometheus histogram by one that answers `GET
// /metrics`. Recording is two atomic adds and never blocks. perf_hooks.createHistogram is not
// used: it shows neither bucket counts nor a sum, which Prometheus needs. This one computes no
// percentiles.

import { toCount } from './count.js';
import type { Slice, SlicePlan } from './region.js';

/** Upper bounds of the buckets in seconds, inclusive: 1-2.5-5 from a microsecond to ten seconds. */
export const BOUNDS_SECONDS: readonly number[] = [
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05,
  0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

// Compared as whole nanoseconds: in doubles 2.5 ms / 1000 need not equal 0.0025, and a duration on
// a bound would fall into the next bucket.
const BOUNDS_NS = BOUNDS_SECONDS.map((seconds) => Math.round(seconds * 1e9));
const OVERFLOW = BOUNDS_NS.length;
const SUM_NS = OVERFLOW + 1;

/** One word a bucket, one for what is above the last bound, one for the sum in nanoseconds. */
export function histogramPlan(): SlicePlan {
  return { words: SUM_NS + 1, padded: true };
}

/** `buckets` ends with `le: Infinity`, whose `cumulative` is always `count`. */
export interface HistogramReading {
  readonly buckets: readonly { readonly le: number; readonly cumulative: number }[];
  readonly count: number;
  readonly sumSeconds: number;
}

export interface Histogram {
  /**
   * Records one duration, rounded to the nanosecond. A negative one counts as 0: clocks step back
   * by a rounding error, and dropping it would make the count disagree with the requests.
   * @throws RangeError on NaN, infinity and above 2^53-1 ns (104 days): those are mistakes
   */
  record(ms: number): void;
  /**
   * The count is the sum of the buckets of this very read, so it cannot disagree with them. The sum
   * of seconds is a word of its own and may be ahead by the records that are under way.
   */
  read(): HistogramReading;
}

export function createHistogram(slice: Slice): Histogram {
  return {
    record(ms) {
      const measuredNs = Math.round(ms * 1e6);
      if (!Number.isSafeInteger(measuredNs)) {
        throw new RangeError(`histogram: cannot record a duration of ${ms} ms`);
      }
      const ns = Math.max(0, measuredNs);
      // The sum first: read after the buckets, it is then never behind what they count, and an
      // average computed from the two is never too low because of a thread stopped in between.
      slice.add(SUM_NS, BigInt(ns));
      slice.add(bucketOf(ns), 1n);
    },
    read() {
      let count = 0;
      const buckets = [...BOUNDS_SECONDS, Infinity].map((le, bucket) => {
        count += toCount(slice.load(bucket), `histogram bucket ${le}`);
        return { le, cumulative: count };
      });
      // Above 2^53 ns the double rounds: a part in 10^16 of a sum, where a count would be wrong.
      return { buckets, count, sumSeconds: Number(slice.load(SUM_NS)) / 1e9 };
    },
  };
}

function bucketOf(ns: number): number {
  const bucket = BOUNDS_NS.findIndex((bound) => ns <= bound);
  return bucket === -1 ? OVERFLOW : bucket;
}
