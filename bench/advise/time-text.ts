// Times of very different sizes in words, for the advisor: microseconds below one millisecond.
// Pure; it knows nothing of what was measured.

/** `0.43 us`, `25 us`, `2.1 ms` */
export function timeText(us: number): string {
  if (Number.isNaN(us)) return 'unknown';
  if (us < 10) return `${us.toFixed(us < 1 ? 2 : 1)} us`;
  return us < 1_000 ? `${us.toFixed(0)} us` : `${(us / 1_000).toFixed(us < 10_000 ? 1 : 0)} ms`;
}
