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
  /** Updates the gauges of this listener before the registry reads them. */
  showGauges(): void;
  /** The loads of this thread and of its task workers. */
  threadLoads(): Promise<readonly ThreadLoad[]>;
  readonly plantedFault: string | undefined;
}

const PREFIX = 'two_callers_';

/** The measurements of one process, as they cross to another; without the tally. */
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
        // With several processes prom-client would omit the start time; the oldest process gives it.
        aggregator: aggregator === 'omit' ? 'min' : aggregator,
        values: values.filter(isNumber),
      }));
    },
    close: () => registry.clear(),
  };
}

/** A gauge of Node's that has measured nothing yet is NaN, which would spoil any sum or mean. */
function isNumber({ value }: MetricValue<string>): boolean {
  return Number.isFinite(value);
}

/** The text of `GET /metrics` over all processes: sums, unless a metric names another aggregate. */
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
    ['busy_jobs', 'Transactions that a thread scores or has prefetched.', 'busyJobs'],
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

/** In a cluster, threads of one name are added up over the processes, as counters are. */
function addThreadLoads(registry: Registry, { threadLoads }: MetricsSources): void {
  const counters = [
    ['active', 'activeSeconds', 'Seconds in which the event loop of a thread was active.'],
    ['cpu', 'cpuSeconds', 'CPU time of a thread in seconds, where the runtime reports it.'],
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
    help: 'Whether the tally has a seeded fault, and which.',
    labelNames: ['fault'],
    registers: [registry],
    aggregator: 'max', // several processes have one fault
  });
  if (plantedFault === undefined) gauge.set(0);
  else gauge.set({ fault: plantedFault }, 1);
}

const DURATION_HELP = {
  queue: 'Waiting in the queue.',
  dispatch: 'The way to the scoring thread and back, with the wait there.',
  score: 'Scoring itself, added work included.',
  total: 'From the head of a request to its answer; problems are not counted.',
} as const;

function addDurations(registry: Registry, meters: Meters): void {
  for (const [name, histogram] of Object.entries(meters.durations)) {
    const help = `${DURATION_HELP[name as keyof typeof DURATION_HELP]} Seconds.`;
    registry.registerMetric(histogramMetric(`${PREFIX}${name}_seconds`, help, histogram));
  }
}

/**
 * prom-client's own Histogram cannot be filled from buckets counted elsewhere. A registry needs only a name
 * and `get()`, although its types ask for more.
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
