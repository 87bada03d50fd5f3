// One row per topology: medians, intervals, targets met or missed. Pure; advice.ts decides between them.

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
  const p99 = targets.perSecond === undefined ? p99Ms : atRateP99Ms;
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

/** The factor by which it misses its worse target. */
export function shortBy({ keptUp, p99Ms, atRateP99Ms, meetsRate }: TopologyRow, targets: Targets): number {
  const rate = 1 / keptUp.median;
  const p99 = targets.perSecond === undefined ? p99Ms : atRateP99Ms;
  const wait = targets.p99Ms === undefined ? 0 : p99.median / targets.p99Ms;
  return Math.max(meetsRate === 'no' ? rate : 0, Number.isNaN(wait) ? 0 : wait);
}

export function shortfallText(row: TopologyRow, { p99Ms, perSecond }: Targets): string {
  const parts: string[] = [];
  if (perSecond !== undefined && row.meetsRate === 'no') {
    // Not the closed loop's rate: a topology that reaches it may still fall behind chance arrivals.
    const share = row.keptUp.median;
    const answered = (share * perSecond).toFixed(0);
    parts.push(`answers ${answered} of ${perSecond} requests/s (${(100 * share).toFixed(0)} %)`);
  }
  const { median: ms } = perSecond === undefined ? row.p99Ms : row.atRateP99Ms;
  if (p99Ms !== undefined && ms > p99Ms) {
    parts.push(`p99 ${ms.toFixed(1)} ms is ${(ms / p99Ms).toFixed(1)} times the ${p99Ms} ms`);
  }
  return `${row.name}: ${parts.join('; ')}`;
}
