// From samples and claims to verdicts: pairs by round, with intervals; only whole intervals decide. Pure.

import { type Claim, type ClaimTarget, METRICS, type MetricName, type Sample } from '../runner/scenario.js';
import { bootstrapMedian, type ConfidenceInterval, describeSpeed, median, ROUNDS_MIN } from './statistics.js';

export type Met = 'yes' | 'no' | 'unclear' | 'no target';

export interface ClaimVerdict {
  readonly claim: Claim;
  /** The base variant; undefined when it is no ratio of variants. */
  readonly against: string | undefined;
  readonly measured: ConfidenceInterval;
  readonly met: Met;
  /** Faster, slower, no difference seen; empty where these words mean nothing. */
  readonly words: string;
}

/** `next` is the random source of the intervals. */
export function judge(claim: Claim, samples: readonly Sample[], next: () => number): ClaimVerdict {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const against = best(claim, valid);
  const values = usable(claim.target, paired(claim, against, valid));
  const measured = computeInterval(claim, values, valid, next);
  const isSpeed = against !== undefined && measured.n > 0 && claim.isSpeed !== false;
  const words = isSpeed ? describeSpeed(toSpeed(claim.metric, measured)) : '';
  return { claim, against, measured, words, met: met(claim.target, measured, values) };
}

/** NaN where a value is unknown. */
function byRound(valid: readonly Sample[], variant: string, metric: MetricName) {
  const own = valid.filter((sample) => sample.variant === variant);
  return new Map(own.map((one) => [one.round, one.values[metric] ?? Number.NaN] as const));
}

function known(values: Iterable<number>): readonly number[] {
  return [...values].filter((value) => !Number.isNaN(value));
}

/** The variant to compare with: of several, the one with the best median. */
function best({ against, metric }: Claim, valid: readonly Sample[]): string | undefined {
  const sign = METRICS[metric].isHigherBetter ? 1 : -1;
  const values = (variant: string) => known(byRound(valid, variant, metric).values());
  const worth = (variant: string) => sign * median(values(variant));
  const measured = against.filter((variant) => values(variant).length > 0);
  return measured.toSorted((a, b) => worth(b) - worth(a))[0] ?? against[0];
}

function paired(claim: Claim, against: string | undefined, valid: readonly Sample[]): number[] {
  const { of, metric, againstMetric } = claim;
  const own = byRound(valid, of, metric);
  if (against === undefined && againstMetric === undefined) return [...own.values()];
  const others = byRound(valid, against ?? of, againstMetric ?? metric);
  return [...own].flatMap(([round, value]) => {
    const other = others.get(round);
    return other === undefined ? [] : [ratio(value, other)];
  });
}

/** An unknown value makes no pair, but it breaks a target for every round. */
function usable(target: ClaimTarget | undefined, values: readonly number[]): readonly number[] {
  const isOfEvery = target !== undefined && 'always' in target;
  return isOfEvery ? values : known(values);
}

/** Zero against zero is equal. */
function ratio(value: number, other: number): number {
  return value === 0 && other === 0 ? 1 : value / other;
}

function computeInterval(
  { of, interval }: Claim,
  values: readonly number[],
  valid: readonly Sample[],
  next: () => number,
): ConfidenceInterval {
  if (interval === undefined) return bootstrapMedian(values, next);
  const [low, high] = interval.map((metric) => median(known(byRound(valid, of, metric).values())));
  return { median: median(values), low: low ?? Number.NaN, high: high ?? Number.NaN, n: values.length };
}

/** The interval as one of speed, where more is better. */
function toSpeed(metric: MetricName, interval: ConfidenceInterval): ConfidenceInterval {
  if (METRICS[metric].isHigherBetter) return interval;
  return { median: 1 / interval.median, low: 1 / interval.high, high: 1 / interval.low, n: interval.n };
}

export function met(
  target: ClaimTarget | undefined,
  interval: ConfidenceInterval,
  values: readonly number[],
): Met {
  const { low, high, n } = interval;
  if (target === undefined) return 'no target';
  if (n === 0) return 'unclear';
  // One round can miss a target for every round, and one long run has its own interval.
  if ('always' in target) return values.every((value) => value === target.always) ? 'yes' : 'no';
  if (Number.isNaN(low) || Number.isNaN(high)) return 'unclear';
  if ('growth' in target) return low > 0 ? 'no' : 'yes';
  if (n < ROUNDS_MIN) return 'unclear';
  if ('atLeast' in target) return decide(low >= target.atLeast, high < target.atLeast);
  return decide(high <= target.atMost, low > target.atMost);
}

function decide(isMet: boolean, isMissed: boolean): Met {
  if (isMet) return 'yes';
  return isMissed ? 'no' : 'unclear';
}
