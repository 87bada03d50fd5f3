// The contract of every tally, kept by `atomic`.

import { tallyContract } from './tally.contract.js';

tallyContract('atomic', { adds: 100_000, work: 10_000 });
