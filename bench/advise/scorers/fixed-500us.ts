// A scorer for the advisor's validation: the rules plus 500 us of CPU work. Runs where scores are computed.

import { createSyntheticScorer } from '../synthetic-scorer.js';

export const score = createSyntheticScorer([500]);
