// Runs on a Piscina thread of fastify-server.ts: scores one transaction per task, after the added work.

import { workerData } from 'piscina';
import { doWork } from '../../src/execution/work.js';
import { type Assessment, scoreByRules } from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';

export function score(transaction: Transaction): Assessment {
  doWork(workerData as number);
  return scoreByRules(transaction);
}
