// A scorer of the advisor's validation: the rules, and 20 ms of CPU work each time. Runs where
// scores are computed.

import { working } from '../working.js';

export const score = working([20_000]);
