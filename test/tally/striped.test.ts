// The contract of every tally, kept by `striped`.

import { tallyContract } from './tally.contract.js';

tallyContract('striped', { adds: 100_000, work: 10_000 });
