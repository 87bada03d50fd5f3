// `GET /metrics`: Prometheus text, read from shared memory on each request. Each listening thread or
// process has one registry; the process that answers adds up those of several. It counts nothing
// itself.

import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  type Metric,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import type { ThreadLoad } from '../execution/thread-load.js';
import { COUNTER_NAMES, LEVELS } from '../scoring/rules.js';
import type { Snapshot } from '../tally/tally.js';
import { type Histogram, type Meters, STATUSES } from './meters.js';
import type { Route } from './route.js';

export interface MetricsSources {
  readonly routes: readonly Route[];
  readonly meters: Meters;
  /** Brings the gauges of this listener up to now, before they are read. */
  showGauges(): void;
  /** Of this thread, and of the task workers that it has. */
  threadLoads(): Promise<readonly ThreadLoad[]>;
  readonly plantedFault: string | undefined;
}

const PREFIX = 'two_callers_';

/** What one process measured of itself, as it crosses to another; the tally is not among it. */
export type Measured = readonly MetricObjectWithValues<MetricValue<string>>[];

export interface Metrics {
  own(): Promise<Measured>;
  close(): void;
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addAnswers(registry, sources);
  addEvents(registry, sources);
  addGauges(registry, sources);
  addDurations(registry, sources.meters);
  addThreadLoads(registry, sources);
  addPlantedFault(registry, sources);
  return {
    async own() {
      const measured = await registry.getMetricsAsJSON();
      return measured.map(({ aggregator, values, ...rest }) => ({
        ...rest,
        // Of several processes prom-client would leave out when they started; the oldest says it.
        aggregator: aggregator === 'omit' ? 'min' : aggregator,
        values: values.filter(isNumber),
      }));
    },
    close: () => registry.clear(),
  };
}

/** A gauge of Node's that has measured nothing yet is NaN, and no sum or mean survives it. */
function isNumber({ value }: MetricValue<string>): boolean {
  return Number.isFinite(value);
}

/** The text of `GET /metrics`, of one process or of several: sums, or what a metric names. */
export async function metricsText(all: readonly Measured[], tally: Snapshot): Promise<string> {
  const registry = AggregatorRegistry.aggregate([...all]) as Registry;
  addTally(registry, tally);
  return registry.metrics();
}

function addAnswers(registry: Registry, { routes, meters }: MetricsSources): void {
  const paths = [...routes.map((route) => `${route.method} ${route.path}`), 'none'];
  new Counter({
    name: `${PREFIX}requests_total`,
    help: 'Requests answered, by route and status; route "none" matched no route.',
    labelNames: ['route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [row, route] of paths.entries()) {
        for (const status of STATUSES) {
          const count = meters.readAnswers(row, status);
          if (count > 0) this.inc({ route, status }, count);
        }
      }
    },
  });
}

function addTally(registry: Registry, { counts }: Snapshot): void {
  const scored = new Counter({
    name: `${PREFIX}scored_total`,
    help: 'Transactions scored and counted, by level: the tally that GET /stats shows.',
    labelNames: ['level'],
    registers: [registry],
  });
  for (const level of LEVELS) scored.inc({ level }, counts[COUNTER_NAMES.indexOf(level)] ?? 0);
  const rejected = new Counter({
    name: `${PREFIX}rejected_total`,
    help: 'Transactions refused with a 4xx.',
    registers: [registry],
  });
  rejected.inc(counts[COUNTER_NAMES.indexOf('REJECTED')] ?? 0);
}

function addEvents(registry: Registry, { meters }: MetricsSources): void {
  const events = [
    ['shed_total', 'shed', 'Requests refused because the queue was full.'],
    ['expired_total', 'expired', 'Requests whose deadline passed before the answer.'],
    ['left_total', 'left', 'Requests whose client left before the answer.'],
    ['connections_refused_total', 'connectionRefused', 'Connections over the limit.'],
    ['snapshots_inexact_total', 'inexactSnapshot', 'Snapshots of /stats that were not exact.'],
  ] as const;
  for (const [name, event, help] of events) {
    new Counter({
      name: PREFIX + name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(meters.readEvents(event));
      },
    });
  }
}

function addGauges(registry: Registry, { meters, showGauges }: MetricsSources): void {
  const gauges = [
    ['queue_depth', 'Places taken in the queue.', 'queueDepth'],
    ['busy_jobs', 'Transactions being scored, or at the door of a task worker.', 'busyJobs'],
    ['task_workers', 'Task workers of the pool.', 'taskWorkers'],
    ['connections', 'Open connections.', 'connections'],
  ] as const;
  for (const [name, help, gauge] of gauges) {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [registry],
      collect() {
        showGauges();
        this.set(meters.readGauge(gauge));
      },
    });
  }
}

/** In a cluster the processes' threads of one name are added up, as counters are. */
function addThreadLoads(registry: Registry, { threadLoads }: MetricsSources): void {
  const counters = [
    ['active', 'activeSeconds', 'Seconds in which the event loop of a thread had something to do.'],
    ['cpu', 'cpuSeconds', 'CPU time of a thread in seconds, where the runtime can tell.'],
  ] as const;
  for (const [name, load, help] of counters) {
    new Counter({
      name: `${PREFIX}thread_${name}_seconds_total`,
      help,
      labelNames: ['thread'],
      registers: [registry],
      async collect() {
        const loads = await threadLoads();
        this.reset();
        for (const { thread, [load]: seconds } of loads) {
          if (seconds !== undefined) this.inc({ thread }, seconds);
        }
      },
    });
  }
}

function addPlantedFault(registry: Registry, { plantedFault }: MetricsSources): void {
  const gauge = new Gauge({
    name: `${PREFIX}planted_fault`,
    help: 'Whether the tally is broken on purpose; and by which fault.',
    labelNames: ['fault'],
    registers: [registry],
    aggregator: 'max', // several processes have one fault
  });
  if (plantedFault === undefined) gauge.set(0);
  else gauge.set({ fault: plantedFault }, 1);
}

const DURATION_HELP = {
  queue: 'Waiting for a place to be scored.',
  dispatch: 'The way to the thread that scores and back, and waiting there.',
  score: 'Scoring itself, added work included.',
  total: 'From the head of a request to its answer, answers other than problems.',
} as const;

function addDurations(registry: Registry, meters: Meters): void {
  for (const [name, histogram] of Object.entries(meters.durations)) {
    const help = `${DURATION_HELP[name as keyof typeof DURATION_HELP]} Seconds.`;
    registry.registerMetric(histogramMetric(`${PREFIX}${name}_seconds`, help, histogram));
  }
}

/**
 * prom-client's own Histogram cannot be filled from buckets counted elsewhere; a registry needs
 * only a name and `get()`, which its types do not say.
 */
function histogramMetric(name: string, help: string, histogram: Histogram): Metric {
  const get = async () => {
    const { buckets, count, sumSeconds } = histogram.read();
    const values = buckets.map(({ le, cumulative }) => ({
      metricName: `${name}_bucket`,
      labels: { le: Number.isFinite(le) ? le : '+Inf' },
      value: cumulative,
    }));
    const rest = [
      { metricName: `${name}_sum`, labels: {}, value: sumSeconds },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
    return { name, help, type: 'histogram', aggregator: 'sum', values: [...values, ...rest] };
  };
  return { name, get, reset() {} } as unknown as Metric;
}
