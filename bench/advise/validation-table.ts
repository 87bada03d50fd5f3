// Judges an advice: the chosen topology's throughput as a share of the best in a longer measurement. Pure.

import { formatInterval } from '../../src/present/text.js';
import type { MetricName, Sample } from '../runner/scenario.js';
import { type ConfidenceInterval, median } from '../stats/statistics.js';
import { judge } from '../stats/verdicts.js';

export interface Validation {
  readonly scorer: string;
  readonly chosen: string;
  readonly outcome: string;
  /** The best topology of the longer measurement, by its median. */
  readonly best: string;
  /** Throughput of the chosen over the best, paired by round. */
  readonly share: ConfidenceInterval;
  readonly p99Ratio: ConfidenceInterval;
  readonly isRight: boolean;
}

/** A choice that loses more than this was wrong. */
export const SHARE_MIN = 0.95;

/** @throws Error when no run counts */
export function judgeChoice(
  scorer: string,
  { chosen, outcome }: Pick<Validation, 'chosen' | 'outcome'>,
  samples: readonly Sample[],
  next: () => number,
): Validation {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const names = [...new Set(valid.map(({ variant }) => variant))];
  const perSecond = (name: string) =>
    median(valid.flatMap(({ variant, values }) => (variant === name ? (values.perSecond ?? []) : [])));
  const best = names.toSorted((a, b) => perSecond(b) - perSecond(a))[0];
  if (best === undefined) throw new Error(`${scorer}: no run counts`);
  const ratio = (metric: MetricName) => {
    const claim = { says: '', metric, of: chosen, against: [best], target: undefined };
    return judge(claim, samples, next).measured;
  };
  const share = ratio('perSecond');
  const isRight = share.median >= SHARE_MIN;
  return { scorer, chosen, outcome, best, share, p99Ratio: ratio('p99Ms'), isRight };
}

export const TABLE_HEAD: readonly string[] = [
  'scorer',
  'chosen',
  'it said',
  'best in the longer bench',
  'chosen/best, requests/s [95 %]',
  'chosen/best, p99 [95 %]',
  'n',
  `>= ${SHARE_MIN}`,
];

export function formatCells(one: Validation): string[] {
  const { scorer, chosen, outcome, best, share, p99Ratio, isRight } = one;
  const [rate, wait] = [share, p99Ratio].map((ratio) => formatInterval(ratio, 3)) as [string, string];
  return [scorer, chosen, outcome, best, rate, wait, `${share.n}`, isRight ? '✓' : '✗'];
}
