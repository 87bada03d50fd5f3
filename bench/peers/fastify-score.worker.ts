// Runs on a Piscina thread of fastify-server.ts: scores one transaction a task, by this project's
// rules, after the same added work.

import { workerData } from 'piscina';
import type { Assessment } from '../../src/scoring/assessment.js';
import { scoreByRules } from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';
import { work } from '../../src/scoring/work.js';

export function score(transaction: Transaction): Assessment {
  work(workerData as number);
  return scoreByRules(transaction);
}
