// Reads against plain numbers: at least what had been acknowledged before a read began, at most
// what had been asked for before it ended. It proves nothing that the line and its filling do not,
// but it says it as a person would, and counts what is lost at rest. Asked only after a failure.

import type { Line } from './line.js';
import type { Operations } from './operations.js';
import { keysOf } from './sorted-order.js';

export interface Counted {
  readonly line: Line;
  /** Adds that were certainly counted on this line, with or without a ticket. */
  readonly acknowledged: Uint32Array;
  /** Begins, ascending, of adds that may have been counted on it. */
  readonly spareBegins: Float64Array;
  /** Nobody else adds; otherwise there is no upper bound. */
  readonly alone: boolean;
}

export interface Bounds {
  /** By place in the line: reads that show too little, and too much. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** Adds acknowledged before the read began. */
  acknowledgedBefore(read: number): number;
  /** Adds that may have been counted before the read ended. */
  askedBefore(read: number): number;
  /** Place of the last read that began after every add had ended; -1 where there is none. */
  readonly atRest: number;
  /** What it shows too little, or too much; at most one is above 0. */
  readonly lostCount: number;
  readonly surplusCount: number;
}

/** How many of the ascending numbers are below the limit, or also at it. */
function countUpTo(sorted: Float64Array, limit: number, isAtToo: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const value = sorted[middle] ?? 0;
    if (value < limit || (isAtToo && value === limit)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether the read began when every add had ended; before or in the same moment does not do. */
export function isAtRest(read: number, { begin, restMs }: Operations): boolean {
  return (begin[read] ?? 0) > restMs;
}

export function boundsOf(counted: Counted, operations: Operations): Bounds {
  const { line, acknowledged, spareBegins, alone } = counted;
  const { begin, end, addCount } = operations;
  const ends = keysOf(acknowledged, end).sort();
  const begins = keysOf(acknowledged, begin).sort();
  const low = new Uint8Array(line.ids.length);
  const high = new Uint8Array(line.ids.length);
  const acknowledgedBefore = (read: number) => countUpTo(ends, begin[read] ?? 0, false);
  const askedBefore = (read: number) => {
    const until = end[read] ?? 0;
    return countUpTo(begins, until, true) + countUpTo(spareBegins, until, true);
  };
  let atRest = -1;
  let restMs = Number.NEGATIVE_INFINITY;
  let shownAtRest = 0;
  for (let index = 0; index < line.ids.length; index++) {
    const read = line.ids[index] ?? 0;
    if (read < addCount) continue;
    const growth = (line.values[index] ?? 0) - line.start;
    low[index] = growth < acknowledgedBefore(read) ? 1 : 0;
    high[index] = alone && growth > askedBefore(read) ? 1 : 0;
    if (!isAtRest(read, operations) || (begin[read] ?? 0) < restMs) continue;
    atRest = index;
    restMs = begin[read] ?? 0;
    shownAtRest = growth;
  }
  const known = acknowledged.length;
  const asked = known + spareBegins.length;
  return {
    low,
    high,
    acknowledgedBefore,
    askedBefore,
    atRest,
    // Of no add at all none is lost: then the read is only low.
    lostCount: atRest < 0 || known === 0 ? 0 : Math.max(0, known - shownAtRest),
    surplusCount: atRest < 0 || !alone ? 0 : Math.max(0, shownAtRest - asked),
  };
}
