// A scorer for the validation: rules plus Pareto CPU work, mean 0.5 ms, in a seeded order of calls, so that
// every 256 calls of a thread do the same work (all requests are the same). Runs where scores are computed.

import { random, shuffled } from '../../../src/checker/random.js';
import { createSyntheticScorer } from '../synthetic-scorer.js';

const MEAN_US = 500;
/** Finite mean, infinite variance: what is cut off here is beyond the last of 256. */
const SHAPE = 1.5;
const TIMES = 256;

const times = Array.from({ length: TIMES }, (_, at) => (1 - (at + 0.5) / TIMES) ** (-1 / SHAPE));
const mean = times.reduce((sum, time) => sum + time, 0) / TIMES;

export const score = createSyntheticScorer(shuffled(times, random(1)).map((time) => (time / mean) * MEAN_US));
