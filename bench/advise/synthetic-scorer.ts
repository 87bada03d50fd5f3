// A scorer for the validation: rules plus CPU work counted in iterations. Runs where scores are computed.

import { calibrateWork, doWork } from '../../src/execution/work.js';
import { type Assessment, scoreByRules } from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';

/** Each call takes the next of the times; after the last they begin again. */
export function createSyntheticScorer(us: readonly number[]): (transaction: Transaction) => Assessment {
  // Calibrated once: two calibrations would give the same time different iterations.
  const perMs = calibrateWork(1_000);
  const iterations = us.map((one) => Math.round((one / 1_000) * perMs));
  let call = 0;
  return (transaction) => {
    doWork(iterations[call] ?? 0);
    call = (call + 1) % iterations.length;
    return scoreByRules(transaction);
  };
}
