// A scorer of the advisor's validation: the rules, and 500 us of CPU work each time. Runs where
// scores are computed.

import { working } from '../working.js';

export const score = working([500]);
