// Collects what failed: every failure is counted, and the first few of each condition are kept as
// findings, whose evidence is only then looked for. Pure but for what it collects.

import type { Condition, Finding } from '../judgement.js';

/** Findings shown of one condition. */
export const FINDINGS_MAX = 5;
/** Adds or reads named in one finding. */
export const EVIDENCE_MAX = 3;

/** From the gravest on; within one verdict, findings are told in this order. */
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

/** What a finding says besides its condition; its verdict is `violated` where none is given. */
export type Evidence = Omit<Finding, 'condition' | 'verdict'> & Partial<Pick<Finding, 'verdict'>>;

export interface Findings {
  /** `evidence` is asked for only while few of the condition are known. */
  report(condition: Condition, evidence: () => Evidence): void;
  has(condition: Condition): boolean;
  /** The gravest first. */
  list(): Finding[];
  failures(): Partial<Record<Condition, number>>;
  /** The other's findings too, but of `condition` only where `wanted` says so. */
  merge(other: Findings, wanted: (condition: Condition) => boolean): void;
}

export function createFindings(): Findings {
  const counts = new Map<Condition, number>();
  const kept: Finding[] = [];

  function report(condition: Condition, evidence: () => Evidence): void {
    const before = counts.get(condition) ?? 0;
    counts.set(condition, before + 1);
    if (before < FINDINGS_MAX) kept.push({ condition, verdict: 'violated', ...evidence() });
  }

  function merge(other: Findings, wanted: (condition: Condition) => boolean): void {
    for (const condition of GRAVITY.filter(wanted)) {
      const shown = other.list().filter((finding) => finding.condition === condition);
      const unshown = (other.failures()[condition] ?? 0) - shown.length;
      for (const finding of shown) report(condition, () => finding);
      if (unshown > 0) counts.set(condition, (counts.get(condition) ?? 0) + unshown);
    }
  }

  return {
    report,
    merge,
    has: (condition) => counts.has(condition),
    list: () => kept.toSorted((a, b) => weight(a) - weight(b) || b.count - a.count),
    failures: () => Object.fromEntries(counts),
  };
}

function weight({ condition, verdict }: Finding): number {
  return GRAVITY.indexOf(condition) + (verdict === 'violated' ? 0 : GRAVITY.length);
}
