// From how much work per request task workers beat inline. Pure; only whole intervals decide.

import { groupByLabel, type Ratio, type ScenarioData } from '../stats/scenario-data.js';
import { decide } from '../stats/statistics.js';

/** One way to compute with task workers, compared with inline at each size of added work. */
export interface Payoff {
  readonly label: string;
  readonly points: readonly PayoffPoint[];
}

export interface PayoffPoint {
  readonly workUs: number;
  /** Of throughput to that of inline. */
  readonly ratio: Ratio;
}

export function listPayoffs(data: ScenarioData): readonly Payoff[] {
  const isInline = ({ topology }: { topology: string }) => topology === 'inline';
  const inline = new Map(data.variants.filter(isInline).map((one) => [one.workUs, one] as const));
  const others = data.variants.filter((one) => !isInline(one));
  return groupByLabel(others).map(([label, own]) => {
    const points = own.flatMap(({ variant, workUs }) => {
      const against = inline.get(workUs);
      if (against === undefined) return [];
      return [{ workUs, ratio: data.ratio(variant, against.variant, 'perSecond') }];
    });
    return { label, points };
  });
}

export function countThreads({ variants }: ScenarioData): number {
  return Math.max(0, ...variants.map(({ threads }) => threads));
}

/** With the most task workers; empty where nothing can be compared. */
export function selectPayoffs(data: ScenarioData): readonly Payoff[] {
  const threads = countThreads(data);
  return listPayoffs(data).filter(({ label }) => label.endsWith(` x${threads}`));
}

/** Undefined where an interval has enough rounds. */
export function explainUndecided({ label, points }: Payoff): string | undefined {
  const found = points.map(({ ratio }) => decide(ratio));
  if (found.some((one) => one !== 'too-few' && one !== 'unknown')) return undefined;
  if (!found.includes('too-few')) return `${label} was not measured beside inline`;
  const n = Math.max(...points.map(({ ratio }) => ratio.n));
  return `n = ${n} rounds are too few to say from how much work ${label} pays`;
}

/** `batched`, unless `pool` is faster at the most work. */
export function findBest(data: ScenarioData, payoffs: readonly Payoff[]): Payoff | undefined {
  const [batched, pool] = ['batched', 'pool'].map((name) =>
    payoffs.find(({ label }) => label.startsWith(name)),
  );
  if (batched === undefined || pool === undefined) return payoffs[0];
  const most = Math.max(...batched.points.map(({ workUs }) => workUs));
  const [of = '', against = ''] = [pool, batched].map(({ label }) => `${label} + ${most} us`);
  return decide(data.ratio(of, against, 'perSecond')) === 'more' ? pool : batched;
}

export function selectJudged({ points }: Payoff): readonly PayoffPoint[] {
  return points.filter(({ ratio }) => !['too-few', 'unknown'].includes(decide(ratio)));
}

/** The first work at which it is faster, and stays faster at every larger work that can be judged. */
export function findBreakEven(payoff: Payoff): PayoffPoint | undefined {
  const judged = selectJudged(payoff);
  const last = judged.findLastIndex(({ ratio }) => decide(ratio) !== 'more');
  return judged[last + 1];
}
