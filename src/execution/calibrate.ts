// Turns microseconds of added work into a number of iterations, once, at the start. The thread
// that starts the service measures, and every thread then runs the same number: a crowded thread
// takes longer over the same work, as it would over real work.

import { work } from '../scoring/work.js';

const SAMPLES = 9;
const SAMPLE_ITERATIONS = 1_000_000;

/** How many iterations of `work` take `us` microseconds on this machine when it is not crowded. */
export function iterationsFor(us: number): number {
  if (us === 0) return 0;
  return Math.max(1, Math.round(us * iterationsPerUs()));
}

/** The fastest of several samples: being interrupted can only make one slower. */
function iterationsPerUs(): number {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAt = performance.now();
    work(SAMPLE_ITERATIONS);
    bestMs = Math.min(bestMs, performance.now() - startedAt);
  }
  return SAMPLE_ITERATIONS / (bestMs * 1000);
}
