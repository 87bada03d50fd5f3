// The scorer of the services that `check --chaos` starts. It scores by the rules, and ends its thread
// in the middle of one marked transaction. On a main thread it does not: that thread has no
// replacement. It runs on task workers and listening threads, and is reached by path only.

import { isMainThread } from 'node:worker_threads';
import { type Assessment, scoreByRules } from '../scoring/rules.js';
import type { Transaction } from '../scoring/transaction.js';
import { CRASH_TX_ID } from './crash-scorer.js';

export function score(transaction: Transaction): Assessment {
  if (transaction.tx_id === CRASH_TX_ID && !isMainThread) process.exit(1);
  return scoreByRules(transaction);
}
