// What a score means: the business rules, one table. Pure and synchronous;
// runs on whichever thread the executor chose. A new rule is a new row.

import type { Assessment } from './assessment.js';
import { levelOf } from './levels.js';
import type { Transaction } from './transaction.js';

interface Rule {
  /** What `triggered_rules` says when the rule applies. */
  readonly says: string;
  readonly points: number;
  readonly applies: (transaction: Transaction) => boolean;
}

/** The categories rule R2 knows: the English name and the Polish one. */
const ELECTRONICS: ReadonlySet<string | undefined> = new Set(['electronics', 'elektronika']);

export const RULES: readonly Rule[] = [
  { says: 'R1: amount > 3000', points: 3, applies: (tx) => tx.amount > 3000 },
  {
    says: 'R2: electronics > 1500',
    points: 2,
    applies: (tx) => tx.amount > 1500 && ELECTRONICS.has(tx.category),
  },
  { says: 'R3: night hour', points: 2, applies: (tx) => tx.hour < 6 },
];

/** Scores one transaction by the rule table. */
export function scoreByRules(transaction: Transaction): Assessment {
  let score = 0;
  const triggered: string[] = [];
  for (const rule of RULES) {
    if (!rule.applies(transaction)) continue;
    score += rule.points;
    triggered.push(rule.says);
  }
  return {
    score,
    risk_level: levelOf(score),
    triggered_rules: triggered,
    tx_id: transaction.tx_id,
  };
}
