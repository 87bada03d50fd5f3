// `GET /metrics`: Prometheus text, read from shared memory at the moment it is asked. One registry
// a process, on its main thread. It counts nothing itself.

import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import type { Executor } from '../execute/executor.js';
import { COUNTED, LEVELS } from '../score/levels.js';
import type { Histogram } from '../shared/histogram.js';
import type { Tally } from '../shared/tally/tally.js';
import { type Meters, STATUSES } from './meters.js';
import type { Route } from './route.js';

export interface MetricsSources {
  readonly routes: readonly Route[];
  readonly meters: Meters;
  readonly tally: Tally;
  readonly executor: Executor;
  /** Open connections now. */
  connections(): number;
}

const PREFIX = 'two_callers_';

export interface Metrics {
  /** The text of `GET /metrics`. */
  text(): Promise<string>;
  close(): void;
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addAnswers(registry, sources);
  addTally(registry, sources);
  addEvents(registry, sources);
  addGauges(registry, sources);
  addDurations(registry, sources.meters);
  return {
    // prom-client 15 writes `Nan`, which the text format does not know.
    text: async () => (await registry.metrics()).replaceAll(/ Nan$/gm, ' NaN'),
    close: () => registry.clear(),
  };
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
          const count = meters.answers(row, status);
          if (count > 0) this.inc({ route, status }, count);
        }
      }
    },
  });
}

function addTally(registry: Registry, { tally }: MetricsSources): void {
  new Counter({
    name: `${PREFIX}scored_total`,
    help: 'Transactions scored and counted, by level: the tally that GET /stats shows.',
    labelNames: ['level'],
    registers: [registry],
    async collect() {
      const { counts } = await tally.snapshot();
      this.reset();
      for (const level of LEVELS) this.inc({ level }, counts[COUNTED.indexOf(level)] ?? 0);
    },
  });
  new Counter({
    name: `${PREFIX}rejected_total`,
    help: 'Transactions refused with a 4xx.',
    registers: [registry],
    async collect() {
      const { counts } = await tally.snapshot();
      this.reset();
      this.inc(counts[COUNTED.indexOf('REJECTED')] ?? 0);
    },
  });
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
        this.inc(meters.happenings(event));
      },
    });
  }
}

function addGauges(registry: Registry, { executor, connections }: MetricsSources): void {
  const gauges = [
    ['queue_depth', 'Places taken in the queue.', executor.waiting],
    ['busy_jobs', 'Transactions being scored, or at the door of a task worker.', executor.busy],
    ['task_workers', 'Task workers of the pool.', () => executor.threads],
    ['connections', 'Open connections.', connections],
  ] as const;
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
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
