// What the scorers of the validation share: the rules, and CPU work that is counted in iterations
// and not in time, as everywhere. Runs where scores are computed.

import { calibrateWork, doWork } from '../../src/execution/work.js';
import { type Assessment, scoreByRules } from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';

type Score = (transaction: Transaction) => Assessment;

/** Each call takes the next of the times, which begin anew after the last. */
export function working(us: readonly number[]): Score {
  // Calibrated once: between two calibrations the same time would be another number.
  const perMs = calibrateWork(1_000);
  const iterations = us.map((one) => Math.round((one / 1_000) * perMs));
  let call = 0;
  return (transaction) => {
    doWork(iterations[call] ?? 0);
    call = (call + 1) % iterations.length;
    return scoreByRules(transaction);
  };
}
