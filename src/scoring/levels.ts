// The levels of risk and the scores they begin at. Pure; runs wherever something is scored, so it
// loads nothing.

/** From mild to grave. */
export const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Level = (typeof LEVELS)[number];

/** The least score of each level; the first row that fits wins. */
const LEVEL_FROM: readonly (readonly [number, Level])[] = [
  [5, 'CRITICAL'],
  [3, 'HIGH'],
  [1, 'MEDIUM'],
];

/** The level of a score: a function of the score alone. */
export function levelOf(score: number): Level {
  for (const [from, level] of LEVEL_FROM) if (score >= from) return level;
  return 'LOW';
}

/**
 * What the tally counts, in the order of its counters: the scored transactions of each level, and
 * those refused as invalid. The sum of the levels is the total; there is no counter for it.
 */
export const COUNTED = [...LEVELS, 'REJECTED'] as const;
export const REJECTED_AT = COUNTED.indexOf('REJECTED');
