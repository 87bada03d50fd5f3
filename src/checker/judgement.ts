// The checker's result: a verdict, and for each condition that failed the operations that show it.
// Types, and the meaning of each condition. Any thread.

import type { Verdict } from '../verdict.js';

/** Every condition that can fail, and what a failure means. */
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

/** One failure with the smallest evidence: operations by their index in the history. */
export interface Finding {
  readonly condition: Condition;
  /** `violated`, or `unknown` where third-party adds could explain it. */
  readonly verdict: Extract<Verdict, 'violated' | 'unknown'>;
  /** The cell or field; null where the finding is about all of them. */
  readonly cell: string | null;
  /** How many adds are lost, missing or too many; 1 where it is about single operations. */
  readonly count: number;
  /** Indices into `history.adds`; few. */
  readonly adds: readonly number[];
  /** Indices into `history.reads`; few. */
  readonly reads: readonly number[];
  /** The evidence in a sentence with numbers but no times; it calls operations `add 3`, `read 2`. */
  readonly text: string;
}

export interface Judgement {
  /** Also `unknown` when no add was acknowledged or the history is malformed. */
  readonly verdict: Verdict;
  /** The gravest first; a bounded number per condition. */
  readonly findings: readonly Finding[];
  /** How often each condition failed, also beyond the listed findings. */
  readonly failures: Readonly<Partial<Record<Condition, number>>>;
  readonly facts: Facts;
}

/** What the history contains. */
export interface Facts {
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  readonly reads: number;
  /** Acknowledged adds with a ticket. */
  readonly ticketed: number;
  /** Cells that the tickets name. */
  readonly cells: readonly string[];
  /** Third-party adds: how many counted adds, at least, no caller of the history requested. */
  readonly strangers: number;
}
