// Compares reads with plain counts: a read shows at least what was acknowledged before it began,
// and at most what was requested before it ended. This proves nothing beyond order and gaps, but it
// explains a failure in terms people use. Computed only after a failure. Pure; any thread.

import { formatCount, formatNumber } from '../../present/text.js';
import { describeCounter, EVIDENCE_MAX, type Evidence, type FindingList } from './findings.js';
import type { Operations } from './operations.js';
import type { OrderedOperations } from './ordered-operations.js';
import { pickKeys } from './sorting.js';

export interface CountedAdds {
  readonly ordered: OrderedOperations;
  /** Adds that were certainly counted here, with or without a ticket. */
  readonly acknowledged: Uint32Array;
  /** Ascending begins of the adds that may have been counted here. */
  readonly spareBegins: Float64Array;
  /** False where third parties may add too; then there is no upper bound. */
  readonly alone: boolean;
}

export interface Bounds {
  /** By place in the order: 1 for a read below its lower bound. */
  readonly isLow: Uint8Array;
  /** By place in the order: 1 for a read above its upper bound. */
  readonly isHigh: Uint8Array;
  /** What the last read at rest shows too little, or too much; at most one of them is above 0. */
  readonly lostCount: number;
  readonly excessCount: number;
}

/** How many of the ascending numbers are below the limit, or also at it. */
function countUpTo(sorted: Float64Array, limit: number, isInclusive: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const value = sorted[middle] ?? 0;
    if (value < limit || (isInclusive && value === limit)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether the read began after every add had ended; touching in one moment is not enough. */
export function isAtRest(read: number, { begin, restMs }: Operations): boolean {
  return (begin[read] ?? 0) > restMs;
}

/** Computes the bounds, and reports the reads that violate them. */
export function checkBounds(adds: CountedAdds, operations: Operations, findings: FindingList): Bounds {
  const { ordered, acknowledged, spareBegins, alone } = adds;
  const { begin, end, addCount } = operations;
  const ends = pickKeys(acknowledged, end).sort();
  const begins = pickKeys(acknowledged, begin).sort();
  const isLow = new Uint8Array(ordered.ids.length);
  const isHigh = new Uint8Array(ordered.ids.length);
  const countAcknowledged = (read: number) => countUpTo(ends, begin[read] ?? 0, false);
  const countRequested = (read: number) => {
    const untilMs = end[read] ?? 0;
    return countUpTo(begins, untilMs, true) + countUpTo(spareBegins, untilMs, true);
  };
  let last = -1;
  let lastMs = Number.NEGATIVE_INFINITY;
  let grownAtRest = 0;
  for (let index = 0; index < ordered.ids.length; index++) {
    const read = ordered.ids[index] ?? 0;
    if (read < addCount) continue;
    const growth = (ordered.values[index] ?? 0) - ordered.start;
    isLow[index] = growth < countAcknowledged(read) ? 1 : 0;
    isHigh[index] = alone && growth > countRequested(read) ? 1 : 0;
    if (!isAtRest(read, operations) || (begin[read] ?? 0) < lastMs) continue;
    last = index;
    lastMs = begin[read] ?? 0;
    grownAtRest = growth;
  }
  const known = acknowledged.length;
  const spare = spareBegins.length;
  // Without any acknowledged add nothing is lost: the read is only stale.
  const lostCount = last < 0 || known === 0 ? 0 : Math.max(0, known - grownAtRest);
  const excessCount = last < 0 || !alone ? 0 : Math.max(0, grownAtRest - known - spare);

  const describe = (index: number, isRest: boolean) => {
    const read = (ordered.ids[index] ?? 0) - addCount;
    return { ordered, read, shown: ordered.values[index] ?? 0, isRest };
  };
  if (lostCount > 0) {
    findings.report('lost-update', () => ({
      ...describeShortfall({ ...describe(last, true), known }),
      adds: pickLostAdds(ordered, ordered.values[last] ?? 0, addCount),
    }));
  }
  if (excessCount > 0) {
    findings.report('overcount', () =>
      describeExcess({ ...describe(last, true), requested: known + spare, spare }),
    );
  }
  for (let index = 0; index < ordered.ids.length; index++) {
    const id = ordered.ids[index] ?? 0;
    if (id < addCount) continue;
    // The finding about the last read at rest already covers every other read at rest.
    const isRest = isAtRest(id, operations);
    if (isLow[index] === 1 && !(isRest && lostCount > 0)) {
      findings.report('stale-read', () => ({
        ...describeShortfall({ ...describe(index, false), known: countAcknowledged(id) }),
        adds: pickLastBefore(acknowledged, operations, begin[id] ?? 0),
      }));
    }
    if (isHigh[index] === 1 && !(isRest && excessCount > 0)) {
      findings.report('phantom-count', () =>
        describeExcess({ ...describe(index, false), requested: countRequested(id), spare: 0 }),
      );
    }
  }
  return { isLow, isHigh, lostCount, excessCount };
}

/** Two adds with one ticket, or else the adds with the greatest tickets above what is shown. */
function pickLostAdds(
  { duplicates, ids, values }: OrderedOperations,
  shown: number,
  addCount: number,
): number[] {
  const [pair] = duplicates;
  if (pair !== undefined) return [...pair];
  const adds: number[] = [];
  for (let index = ids.length - 1; index >= 0 && adds.length < EVIDENCE_MAX; index--) {
    const id = ids[index] ?? 0;
    if ((values[index] ?? 0) <= shown) break;
    if (id < addCount) adds.push(id);
  }
  return adds.reverse();
}

/** The adds that ended last before a moment. */
function pickLastBefore(adds: Uint32Array, { end }: Operations, momentMs: number): number[] {
  const last: number[] = [];
  for (const add of adds) {
    const endMs = end[add] ?? 0;
    const least = last.length < EVIDENCE_MAX ? Number.NEGATIVE_INFINITY : (end[last[0] ?? 0] ?? 0);
    if (endMs >= momentMs || endMs <= least) continue;
    last.push(add);
    last.sort((a, b) => (end[a] ?? 0) - (end[b] ?? 0) || a - b);
    if (last.length > EVIDENCE_MAX) last.shift();
  }
  return last;
}

interface ShownValue {
  readonly ordered: OrderedOperations;
  /** Index in `history.reads`. */
  readonly read: number;
  readonly shown: number;
  readonly isRest: boolean;
}

function describeShown({ ordered, read, shown, isRest }: ShownValue): string {
  const opening = isRest ? 'at rest, read' : 'read';
  const start = `started at ${formatNumber(ordered.start)}`;
  const name = describeCounter(ordered.name);
  return `${opening} ${read} shows ${formatNumber(shown)} of ${name} (${start})`;
}

/** A read that shows less than `known` acknowledged adds produce. */
function describeShortfall(about: ShownValue & { readonly known: number }): Evidence {
  const { ordered, read, shown, known, isRest } = about;
  const count = ordered.start + known - shown;
  const adds = formatCount(known, 'add');
  const lost = `${formatNumber(count)} ${count === 1 ? 'is' : 'are'} lost`;
  const rest = isRest
    ? `, but ${adds} ${known === 1 ? 'was' : 'were'} acknowledged: ${lost}`
    : `, but ${adds} had been acknowledged before the read began`;
  const text = describeShown(about) + (known === 0 ? '' : rest);
  return { cell: ordered.name, count, adds: [], reads: [read], text };
}

/** A read that shows more than all `requested` adds, of which `spare` adds are unanswered. */
function describeExcess(
  about: ShownValue & { readonly requested: number; readonly spare: number },
): Evidence {
  const { ordered, read, shown, requested, spare, isRest } = about;
  const count = shown - ordered.start - requested;
  const verb = requested - spare === 1 ? 'was' : 'were';
  const known = `${formatCount(requested - spare, 'add')} ${verb} acknowledged`;
  const unanswered = spare === 0 ? '' : ` and ${formatNumber(spare)} may have been counted`;
  const tooMany = `${formatNumber(count)} ${count === 1 ? 'is' : 'are'} too many`;
  const rest = isRest
    ? `, but only ${known}${unanswered}: ${tooMany}`
    : `, but only ${formatCount(requested, 'add')} had been requested before the read ended`;
  return { cell: ordered.name, count, adds: [], reads: [read], text: describeShown(about) + rest };
}
