// The scorer of the services that `check --chaos` starts: scores by the rules, but ends its thread
// for a marked transaction, in the middle of scoring it. On a main thread it does not: there is
// nobody to take its place. Runs on task workers and listening threads; reached by path only.

import { isMainThread } from 'node:worker_threads';
import { type Assessment, scoreByRules } from '../scoring/rules.js';
import type { Transaction } from '../scoring/transaction.js';
import { CRASH_TX_ID } from './crash-scorer.js';

export function score(transaction: Transaction): Assessment {
  if (transaction.tx_id === CRASH_TX_ID && !isMainThread) process.exit(1);
  return scoreByRules(transaction);
}
