// What the checker says of a history: a verdict, and for each condition that failed the operations
// that show it. Types and the words of the conditions only.

import type { Verdict } from '../verdict.js';

/** Every condition that can fail, with what it means when it does. */
export const CONDITIONS = {
  'duplicate-ticket': 'two acknowledged adds hold one ticket, so the service lost one of them',
  'ticket-order': 'an add that began after another add had ended holds the smaller ticket',
  'ticket-gap': 'a ticket is missing, and no unanswered add can have taken it',
  'ticket-start': 'a ticket is not above the start value of the counter',
  'stale-read': 'a read shows less than the service had acknowledged before the read began',
  'phantom-count': 'a read shows more than the callers had requested before the read ended',
  'non-monotonic-read': 'a read shows less than a read that had ended before it began',
  'snapshot-order': 'no order of the adds explains both of two snapshots',
  'snapshot-sum': 'the sum in a read differs from the sum of its parts',
  'lost-update': 'at rest, the counter shows less than the service acknowledged',
  overcount: 'the counter shows more than all acknowledged and unanswered adds together',
  'malformed-history': 'the history is not valid, or the checker itself failed; nothing was judged',
} as const;

export type Condition = keyof typeof CONDITIONS;

/** One failure, with the smallest evidence: the operations by their place in the history. */
export interface Finding {
  readonly condition: Condition;
  /** `violated`, or `unknown` where an add of somebody else would explain it. */
  readonly verdict: Extract<Verdict, 'violated' | 'unknown'>;
  /** The cell or field; null where it is about all of them. */
  readonly cell: string | null;
  /** How many adds are lost, missing or too many; 1 where it is about single operations. */
  readonly count: number;
  /** Indices into `history.adds`; few. */
  readonly adds: readonly number[];
  /** Indices into `history.reads`; few. */
  readonly reads: readonly number[];
  /** The evidence in a sentence, with numbers and without times; names are `add 3`, `read 2`. */
  readonly text: string;
}

export interface Judgement {
  /** `unknown` also when no add was acknowledged, or the history is no history. */
  readonly verdict: Verdict;
  /** The gravest first; at most so many of a condition as the checker's bound says. */
  readonly findings: readonly Finding[];
  /** Failures of each condition that failed, shown or not. */
  readonly failures: Readonly<Partial<Record<Condition, number>>>;
  readonly facts: Facts;
}

/** What the history held. */
export interface Facts {
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  readonly reads: number;
  /** Acknowledged adds that had a ticket. */
  readonly ticketed: number;
  /** Cells that the tickets name. */
  readonly cells: readonly string[];
  /** Adds that were counted and that nobody in the history asked for; 0 when all are explained. */
  readonly strangers: number;
}
