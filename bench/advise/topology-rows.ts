// One row per topology: medians, intervals, targets met or missed. Pure; advice.ts decides between them.

import { formatInterval } from '../../src/present/text.js';
import { isTopologyName, type TopologyName } from '../../src/topologies/topology.js';
import type { MetricName, Sample } from '../runner/scenario.js';
import { type ConfidenceInterval, median } from '../stats/statistics.js';
import { judge, type Met } from '../stats/verdicts.js';

export interface Targets {
  readonly p99Ms?: number | undefined;
  readonly perSecond?: number | undefined;
}

export interface TopologyRow {
  /** `pool x2` */
  readonly name: string;
  readonly topology: TopologyName;
  readonly threads: number;
  /** In a closed loop with the callers of the plan. */
  readonly perSecond: ConfidenceInterval;
  readonly p99Ms: ConfidenceInterval;
  readonly healthP99Ms: ConfidenceInterval;
  /** In an open loop at the target rate; n = 0 without one. */
  readonly atRateP99Ms: ConfidenceInterval;
  readonly keptUp: ConfidenceInterval;
  readonly generatorCpu: number;
  readonly meetsP99: Met;
  readonly meetsRate: Met;
  /** Why a value is unknown, by its name. */
  readonly unknown: Readonly<Partial<Record<MetricName, string>>>;
  readonly voids: readonly string[];
}

/** Fewer rounds leave no interval at all. */
export const ROUNDS_MIN = 3;
/** Answers in time, of all that were due: below this a backlog grew. */
export const KEPT_UP_MIN = 0.95;
/** The fastest first; `next` is the random source of the intervals. */
export function summarizeTopologies(
  samples: readonly Sample[],
  targets: Targets,
  next: () => number,
): TopologyRow[] {
  const names = [...new Set(samples.map(({ variant }) => variant))];
  const rows = names.flatMap((name) => summarizeTopology(name, samples, targets, next) ?? []);
  const worth = ({ perSecond: { median } }: TopologyRow) => (Number.isNaN(median) ? -1 : median);
  return rows.sort((a, b) => worth(b) - worth(a));
}

function summarizeTopology(
  name: string,
  samples: readonly Sample[],
  targets: Targets,
  next: () => number,
): TopologyRow | undefined {
  const own = samples.filter(({ variant }) => variant === name);
  const [first] = own;
  if (first === undefined || !isTopologyName(first.topology)) return undefined;
  const of = (metric: MetricName): ConfidenceInterval => {
    const claim = { says: '', metric, of: name, against: [], target: undefined };
    return judge(claim, own, next).measured;
  };
  const valid = own.filter((sample) => sample.discardReason === undefined);
  const p99Ms = of('p99Ms');
  const [atRateP99Ms, keptUp] = [of('atRateP99Ms'), of('keptUp')];
  const meetsRate = atLeast(keptUp, targets.perSecond === undefined ? undefined : KEPT_UP_MIN);
  const p99 = pickP99({ p99Ms, atRateP99Ms }, targets);
  // Past its capacity there is no p99: it grows for as long as the load lasts.
  const isPast = meetsRate === 'no' && targets.p99Ms !== undefined;
  return {
    name,
    topology: first.topology,
    threads: first.threads,
    perSecond: of('perSecond'),
    p99Ms,
    healthP99Ms: of('healthP99Ms'),
    atRateP99Ms,
    keptUp,
    generatorCpu: median(valid.map(({ values }) => values.generatorCpu ?? Number.NaN)),
    meetsP99: isPast ? 'no' : atMost(p99, targets.p99Ms),
    meetsRate,
    unknown: Object.assign({}, ...valid.map(({ unknown = {} }) => unknown)),
    voids: own.flatMap((sample) => sample.discardReason ?? []),
  };
}

function atMost({ low, high, n }: ConfidenceInterval, target: number | undefined): Met {
  if (target === undefined) return 'no target';
  if (n < ROUNDS_MIN) return 'unclear';
  if (high <= target) return 'yes';
  return low > target ? 'no' : 'unclear';
}

function atLeast({ low, high, n }: ConfidenceInterval, target: number | undefined): Met {
  return atMost({ median: Number.NaN, low: -high, high: -low, n }, target && -target);
}

/** The p99 that a target applies to; NaN where it is unknown. */
export function pickP99(row: Pick<TopologyRow, 'p99Ms' | 'atRateP99Ms'>, { perSecond }: Targets) {
  return perSecond === undefined ? row.p99Ms : row.atRateP99Ms;
}

/** The factor by which it misses its worse target. */
export function shortBy(row: TopologyRow, targets: Targets): number {
  const wait = targets.p99Ms === undefined ? 0 : pickP99(row, targets).median / targets.p99Ms;
  return Math.max(row.meetsRate === 'no' ? 1 / row.keptUp.median : 0, Number.isNaN(wait) ? 0 : wait);
}

/** How far it misses its targets; where it surely misses none, what is not settled. */
export function explainTargets(row: TopologyRow, targets: Targets): string {
  const { meetsRate, meetsP99, keptUp } = row;
  const { perSecond = Number.NaN, p99Ms = Number.NaN } = targets;
  const parts: string[] = [];
  // Not the closed loop's rate: a topology that reaches it may still fall behind chance arrivals.
  const share = keptUp.median;
  const answers = `answers ${(share * perSecond).toFixed(0)} of ${perSecond} requests/s`;
  const p99 = pickP99(row, targets);
  if (meetsRate === 'no') parts.push(`${answers} (${(100 * share).toFixed(0)} %)`);
  if (p99.median > p99Ms && meetsP99 !== 'unclear') {
    parts.push(`p99 ${p99.median.toFixed(1)} ms is ${(p99.median / p99Ms).toFixed(1)} times the ${p99Ms} ms`);
  }
  if (parts.length > 0) return parts.join('; ');
  if (meetsRate === 'unclear')
    parts.push(`the share that it answers in time, ${formatInterval(keptUp, 2)}, is not settled`);
  if (meetsP99 === 'unclear') parts.push(`p99 ${formatInterval(p99, 1)} ms does not settle the ${p99Ms} ms`);
  return parts.join('; ');
}
