// Matches the missing values of a counter with the adds that hold no ticket, earliest deadline
// first. This finds a matching wherever one exists (F. Glover, Maximum matching in a convex
// bipartite graph, 1967). Pure; other files explain what a failed match means. Any thread.

import type { Operations } from './operations.js';
import type { Gaps, OrderedOperations } from './ordered-operations.js';
import { createHeap, sortIndices } from './sorting.js';

export interface GapMatching {
  /** For each gap, how many of its values no add can have produced. */
  readonly missing: Float64Array;
  readonly missingCount: number;
  /** Acknowledged adds for which no value is left. */
  readonly unmatchedCount: number;
  /** The first few of them. */
  readonly unmatched: readonly number[];
}

const UNMATCHED_MAX = 16;

function isInTime(begins: Float64Array, index: number, beginMax: number): boolean {
  return index < begins.length && (begins[index] ?? 0) <= beginMax;
}

/**
 * Matches the gaps of one counter. `floating` adds, by ascending begin, were counted: each needs a
 * value, in a gap or after the last. `spareBegins` are the ascending begins of adds that may or may
 * not have been counted here, and that have no known end.
 */
export function matchGaps(
  ordered: OrderedOperations,
  floating: Uint32Array,
  spareBegins: Float64Array,
  { begin, end }: Operations,
): GapMatching {
  const { gaps } = ordered;
  const missing = new Float64Array(gaps.count);
  const waiting = createHeap(floating.length, end);
  const unmatched: number[] = [];
  let unmatchedCount = 0;
  let missingCount = 0;
  let arrivedCount = 0;
  let spareCount = 0;

  function dropUnmatched(endMin: number): void {
    while (waiting.size() > 0 && (end[waiting.top()] ?? 0) < endMin) {
      if (unmatchedCount++ < UNMATCHED_MAX) unmatched.push(waiting.top());
      waiting.pop();
    }
  }

  function admitUntil(beginMax: number): void {
    for (; arrivedCount < floating.length; arrivedCount++) {
      const add = floating[arrivedCount] ?? 0;
      if ((begin[add] ?? 0) > beginMax) return;
      waiting.push(add);
    }
  }

  for (let gap = 0; gap < gaps.count; gap++) {
    const beginMax = gaps.beginMax[gap] ?? 0;
    let left = gaps.capacity[gap] ?? 0;
    admitUntil(beginMax);
    dropUnmatched(gaps.endMin[gap] ?? 0);
    for (; left > 0 && waiting.size() > 0; left--) waiting.pop();
    for (; left > 0 && isInTime(spareBegins, spareCount, beginMax); left--) spareCount++;
    missing[gap] = left;
    missingCount += left;
  }
  admitUntil(Number.POSITIVE_INFINITY);
  dropUnmatched(ordered.endMin);
  return { missing, missingCount, unmatched, unmatchedCount };
}

/**
 * Matches the gaps of several counters with the same spare adds. An add that fits a gap fits every
 * gap with a later `beginMax`, so the gaps are served in that order.
 */
export function matchGapsTogether(all: readonly Gaps[], spareBegins: Float64Array): GapMatching[] {
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const beginMax = new Float64Array(total);
  const owner = new Uint32Array(total);
  const matchings = all.map(({ count }) => ({ missing: new Float64Array(count), missingCount: 0 }));
  let offset = 0;
  const offsets = all.map((gaps, which) => {
    const from = offset;
    beginMax.set(gaps.beginMax, from);
    offset += gaps.count;
    owner.fill(which, from, offset);
    return from;
  });
  let spareCount = 0;
  for (const index of sortIndices(beginMax)) {
    const which = owner[index] ?? 0;
    const gap = index - (offsets[which] ?? 0);
    const matching = matchings[which];
    if (matching === undefined) continue;
    let left = all[which]?.capacity[gap] ?? 0;
    const limit = beginMax[index] ?? 0;
    for (; left > 0 && isInTime(spareBegins, spareCount, limit); left--) spareCount++;
    matching.missing[gap] = left;
    matching.missingCount += left;
  }
  return matchings.map((matching) => ({ ...matching, unmatched: [], unmatchedCount: 0 }));
}
