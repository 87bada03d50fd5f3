// A scorer of the advisor's validation: the rules, and 500 us of CPU work each time. Runs where
// scores are computed.

import { createSyntheticScorer } from '../synthetic-scorer.js';

export const score = createSyntheticScorer([500]);
