// What a check concluded. Everything that judges (study, checker, laboratory) says one of these
// four words, and combines them with `worst`. Pure.

/** From best to worst: a later verdict outweighs an earlier one. */
export const VERDICTS = ['ok', 'unavailable', 'unknown', 'violated'] as const;

/**
 * - `ok`: the promise was tested and held;
 * - `unavailable`: it could not be tested here, and the reason is known;
 * - `unknown`: it was tested without a conclusion, for instance after an internal error;
 * - `violated`: there is evidence that it does not hold.
 */
export type Verdict = (typeof VERDICTS)[number];

/** The verdict on the whole, given the verdicts on its parts: none at all prove nothing. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'unknown';
  const rank = Math.max(...verdicts.map((verdict) => VERDICTS.indexOf(verdict)));
  return VERDICTS[rank] ?? 'unknown';
}
