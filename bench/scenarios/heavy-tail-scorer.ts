// The scorer of `heavy-tail`, loaded by the service as a user's module: the rules, and every hundredth
// transaction of a thread costs about 20 ms more of CPU work.

import { calibrateWork, doWork } from '../../src/execution/work.js';
import { type Assessment, scoreByRules } from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';

const HEAVY_EVERY = 100;
const HEAVY_US = 20_000;

const iterations = calibrateWork(HEAVY_US);
let scored = 0;

export function score(transaction: Transaction): Assessment {
  scored++;
  if (scored % HEAVY_EVERY === 0) doWork(iterations);
  return scoreByRules(transaction);
}
