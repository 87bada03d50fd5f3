// Added CPU work for each scoring, so that a user can study any cost. It counts iterations, not
// time: a spin on the clock would end even while its thread did not run, and would make crowded
// threads look fast. `doWork` runs on the thread that scores. The thread that starts the service
// calibrates once: a crowded thread then takes longer for the same work, as for real work.

/**
 * Runs `iterations` steps of an integer recurrence and returns its last value. Each step needs
 * the previous one (an xorshift, G. Marsaglia 2003), so no compiler can skip or overlap them.
 */
export function doWork(iterations: number): number {
  let state = 2463534242 | 0;
  for (let step = 0; step < iterations; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

const SAMPLES = 9;
const SAMPLE_ITERATIONS = 1_000_000;

/** The number of iterations of `doWork` that take `us` microseconds on this idle machine. */
export function calibrateWork(us: number): number {
  if (us === 0) return 0;
  // The fastest of several samples: an interruption can only make a sample slower.
  let bestMs = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAt = performance.now();
    doWork(SAMPLE_ITERATIONS);
    bestMs = Math.min(bestMs, performance.now() - startedAt);
  }
  return Math.max(1, Math.round((us * SAMPLE_ITERATIONS) / (bestMs * 1000)));
}
