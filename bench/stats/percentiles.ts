// When a percentile is known: with too few samples above it, it does not repeat and is NaN. Pure.

import type { Plan } from '../runner/plan.js';
import type { MetricName, Readings, Values } from '../runner/scenario.js';
import type { Limits } from '../runner/validity.js';

/** The samples of which enough lie above: 20 for the median, 1,000 for p99. */
export function samplesNeeded(percent: number, { samplesAboveMin }: Limits): number {
  return Math.ceil((samplesAboveMin * 100) / (100 - percent) - 1e-9);
}

/** Undefined when the percentile is known. */
export function percentileReason(percent: number, samples: number, limits: Limits): string | undefined {
  const needed = samplesNeeded(percent, limits);
  if (samples >= needed) return undefined;
  return `p${percent} of ${samples} samples: it needs ${needed}`;
}

type Percents = Readonly<Partial<Record<MetricName, number>>>;

/** The values, with NaN for each percentile that is unknown, and the reasons. */
export function supported(
  values: Values,
  percents: Percents,
  samples: number,
  limits: Limits,
): Required<Readings> {
  const unknown: Partial<Record<MetricName, string>> = {};
  for (const [metric, percent] of Object.entries(percents) as [MetricName, number][]) {
    const reason = percentileReason(percent, samples, limits);
    if (reason !== undefined) unknown[metric] = reason;
  }
  const none = Object.keys(unknown).map((metric) => [metric, Number.NaN] as const);
  return { values: { ...values, ...Object.fromEntries(none) }, unknown };
}

export function together(one: Required<Readings>, other: Required<Readings>): Required<Readings> {
  const values = { ...one.values, ...other.values };
  return { values, unknown: { ...one.unknown, ...other.unknown } };
}

/** Room for a rate that turns out lower, and for arrivals by chance. */
const ROOM = 1.2;
const SECONDS_MAX = 60;

/** As long as the plan says, or as p99 needs at this rate; within bounds. */
export function secondsFor(perSecond: number, { seconds, limits }: Plan): number {
  const needed = ROOM * samplesNeeded(99, limits);
  if (needed === 0 || !(perSecond > 0)) return seconds;
  return Math.max(seconds, Math.min(SECONDS_MAX, needed / perSecond));
}
