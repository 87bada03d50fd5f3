// Collects what failed. It counts every failure, but keeps only the first few of each condition as
// findings and builds evidence only for these. Also the wording that several findings share.
// Pure apart from what it collects; any thread.

import { formatNumber, sanitize } from '../../present/text.js';
import type { Condition, Finding } from '../judgement.js';
import type { OrderedOperations } from './ordered-operations.js';

/** Findings kept per condition. */
export const FINDINGS_MAX = 5;
/** Adds or reads named in one finding. */
export const EVIDENCE_MAX = 3;

const NAME_COLUMNS_MAX = 60;

/** The order of findings with the same verdict: the gravest first. */
const GRAVITY: readonly Condition[] = [
  'lost-update',
  'duplicate-ticket',
  'ticket-order',
  'snapshot-order',
  'non-monotonic-read',
  'stale-read',
  'overcount',
  'phantom-count',
  'ticket-gap',
  'ticket-start',
  'snapshot-sum',
  'malformed-history',
];

/** A finding without its condition; the default verdict is `violated`. */
export type Evidence = Omit<Finding, 'condition' | 'verdict'> & Partial<Pick<Finding, 'verdict'>>;

export interface FindingList {
  /** Calls `buildEvidence` only while it keeps findings of this condition. */
  report(condition: Condition, buildEvidence: () => Evidence): void;
  has(condition: Condition): boolean;
  /** How many adds the kept findings of a condition are about. */
  sumCounts(condition: Condition): number;
  /** The gravest first. */
  list(): Finding[];
  failures(): Partial<Record<Condition, number>>;
  /** Adds the other's findings of the conditions that `isWanted` accepts. */
  merge(other: FindingList, isWanted: (condition: Condition) => boolean): void;
}

export function createFindings(): FindingList {
  const counts = new Map<Condition, number>();
  const kept: Finding[] = [];

  function report(condition: Condition, buildEvidence: () => Evidence): void {
    const before = counts.get(condition) ?? 0;
    counts.set(condition, before + 1);
    if (before < FINDINGS_MAX) kept.push({ condition, verdict: 'violated', ...buildEvidence() });
  }

  function merge(other: FindingList, isWanted: (condition: Condition) => boolean): void {
    for (const condition of GRAVITY.filter(isWanted)) {
      const shown = other.list().filter((finding) => finding.condition === condition);
      const hiddenCount = (other.failures()[condition] ?? 0) - shown.length;
      for (const finding of shown) report(condition, () => finding);
      if (hiddenCount > 0) counts.set(condition, (counts.get(condition) ?? 0) + hiddenCount);
    }
  }

  return {
    report,
    merge,
    has: (condition) => counts.has(condition),
    sumCounts: (condition) =>
      kept.reduce((sum, one) => sum + (one.condition === condition ? one.count : 0), 0),
    list: () => kept.toSorted((a, b) => rank(a) - rank(b) || b.count - a.count),
    failures: () => Object.fromEntries(counts),
  };
}

function rank({ condition, verdict }: Finding): number {
  return GRAVITY.indexOf(condition) + (verdict === 'violated' ? 0 : GRAVITY.length);
}

/** A cell or field in a sentence; null is the sum of all fields. Names come from the service. */
export function describeCounter(name: string | null): string {
  if (name === null) return 'all fields together';
  return name === '' ? 'the counter' : sanitize(name, NAME_COLUMNS_MAX);
}

/** Names an operation and its value, such as `add 3 holds 17 of LOW`. */
export function describeValue(
  { ids, values, name }: OrderedOperations,
  index: number,
  addCount: number,
): string {
  const id = ids[index] ?? 0;
  const who = id < addCount ? `add ${id} holds` : `read ${id - addCount} shows`;
  return `${who} ${formatNumber(values[index] ?? 0)} of ${describeCounter(name)}`;
}

/** The operation of this id as evidence, after the given adds. */
export function nameOperation(id: number, addCount: number, adds: readonly number[] = []) {
  return id < addCount ? { adds: [...adds, id], reads: [] } : { adds, reads: [id - addCount] };
}
