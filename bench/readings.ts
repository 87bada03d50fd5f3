// From what a load generator says to the values of a run: rate, latency and its percentiles, each
// of them a number only where there were samples enough for it. Pure.

import type { MetricName, Readings, Values } from './figure.js';
import type { Load, OpenLoad } from './load-job.js';
import { type Crowd, type Limits, type OpenLoopCourse, percentileReason } from './validity.js';

/** Which values are percentiles, and which. */
type Percents = Readonly<Partial<Record<MetricName, number>>>;

/** The values, without the percentiles that would be chance; the reasons beside them. */
export function supported(
  values: Values,
  percents: Percents,
  samples: number,
  limits: Limits,
): Required<Readings> {
  const missing: Partial<Record<MetricName, string>> = {};
  for (const [metric, percent] of Object.entries(percents) as [MetricName, number][]) {
    const reason = percentileReason(percent, samples, limits);
    if (reason !== undefined) missing[metric] = reason;
  }
  const none = Object.keys(missing).map((metric) => [metric, Number.NaN] as const);
  return { values: { ...values, ...Object.fromEntries(none) }, missing };
}

/** What most figures say of a closed loop. */
export function readingsOf(
  { perSecond, latency, cpuShare }: Load,
  limits: Limits,
): Required<Readings> {
  const { samples, meanMs, p50Ms, p99Ms } = latency;
  const values = { perSecond, meanMs, p50Ms, p99Ms, generatorCpu: cpuShare };
  return supported(values, { p50Ms: 50, p99Ms: 99 }, samples, limits);
}

/** Every connection of a closed loop has a request in flight, at all times. */
export function closedCrowd(load: Load, connections: number): Crowd {
  const { latency, perSecond, seconds } = load;
  const { meanMs, maxMs } = latency;
  return { inFlight: connections, perSecond, meanMs, edge: maxMs / 1000 / seconds };
}

/** An open loop is over when its last request has ended, so nothing is cut off. */
export function courseOf(load: OpenLoad): OpenLoopCourse {
  const { due, ok, shed, wrong, failed, lateness, cpuShare, service, inFlight } = load;
  const perSecond = service.samples / load.tookSeconds;
  return {
    due,
    ended: ok + shed + wrong + failed,
    latenessP99Ms: lateness.p99Ms,
    cpuShare,
    crowd: { inFlight, perSecond, meanMs: service.meanMs, edge: 0 },
  };
}
