// The meaning of a score: the business rules, the risk levels, and the counters of the tally. Pure.
// Runs on the thread that scores, so it loads nothing. A new rule is a new row of `RULES`.

import type { Transaction } from './transaction.js';

/** The risk levels, in ascending order. */
export const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type RiskLevel = (typeof LEVELS)[number];

/** The counters of the tally: one for each level, and one for refused transactions. */
export const COUNTER_NAMES = [...LEVELS, 'REJECTED'] as const;
export const REJECTED_COUNTER = COUNTER_NAMES.indexOf('REJECTED');

/** The result of scoring one transaction. `schemas.ts` has the schema of the same fields. */
export interface Assessment {
  score: number;
  risk_level: RiskLevel;
  triggered_rules: string[];
  tx_id: string;
}

interface Rule {
  /** The text in `triggered_rules` when the rule applies. */
  readonly label: string;
  readonly points: number;
  readonly applies: (transaction: Transaction) => boolean;
}

/** The category of rule R2, in English and in Polish. */
const ELECTRONICS: ReadonlySet<string | undefined> = new Set(['electronics', 'elektronika']);

export const RULES: readonly Rule[] = [
  { label: 'R1: amount > 3000', points: 3, applies: (tx) => tx.amount > 3000 },
  {
    label: 'R2: electronics > 1500',
    points: 2,
    applies: (tx) => tx.amount > 1500 && ELECTRONICS.has(tx.category),
  },
  { label: 'R3: night hour', points: 2, applies: (tx) => tx.hour < 6 },
];

export function scoreByRules(transaction: Transaction): Assessment {
  let score = 0;
  const triggered: string[] = [];
  for (const rule of RULES) {
    if (!rule.applies(transaction)) continue;
    score += rule.points;
    triggered.push(rule.label);
  }
  return { score, risk_level: classifyScore(score), triggered_rules: triggered, tx_id: transaction.tx_id };
}

export function classifyScore(score: number): RiskLevel {
  if (score >= 5) return 'CRITICAL';
  if (score >= 3) return 'HIGH';
  return score >= 1 ? 'MEDIUM' : 'LOW';
}
