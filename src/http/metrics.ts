// `GET /metrics`: Prometheus text, read from shared memory on each request. Each listening thread or process
// has one registry; the process that answers adds up those of several. It counts nothing itself.

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
import { type Histogram, type MeterEvent, type Meters, STATUSES } from './meters.js';
import type { Route } from './route.js';

export interface MetricsSources {
  readonly routes: readonly Route[];
  readonly meters: Meters;
  /** The index of this listening thread. */
  readonly listener: number;
  /** Updates the gauges of this listener before the registry reads them. */
  showGauges(): void;
  /** The loads of this thread and of its task workers. */
  threadLoads(): Promise<readonly ThreadLoad[]>;
  readonly plantedFault: string | undefined;
}

const PREFIX = 'two_callers_';
/** What the primary of a cluster counts: only it writes the log, and it ends blocked processes. */
export type PrimaryCounts = Record<'logLineLost' | 'scorerHung', number>;

export function measurePrimary(counts: Partial<Record<MeterEvent, number>>): Promise<Measured> {
  const registry = new Registry();
  addEvents(registry, (event) => counts[event] ?? 0);
  return registry.getMetricsAsJSON();
}

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
  addEvents(registry, sources.meters.readEvents);
  addGauges(registry, sources);
  addDurations(registry, sources.meters);
  addThreadLoads(registry, sources);
  addPlantedFault(registry, sources);
  // Each listening thread describes itself. Without its name its counters would seem to fall and rise.
  const nameListener = (name: string, value: MetricValue<string>): MetricValue<string> => {
    if (sources.meters.listeners === 1 || !/^(nodejs|two_callers_thread)_/.test(name)) return value;
    return { ...value, labels: { ...value.labels, thread: `listener ${sources.listener + 1}` } };
  };
  return {
    async own() {
      const measured = await registry.getMetricsAsJSON();
      return measured.map(({ aggregator, values, ...rest }) => ({
        ...rest,
        // With several processes prom-client would omit the start time; the oldest process gives it.
        aggregator: aggregator === 'omit' ? 'min' : aggregator,
        values: values.filter(isNumber).map((value) => nameListener(rest.name, value)),
      }));
    },
    close: () => registry.clear(),
  };
}

/** The counters and histograms of both, added up; the gauges are left out. */
export function sumCounters(one: Measured, other: Measured): Measured {
  const sums = new Map(one.map((metric) => [metric.name, metric]));
  for (const metric of other) {
    const kind = String(metric.type);
    if (kind !== 'counter' && kind !== 'histogram') continue;
    const values = new Map<string, MetricValue<string>>();
    for (const value of [...(sums.get(metric.name)?.values ?? []), ...metric.values]) {
      const { metricName } = value as { readonly metricName?: string };
      const key = JSON.stringify([metricName, Object.entries(value.labels).sort()]);
      values.set(key, { ...value, value: value.value + (values.get(key)?.value ?? 0) });
    }
    sums.set(metric.name, { ...metric, values: [...values.values()] });
  }
  return [...sums.values()];
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

/** A counter whose values `read` sets whenever the registry is read. */
function addCounter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: (counter: Counter) => void | Promise<void>,
): void {
  new Counter({
    name: PREFIX + name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      this.reset();
      await read(this);
    },
  });
}

function addAnswers(registry: Registry, { routes, meters }: MetricsSources): void {
  const paths = [...routes.map((route) => `${route.method} ${route.path}`), 'none'];
  const help = 'Requests answered, by route and status; route "none" matched no route.';
  addCounter(registry, 'requests_total', help, ['route', 'status'], (counter) => {
    for (const [row, route] of paths.entries()) {
      for (const status of STATUSES) {
        const count = meters.readAnswers(row, status);
        if (count > 0) counter.inc({ route, status }, count);
      }
    }
  });
}

function addTally(registry: Registry, { counts }: Snapshot): void {
  const count = (name: (typeof COUNTER_NAMES)[number]) => counts[COUNTER_NAMES.indexOf(name)] ?? 0;
  const help = 'Transactions scored and counted, by level: the tally that GET /stats shows.';
  addCounter(registry, 'scored_total', help, ['level'], (counter) => {
    for (const level of LEVELS) counter.inc({ level }, count(level));
  });
  addCounter(registry, 'rejected_total', 'Transactions refused with a 4xx.', [], (counter) => {
    counter.inc(count('REJECTED'));
  });
}

function addEvents(registry: Registry, read: (event: MeterEvent) => number): void {
  const events = [
    ['shed_total', 'shed', 'Requests refused because the queue or the body budget was full.'],
    ['expired_total', 'expired', 'Requests whose deadline passed before the answer.'],
    ['left_total', 'left', 'Requests whose client left before the answer.'],
    ['connections_refused_total', 'connectionRefused', 'Connections over the limit.'],
    ['log_lines_lost_total', 'logLineLost', 'Lines of the log that could not be written.'],
    ['scorers_hung_total', 'scorerHung', 'Scorers that did not return in time.'],
    ['snapshots_inexact_total', 'inexactSnapshot', 'Snapshots of /stats that were not exact.'],
  ] as const;
  for (const [name, event, help] of events) {
    addCounter(registry, name, help, [], (counter) => counter.inc(read(event)));
  }
}

function addGauges(registry: Registry, { meters, showGauges }: MetricsSources): void {
  const gauges = [
    ['queue_depth', 'Places taken in the queue.', 'queueDepth'],
    ['busy_jobs', 'Transactions that a thread scores or has prefetched.', 'busyJobs'],
    ['task_workers', 'Task workers of the pool.', 'taskWorkers'],
    ['connections', 'Open connections.', 'connections'],
    ['body_bytes', 'Bytes of bodies, and of answers that clients have not taken.', 'heldBytes'],
    ['stuck', 'Listeners where no scoring could begin for longer than the deadline.', 'stuck'],
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
    addCounter(registry, `thread_${name}_seconds_total`, help, ['thread'], async (counter) => {
      for (const { thread, [load]: seconds } of await threadLoads()) {
        if (seconds !== undefined) counter.inc({ thread }, seconds);
      }
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
