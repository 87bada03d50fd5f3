// The work dial: CPU work that can be added to each scoring, so that any cost can be studied. It
// counts iterations, never time: a spin on the clock would finish even while its thread was not
// running, and make crowded threads look fast. Pure; runs where the scorer runs.

/**
 * Runs `iterations` steps of an integer recurrence and returns its last value. Each step needs
 * the one before it (an xorshift, G. Marsaglia 2003), so no compiler can skip or overlap them.
 */
export function work(iterations: number): number {
  let state = 2463534242 | 0;
  for (let step = 0; step < iterations; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
