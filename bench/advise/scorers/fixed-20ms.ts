// A scorer of the advisor's validation: the rules, and 20 ms of CPU work each time. Runs where
// scores are computed.

import { createSyntheticScorer } from '../synthetic-scorer.js';

export const score = createSyntheticScorer([20_000]);
