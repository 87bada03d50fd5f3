// What of an interval a scale can show, and words for what it cannot: a value that is missing, or
// zero on a log scale, is left out and said, never drawn somewhere. Pure.

import type { ConfidenceInterval } from '../../stats/statistics.js';
import { flawOf, type ScaleKind, shortNumber } from './numbers.js';

export interface Shown {
  readonly median: number;
  /** Null: it goes on over the low end of the scale. */
  readonly low: number | null;
  /** Null: it goes on over the high end of the scale. */
  readonly high: number | null;
}

interface Outcome {
  /** Null: nothing of it. */
  readonly shown: Shown | null;
  readonly says: readonly string[];
}

export function shownOf({ median, low, high }: ConfidenceInterval, scale: ScaleKind): Outcome {
  const flaw = flawOf(median, scale);
  if (flaw !== null) return { shown: null, says: [flaw] };
  if (Number.isNaN(low) || Number.isNaN(high)) {
    return { shown: { median, low: median, high: median }, says: ['no interval'] };
  }
  const isLowShown = flawOf(low, scale) === null;
  const isHighShown = flawOf(high, scale) === null;
  const says: string[] = [];
  if (!isLowShown) {
    says.push(Number.isFinite(low) ? `interval from ${shortNumber(low)}` : 'no lower bound');
  }
  if (!isHighShown) says.push('no upper bound');
  return { shown: { median, low: isLowShown ? low : null, high: isHighShown ? high : null }, says };
}

/** The numbers that its scale must reach: beyond the median on a side without an end. */
export function reachOf({ median, low, high }: Shown): number[] {
  const beyond = median > 0 ? { low: median / 2, high: median * 2 } : { low: median, high: median };
  return [median, low ?? beyond.low, high ?? beyond.high];
}
