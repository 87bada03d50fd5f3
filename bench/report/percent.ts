// A share as a percentage, for people. Pure.

import { formatNumber } from '../../src/present/text.js';

/** A share that is small is not shown as none, and one that is nearly all not as all. */
export function percentOf(share: number | null): string {
  if (share === null) return '–';
  const percent = 100 * share;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (percent > 99.95 && percent < 100) return '> 99.9 %';
  return `${formatNumber(percent, 1)} %`;
}
