// A scorer for the validation: waits 5 ms as for another service. Runs where scores are computed.

import { setTimeout as pause } from 'node:timers/promises';
import { type Assessment, scoreByRules } from '../../../src/scoring/rules.js';
import type { Transaction } from '../../../src/scoring/transaction.js';

const WAIT_MS = 5;

export async function score(transaction: Transaction): Promise<Assessment> {
  await pause(WAIT_MS);
  return scoreByRules(transaction);
}
