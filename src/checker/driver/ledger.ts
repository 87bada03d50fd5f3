// What a run proves about the counter, added up: the side of the account that the client kept, to
// be compared with what the service says it counted (reconcile.ts). Pure.

import { LEVELS, type Level } from './answer.js';
import type { PostItem } from './post.js';
import { describeTransaction } from './transactions.js';

/** A request that was answered by a well-formed 200. */
export interface Acknowledged {
  /** Names it in evidence, such as `line 17 TX00017`. */
  readonly name: string;
  readonly level: Level;
  /** Such as `CRITICAL:17`; null where the service gives none. */
  readonly ticket: string | null;
}

export interface Ledger {
  readonly acknowledged: readonly Acknowledged[];
  /** Answered, and not counted. */
  readonly refused: number;
  /** Counted once or not at all; at a level that is not known. */
  readonly unknown: number;
  /** Never sent. */
  readonly unsent: number;
  /** How many of the unknown ones were answered by something that is no assessment of theirs. */
  readonly malformed: number;
}

export function ledgerOf(items: readonly PostItem[]): Ledger {
  const acknowledged: Acknowledged[] = [];
  const count = { ok: 0, refused: 0, unknown: 0, unsent: 0 };
  let malformed = 0;
  for (const { outcome, assessment, ticket, transaction, malformed: isMalformed } of items) {
    count[outcome]++;
    if (isMalformed) malformed++;
    if (assessment === null) continue;
    const name = describeTransaction(transaction);
    acknowledged.push({ name, level: assessment.risk_level, ticket });
  }
  const { refused, unknown, unsent } = count;
  return { acknowledged, refused, unknown, unsent, malformed };
}

/** The acknowledged requests of each level. */
export function acknowledgedByLevel(ledger: Ledger): Record<Level, number> {
  const byLevel: Record<Level, number> = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const { level } of ledger.acknowledged) byLevel[level]++;
  return byLevel;
}

/** The sum of the levels. */
export function sumOfLevels(byLevel: Readonly<Record<Level, number>>): number {
  return LEVELS.reduce((sum, level) => sum + byLevel[level], 0);
}
