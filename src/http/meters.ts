// What the service measures about itself for `GET /metrics`: counters, gauges and histograms in
// shared memory. Any thread may add and any may read; nothing blocks. They are not the tally: an
// add returns no ticket, and several reads are no snapshot.

import { type Region, type RegionPlan, type Slice, type SlicePlan, toCount } from '../tally/region.js';
import { PROBLEMS } from './problems.js';

/** Every status that the service can answer with. */
export const STATUSES: readonly number[] = [
  ...new Set([200, 204, 503, ...Object.values(PROBLEMS).map(({ status }) => status)]),
].sort((a, b) => a - b);

const EVENTS = [
  'shed',
  'expired',
  'left',
  'inexactSnapshot',
  'connectionRefused',
  'logLineLost',
  'scorerHung',
] as const;
export type MeterEvent = (typeof EVENTS)[number];

const DURATIONS = ['queue', 'dispatch', 'score', 'total'] as const;
export type Duration = (typeof DURATIONS)[number];

/** Current values. Each listening thread sets its own; a reader adds them up. */
const GAUGES = ['queueDepth', 'busyJobs', 'taskWorkers', 'connections', 'heldBytes', 'stuck'] as const;
export type Gauge = (typeof GAUGES)[number];
export type GaugeValues = Readonly<Record<Gauge, number>>;

export const NO_GAUGES = Object.fromEntries(GAUGES.map((name) => [name, 0])) as GaugeValues;

export interface Meters {
  /** `route` is the row in the route table; the row after the last means no route. */
  countAnswer(route: number, status: number): void;
  readAnswers(route: number, status: number): number;
  increment(event: MeterEvent): void;
  readEvents(event: MeterEvent): number;
  readonly durations: Readonly<Record<Duration, Histogram>>;
  /** The number of listeners that have a place for gauges. */
  readonly listeners: number;
  /** Sets the gauges of one listener. */
  setGauges(listener: number, gauges: GaugeValues): void;
  /** The sum over all listeners. */
  readGauge(gauge: Gauge): number;
}

/** The slices that `createMeters` needs. */
export function metersPlan(routes: number, listeners: number): RegionPlan {
  const durations = DURATIONS.map((name) => [`duration.${name}`, histogramPlan()] as const);
  return {
    'meters.answers': { words: (routes + 1) * STATUSES.length, padded: false },
    'meters.events': { words: EVENTS.length, padded: false },
    'meters.gauges': { words: listeners * GAUGES.length, padded: true },
    ...Object.fromEntries(durations),
  };
}

export function createMeters(region: Region): Meters {
  const answers = region.slice('meters.answers');
  const events = region.slice('meters.events');
  const gauges = region.slice('meters.gauges');
  const columns = new Map(STATUSES.map((status, column) => [status, column]));
  const findAnswer = (route: number, status: number): number =>
    route * STATUSES.length + (columns.get(status) ?? Number.NaN);
  return {
    countAnswer(route, status) {
      answers.add(findAnswer(route, status), 1n);
    },
    readAnswers: (route, status) => toCount(answers.load(findAnswer(route, status)), 'answers'),
    increment(event) {
      events.add(EVENTS.indexOf(event), 1n);
    },
    readEvents: (event) => toCount(events.load(EVENTS.indexOf(event)), event),
    durations: {
      queue: createHistogram(region.slice('duration.queue')),
      dispatch: createHistogram(region.slice('duration.dispatch')),
      score: createHistogram(region.slice('duration.score')),
      total: createHistogram(region.slice('duration.total')),
    },
    listeners: gauges.length / GAUGES.length,
    setGauges(listener, values) {
      for (const [index, gauge] of GAUGES.entries()) {
        gauges.store(listener * GAUGES.length + index, BigInt(values[gauge]));
      }
    },
    readGauge(gauge) {
      let sum = 0;
      for (let word = GAUGES.indexOf(gauge); word < gauges.length; word += GAUGES.length) {
        sum += Number(gauges.load(word));
      }
      return sum;
    },
  };
}

/** Inclusive upper bounds of the buckets in seconds: 1-2.5-5 from 1 microsecond to 10 seconds. */
export const BOUNDS_SECONDS: readonly number[] = [
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1,
  0.25, 0.5, 1, 2.5, 5, 10,
];

// Whole nanoseconds: as doubles 2.5 ms / 1000 need not equal 0.0025, and a duration on a bound
// would fall into the next bucket.
const BOUNDS_NS = BOUNDS_SECONDS.map((seconds) => Math.round(seconds * 1e9));
const OVERFLOW = BOUNDS_NS.length;
const SUM_NS = OVERFLOW + 1;

/** The bucket of the least number of nanoseconds with each bit length, from 0 to 53. */
const FIRST_BUCKETS = Array.from({ length: 54 }, (_, bits) => {
  const bucket = BOUNDS_NS.findIndex((bound) => 2 ** (bits - 1) <= bound);
  return bucket === -1 ? OVERFLOW : bucket;
});

/** One word for each bucket, one for durations above the last bound, one for the sum. */
export function histogramPlan(): SlicePlan {
  return { words: SUM_NS + 1, padded: true };
}

/** `buckets` ends with `le: Infinity`, whose `cumulative` always equals `count`. */
export interface HistogramReading {
  readonly buckets: readonly { readonly le: number; readonly cumulative: number }[];
  readonly count: number;
  readonly sumSeconds: number;
}

/** A Prometheus histogram. `perf_hooks.createHistogram` offers neither bucket counts nor a sum. */
export interface Histogram {
  /**
   * Records one duration, rounded to the nanosecond, with at most two atomic adds. A negative one
   * counts as 0: clocks step back by a rounding error, and the count must equal the requests.
   * @throws RangeError on NaN, infinity and above 2^53-1 ns (104 days)
   */
  record(ms: number): void;
  /**
   * The count is the sum of the buckets of this read, so the two always agree. The sum of seconds
   * is a separate word and may include records in progress.
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
      // The sum first: a reader reads it after the buckets, so it is never behind their count. An
      // average of the two is then never too low because a thread stopped in between.
      if (ns > 0) slice.add(SUM_NS, BigInt(ns));
      // Neighbouring bounds differ by a factor of 2 or more, so one bit length spans at most two
      // buckets: a table finds the first, one comparison decides.
      const high = Math.floor(ns / 2 ** 32);
      const bits = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(ns);
      const first = FIRST_BUCKETS[bits] ?? OVERFLOW;
      slice.add(ns > (BOUNDS_NS[first] ?? Infinity) ? first + 1 : first, 1n);
    },
    read() {
      let count = 0;
      const buckets = [...BOUNDS_SECONDS, Infinity].map((le, bucket) => {
        count += toCount(slice.load(bucket), `histogram bucket ${le}`);
        return { le, cumulative: count };
      });
      // Above 2^53 ns the double rounds the sum by one part in 10^16.
      return { buckets, count, sumSeconds: Number(slice.load(SUM_NS)) / 1e9 };
    },
  };
}
