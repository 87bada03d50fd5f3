// When a percentile may be shown. A percentile of which hardly a sample lies above is the luck of
// one or two of them, and another run gives another number: it is then unknown, with the reason.
// Pure.

import type { Measured, MetricName } from './figure.js';
import type { Latency } from './load-job.js';
import type { Plan } from './plan.js';

/** So many samples are to lie above a percentile. */
export const ABOVE_MIN = 10;

const PERCENTS = { p50Ms: 50, p99Ms: 99, p999Ms: 99.9 } as const;
export type Percentile = keyof typeof PERCENTS;

/** The median needs 20 samples, p99 1,000, p99.9 10,000. */
export function samplesNeeded(percentile: Percentile): number {
  return Math.round((100 * ABOVE_MIN) / (100 - PERCENTS[percentile]));
}

/** The percentiles under the names of metrics; those of too few samples are NaN, and why. */
export function percentilesOf(
  latency: Latency,
  names: Readonly<Partial<Record<Percentile, MetricName>>>,
): Required<Pick<Measured, 'values' | 'unknown'>> {
  const values: Partial<Record<MetricName, number>> = {};
  const unknown: Partial<Record<MetricName, string>> = {};
  for (const [percentile, name] of Object.entries(names) as [Percentile, MetricName][]) {
    const needed = samplesNeeded(percentile);
    const isEnough = latency.samples >= needed;
    values[name] = isEnough ? latency[percentile] : Number.NaN;
    if (!isEnough) unknown[name] = `${latency.samples} samples, ${needed} needed`;
  }
  return { values, unknown };
}

/** Room for a rate that turns out lower, and for arrivals by chance. */
const P99_SAMPLES = 1.2 * samplesNeeded('p99Ms');
const SECONDS_MAX = 60;

/** As long as the plan says, or as p99 needs at this rate; within bounds. */
export function secondsFor(perSecond: number, { seconds, isSmoke }: Plan): number {
  if (isSmoke || !(perSecond > 0)) return seconds;
  return Math.max(seconds, Math.min(SECONDS_MAX, P99_SAMPLES / perSecond));
}
