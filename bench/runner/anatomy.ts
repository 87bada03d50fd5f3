// Where the time of a run went, according to the server: the growth of its metrics between two readings of
// GET /metrics. The server may be wrong, so its counts are compared with those of the generator. Pure.

import { percentileReason } from '../stats/percentiles.js';
import type { MetricName, Readings, Values } from './scenario.js';
import type { Limits } from './validity.js';

export interface MetricsReading {
  readonly sums: ReadonlyMap<string, number>;
  /** By metric, then by the label `thread`. */
  readonly threads: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Only the difference of two readings means something. */
  readonly atMs: number;
  /** By histogram, then by upper bound in seconds; cumulative. */
  readonly buckets: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm;
const BOUND = /(?:^|,)le="([^"]+)"/;
const THREAD = /(?:^|,)thread="([^"]+)"/;
const BUCKET = '_bucket';

export function readMetricsText(text: string, atMs: number): MetricsReading {
  const sums = new Map<string, number>();
  const buckets = new Map<string, Map<number, number>>();
  const threads = new Map<string, Map<string, number>>();
  for (const [, name = '', labels = '', number] of text.matchAll(LINE)) {
    const value = Number(number);
    const [, bound] = BOUND.exec(labels) ?? [];
    const [, thread] = THREAD.exec(labels) ?? [];
    if (thread !== undefined) {
      threads.set(name, (threads.get(name) ?? new Map<string, number>()).set(thread, value));
    }
    if (bound === undefined || !name.endsWith(BUCKET)) {
      sums.set(name, (sums.get(name) ?? 0) + value);
      continue;
    }
    const of = name.slice(0, -BUCKET.length);
    const le = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    const own = buckets.get(of) ?? new Map<number, number>();
    buckets.set(of, own.set(le, (own.get(le) ?? 0) + value));
  }
  return { sums, buckets, threads, atMs };
}

export interface HistogramGrowth {
  readonly count: number;
  readonly sumSeconds: number;
  /** In rising order of their bounds; cumulative. */
  readonly buckets: readonly (readonly [le: number, cumulative: number])[];
}

export function computeGrowth(name: string, before: MetricsReading, after: MetricsReading): HistogramGrowth {
  const bounds = [...(after.buckets.get(name)?.keys() ?? [])].sort((a, b) => a - b);
  const at = (reading: MetricsReading, le: number) => reading.buckets.get(name)?.get(le) ?? 0;
  return {
    count: sumGrowth(`${name}_count`, before, after),
    sumSeconds: sumGrowth(`${name}_sum`, before, after),
    buckets: bounds.map((le) => [le, at(after, le) - at(before, le)] as const),
  };
}

/** A counter that was not there yet was 0. */
function sumGrowth(name: string, before: MetricsReading, after: MetricsReading): number {
  return (after.sums.get(name) ?? Number.NaN) - (before.sums.get(name) ?? 0);
}

/**
 * Seconds, by linear interpolation inside the bucket that holds the rank, as Prometheus does: the
 * buckets grow by 2 to 2.5, so it may be wrong by as much. NaN above the last bound.
 */
export function bucketPercentile({ count, buckets }: HistogramGrowth, percent: number): number {
  const rank = (percent / 100) * count;
  let [from, below] = [0, 0];
  for (const [le, cumulative] of buckets) {
    if (cumulative >= rank && cumulative > below) {
      if (le === Number.POSITIVE_INFINITY) return Number.NaN;
      return from + ((le - from) * (rank - below)) / (cumulative - below);
    }
    [from, below] = [le, cumulative];
  }
  return Number.NaN;
}

const DURATIONS = {
  queue: ['queueMeanMs', 'queueP99Ms'],
  dispatch: ['dispatchMeanMs', 'dispatchP99Ms'],
  score: ['scoreMeanMs', 'scoreP99Ms'],
  total: ['totalMeanMs', 'totalP99Ms'],
} as const satisfies Readonly<Record<string, readonly [MetricName, MetricName]>>;

const DURATION_NAMES = Object.keys(DURATIONS) as readonly (keyof typeof DURATIONS)[];
const nameMetric = (duration: string) => `two_callers_${duration}_seconds`;

export function computeAnatomy(
  before: MetricsReading,
  after: MetricsReading,
  limits: Limits,
): Required<Readings> {
  const values: Partial<Record<MetricName, number>> = {};
  const unknown: Partial<Record<MetricName, string>> = {};
  for (const duration of DURATION_NAMES) {
    const [mean, p99] = DURATIONS[duration];
    const growth = computeGrowth(nameMetric(duration), before, after);
    values[mean] = (growth.sumSeconds / growth.count) * 1000;
    const seconds = bucketPercentile(growth, 99);
    const isBeyond = Number.isNaN(seconds) && growth.count > 0;
    const beyond = isBeyond ? 'it is above the last bucket of /metrics' : undefined;
    const reason = percentileReason(99, growth.count, limits) ?? beyond;
    values[p99] = reason === undefined ? seconds * 1000 : Number.NaN;
    if (reason !== undefined) unknown[p99] = reason;
  }
  const process = { ...processValues(before, after), ...threadValues(before, after) };
  return { values: { ...values, ...process }, unknown };
}

function processValues(before: MetricsReading, after: MetricsReading): Values {
  const now = (name: string) => after.sums.get(name) ?? Number.NaN;
  const gc = 'nodejs_gc_duration_seconds_sum'; // absent until something was collected
  return {
    serverCpuSeconds: sumGrowth('process_cpu_seconds_total', before, after),
    serverRssMB: now('process_resident_memory_bytes') / 1e6,
    loopDelayP99Ms: now('nodejs_eventloop_lag_p99_seconds') * 1000,
    gcSeconds: after.sums.has(gc) ? sumGrowth(gc, before, after) : 0,
  };
}

const THREADS = {
  two_callers_thread_active_seconds_total: ['listenerBusyPercent', 'taskWorkerBusyPercent'],
  two_callers_thread_cpu_seconds_total: ['listenerCpuPercent', 'taskWorkerCpuPercent'],
} as const satisfies Readonly<Record<string, readonly [MetricName, MetricName]>>;

/** Shares of the time between the readings: of the listener, and the mean over task workers. */
function threadValues(before: MetricsReading, after: MetricsReading): Values {
  const values: Partial<Record<MetricName, number>> = {};
  const elapsedSeconds = (after.atMs - before.atMs) / 1000;
  for (const [name, [ofListener, ofTaskWorker]] of Object.entries(THREADS)) {
    const shares = [...(after.threads.get(name) ?? [])].map(([thread, seconds]) => {
      const grown = seconds - (before.threads.get(name)?.get(thread) ?? 0);
      return { isListener: thread === 'listener', percent: (100 * grown) / elapsedSeconds };
    });
    for (const metric of [ofListener, ofTaskWorker]) {
      const own = shares.filter(({ isListener }) => isListener === (metric === ofListener));
      if (own.length > 0) values[metric] = own.reduce((sum, one) => sum + one.percent, 0) / own.length;
    }
  }
  return values;
}

/**
 * Each right answer was timed once, and at most two requests per connection beyond them, as in the ledger.
 * Other routes are in `total` too.
 */
export function checkAnatomy(
  before: MetricsReading,
  after: MetricsReading,
  ok: number,
  connections: number,
): string | undefined {
  for (const duration of DURATION_NAMES) {
    const { count } = computeGrowth(nameMetric(duration), before, after);
    const max = duration === 'total' ? Number.POSITIVE_INFINITY : ok + 2 * connections;
    if (count >= ok && count <= max) continue;
    return `/metrics timed ${count} times "${duration}" for ${ok} answers`;
  }
  return undefined;
}
