// What is known of a scenario while it is still measured: the medians of its variants so far, for
// the block at a terminal. Pure; it gives no interval and judges nothing.

import { numbersOf } from '../../stats/conclusion.js';
import { median } from '../../stats/statistics.js';
import type { Plan } from '../plan.js';
import {
  METRICS,
  type MetricName,
  nameOf,
  rowOf,
  type Sample,
  type Scenario,
} from '../scenario.js';
import type { LiveTable } from './lines.js';

/** More than these fit no terminal beside a name. */
const METRICS_MAX = 4;

/** `samples` are those of this scenario; `current` is the variant that runs now. */
export function interimTable(
  scenario: Scenario,
  plan: Plan,
  samples: readonly Sample[],
  current: string,
): LiveTable {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const metrics = metricsOf(valid);
  const names = scenario.variants(plan).map(nameOf);
  const rows = names.map((name) => {
    const own = valid.filter(({ variant }) => variant === name);
    return [name, `${own.length}`, ...metrics.map((metric) => medianText(own, metric))];
  });
  const titles = metrics.map((metric) => {
    const { says, unit } = METRICS[metric];
    return unit === '' ? says : `${says}, ${unit}`;
  });
  return { head: ['medians so far', 'n', ...titles], rows, current: names.indexOf(current) };
}

/** Those that say how well it went, in the order of the table of all. */
function metricsOf(samples: readonly Sample[]): MetricName[] {
  const found = new Set(samples.flatMap(({ values }) => Object.keys(values)));
  const known = Object.keys(METRICS) as MetricName[];
  const good = known.filter((metric) => found.has(metric) && rowOf(metric).isContext !== true);
  return good.slice(0, METRICS_MAX);
}

function medianText(samples: readonly Sample[], metric: MetricName): string {
  const known = numbersOf(samples, metric);
  return known.length === 0 ? '' : median(known).toFixed(METRICS[metric].digits);
}
