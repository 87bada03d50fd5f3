// Runs on a task worker of the crossing benchmark: the same work for each way of crossing.

import { scoreByRules } from '../../src/scoring/rules.js';
import { parseTransaction, type Transaction } from '../../src/scoring/transaction.js';
import { type Packed, pack, unpack } from './packed.js';

/** Parsed and checked on the main thread; the answer is serialised there, too. */
export function objects(transactions: readonly Transaction[]): unknown[] {
  return transactions.map(scoreByRules);
}

/** The body as a string, both ways. */
export function text(bodies: readonly string[]): string[] {
  return bodies.map(answer);
}

/** All bodies as bytes in one shared buffer, both ways. */
export function shared(packed: Packed): Packed {
  return pack(unpack(packed).map(answer));
}

function answer(body: string): string {
  const parsed = parseTransaction(JSON.parse(body));
  if (!parsed.ok) throw new Error('the benchmark sends valid transactions only');
  return JSON.stringify(scoreByRules(parsed.transaction));
}
